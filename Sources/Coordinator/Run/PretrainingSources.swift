import Core
import Foundation

/// The clips that are trained on before the folds: made or opened, checked, and split.
struct PretrainingSources {
  /// By `WorkUnit.clipSource`.
  private(set) var all: [String: SweepSetup.ClipSource] = [:]

  /// A tenth of the people is held out, to measure how well the network recognises before the folds start from it.
  static let parts = 10

  /// - Parameters:
  ///   - stores: the clips of each dataset.
  ///   - note: called with what takes time.
  /// - Throws: a `Fault` or `Faults` when clips are missing, have other classes or sizes, or are of people who are in a
  ///   dataset.
  init(
    _ configuration: SweepConfiguration, _ directory: RunDirectory, _ stores: [(name: String, clips: ClipStore)],
    note: (String) -> Void
  ) throws {
    guard configuration.compared.contains(where: { $0.ablation != nil }) else { return }
    for (arm, own) in zip(configuration.armNames, configuration.resolvedArms) {
      guard let pretraining = own.pretraining else { continue }
      for dataset in configuration.datasets {
        let unit = WorkUnit(dataset: dataset.name, fold: 0, variant: .pretraining, arm: arm, seed: 0)
        let folder = "\(directory.path)/\(unit.clipSource)"
        let location = (arm.map { "arms.\($0)." } ?? "") + "pretraining.dataset"
        let classes = pretraining.dataset.classes ?? dataset.classes
        let path = try PretrainingSources.store(
          pretraining.dataset, for: dataset, classes, among: configuration.datasets,
          "\(directory.dataset(dataset.name))/pretraining", location, note)
        let store = try SweepStore(landmarks: nil, at: path)
        try PretrainingSources.check(store, classes, dataset, stores, location, isMade: pretraining.dataset.store == nil)
        try own.requireMotion(store.clips, classes)
        let split = try PretrainingSources.split(store, classes, key: unit.clipSource, configuration, folder)
        var source = SweepSetup.ClipSource(
          dataset: dataset.name, path: path, contentDigest: store.contentDigest, split: split)
        try source.findDerived(Catalogue.method(of: .pretraining).derived(own), store, folder: folder)
        all[unit.clipSource] = source
      }
    }
  }

  /// The path of the store; a synthetic one is made if it does not exist yet.
  private static func store(
    _ source: SweepConfiguration.Pretraining.Source, for dataset: SweepConfiguration.Dataset, _ classes: ClassMap,
    among datasets: [SweepConfiguration.Dataset], _ folder: String, _ location: String, _ note: (String) -> Void
  ) throws -> String {
    if let path = source.store {
      guard FileManager.default.fileExists(atPath: path) else {
        throw Fault(at: "\(location).store", "is \(path), which does not exist; make it with microfold import or synth")
      }
      return path
    }
    guard let settings = source.synthetic else { throw Fault(at: location, "has no clips; give store or synthetic") }
    guard let suite = source.suite(for: dataset.name, classes) else {
      throw Fault(
        at: "\(location).synthetic",
        "cannot be made for \(dataset.name): no synthetic suite has all its classes, "
          + "\(classes.names.joined(separator: ", ")); give the name of one and its classes")
    }
    for other in datasets {
      guard case .synthetic(let made) = other.source, other.name == suite, made.seed == settings.seed else { continue }
      throw Fault(
        at: "\(location).synthetic.seed",
        "is \(settings.seed), as in the dataset \(suite): the same people; give another seed")
    }
    // Arms that ask for the same clips share them.
    let content = "\(suite) \(SHA256.hex(of: try JSONEncoder.stable().encode(settings)))"
    let path = "\(folder)/store-\(SHA256.hex(of: content).prefix(12)).safetensors"
    if !FileManager.default.fileExists(atPath: path) {
      note("making clips like \(suite) to pretrain for \(dataset.name), \(settings.clips) clips")
      try SyntheticStore.write(suite, settings, to: path)
    }
    return path
  }

  /// - Throws: a `Fault` when the folds cannot start from a network that is trained on these clips.
  private static func check(
    _ store: SweepStore, _ classes: ClassMap, _ dataset: SweepConfiguration.Dataset,
    _ stores: [(name: String, clips: ClipStore)], _ location: String, isMade: Bool
  ) throws {
    let path = store.clips.path
    let found = Set(store.clips.clips.compactMap { classes.index(of: $0.emotion) })
    let lacking = classes.names.enumerated().filter { !found.contains($0.offset) }.map(\.element)
    guard lacking.isEmpty else {
      throw Fault(
        at: path,
        "has no clip of \(lacking.joined(separator: ", ")), as \(dataset.name) has; give \(location).classes to pretrain "
          + "on other classes")
    }
    guard let clip = store.clips.clips.first else { return }
    for (name, other) in stores where (other.clips[0].height, other.clips[0].width) != (clip.height, clip.width) {
      guard name == dataset.name else { continue }
      throw Fault(
        at: path,
        "has frames of \(clip.height) × \(clip.width) pixels, \(name) of \(other.clips[0].height) × "
          + "\(other.clips[0].width); import both at one size")
    }
    // People who are made for pretraining have the same names as others, and other faces.
    guard !isMade else { return }
    for (name, other) in stores {
      let (people, clips) = (Set(other.clips.map(\.subject)), Set(other.clips.map(\.name)))
      if let same = store.clips.clips.first(where: { people.contains($0.subject) }) {
        throw Fault(
          at: path,
          "has the subject \(same.subject), as \(name) has: nobody may be in both; leave the subject out, or rename it "
            + "if it is somebody else")
      }
      if let same = store.clips.clips.first(where: { clips.contains($0.name) }) {
        throw Fault(at: path, "has the clip \(same.name), as \(name) has; leave it out, or rename it if it is another")
      }
    }
  }

  /// Splits the people into parts, the first of which is held out; it is written once, like the sweep's folds.
  private static func split(
    _ store: SweepStore, _ classes: ClassMap, key: String, _ configuration: SweepConfiguration, _ folder: String
  ) throws -> FoldFile.Dataset {
    let input = FoldFile.Input(
      name: key, clips: store.clips.clips, classes: classes, contentDigest: store.contentDigest)
    try Directory.make(folder)
    let path = "\(folder)/folds.json"
    return try split(input, seed: configuration.seeds[0], stored: FileManager.default.contents(atPath: path)) {
      try AtomicFile.write($0, to: path)
    }
  }

  /// The split of clips that are on disk, or will be.
  ///
  /// - Parameters:
  ///   - stored: the split's file; nil if there is none yet.
  ///   - write: writes a new one.
  static func split(
    _ input: FoldFile.Input, seed: UInt64, stored: Data?, write: (Data) throws -> Void
  ) throws -> FoldFile.Dataset {
    var folds = SweepConfiguration.Folds()
    folds.count = min(PretrainingSources.parts, Set(input.clips.map(\.subject)).count)
    guard folds.count > 1 else {
      throw Fault(at: input.name, "has clips of one subject to train on; pretraining needs at least two")
    }
    let file = try FoldFile.loadOrCreate(
      for: [input], folds: folds, seed: seed, stored: stored, digest: { SHA256.hex(of: $0) }, write: write)
    guard let split = file.datasets.first else {
      throw Fault(at: input.name, "has no split; start again with --fresh")
    }
    return split
  }

  /// The descriptions of the clips, without making them.
  static func clips(
    _ source: SweepConfiguration.Pretraining.Source, for dataset: SweepConfiguration.Dataset, _ classes: ClassMap
  ) throws -> [Clip] {
    if let path = source.store { return try ClipStore(opening: path).clips }
    guard let settings = source.synthetic, let suite = source.suite(for: dataset.name, classes) else {
      throw Fault(at: "pretraining.dataset", "has no clips with all classes of \(dataset.name)")
    }
    return try SyntheticDataset(name: suite, settings: settings).clips
  }
}
