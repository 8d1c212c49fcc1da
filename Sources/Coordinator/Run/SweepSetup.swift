import Core
import Foundation

/// What all ranks of a sweep have to know, worked out and checked by rank 0 before anything is trained.
struct SweepSetup: Codable {
  var configuration: SweepConfiguration
  var folds: FoldFile
  /// The store of each dataset.
  var stores: [String: String]
  /// The digest of what each store holds, as rank 0 sees it.
  var contentDigests: [String: String]
  /// Units still to be trained, longest first.
  var pending: [WorkUnit]
  /// The folder of the ranks' signs of life, where there are several.
  var job = ""

  /// Reads the sweep file, prepares the run directory, makes the synthetic stores and the folds.
  ///
  /// - Parameter note: told what takes a while.
  /// - Throws: a `Fault` or `Faults` of what the user gave.
  static func prepare(_ options: SweepOptions, note: (String) -> Void) throws -> SweepSetup {
    var configuration = try SweepConfiguration.load(options.config)
    if let output = options.output { configuration.output = output }
    let directory = RunDirectory(path: configuration.output)
    let missing = configuration.datasets.compactMap { dataset -> Fault? in
      guard case .store(let path) = dataset.source, !FileManager.default.fileExists(atPath: path) else { return nil }
      return Fault(at: path, "does not exist; make the store of \(dataset.name) with microfold import or synth")
    }
    guard missing.isEmpty else { throw Faults(missing) }
    try checkPretrained(configuration.network)

    try directory.prepare(for: configuration, start: options.start)
    var stores: [String: String] = [:]
    var digests: [String: String] = [:]
    var inputs: [FoldFile.Input] = []
    for dataset in configuration.datasets {
      let path = try store(of: dataset, in: directory, note: note)
      let store = try SweepStore(dataset, at: path)
      (stores[dataset.name], digests[dataset.name]) = (path, store.contentDigest)
      inputs.append(
        FoldFile.Input(
          name: dataset.name, clips: store.clips.clips, classes: dataset.classes, contentDigest: store.contentDigest))
    }
    let folds = try directory.folds(inputs, configuration)
    let ended = Set(
      try directory.outcomes(configuration).compactMap { outcome -> WorkUnit? in
        if case .finished(let result) = outcome { result.unit } else { nil }
      })
    let pending = configuration.workUnits(folds).filter { !ended.contains($0) }
    let cost = UnitCost(configuration: configuration)
    let clips = folds.trainingClips
    return SweepSetup(
      configuration: configuration, folds: folds, stores: stores, contentDigests: digests,
      pending: Partition.longestFirst(pending) { cost.total($0, clips: clips($0)) })
  }

  /// Reads the pretrained weights, if the sweep starts from such, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` or `Faults` saying what is wrong with them.
  static func checkPretrained(_ network: SweepConfiguration.Network) throws {
    if let path = network.pretrained { _ = try PretrainedWeights(opening: path, width: network.width) }
  }

  /// The split of a dataset of the sweep.
  func split(of dataset: String) throws -> FoldFile.Dataset {
    guard let split = folds.datasets.first(where: { $0.name == dataset }) else {
      throw Fault(at: "folds.json", "has no dataset \(dataset); start again with --fresh")
    }
    return split
  }

  private static func store(
    of dataset: SweepConfiguration.Dataset, in directory: RunDirectory, note: (String) -> Void
  ) throws -> String {
    switch dataset.source {
    case .store(let path): return path
    case .synthetic(let settings):
      let path = directory.syntheticStore(dataset.name)
      if !FileManager.default.fileExists(atPath: path) {
        note("making \(dataset.name), \(settings.clips) clips")
        try SyntheticStore.write(dataset.name, settings, to: path)
      }
      return path
    }
  }
}
