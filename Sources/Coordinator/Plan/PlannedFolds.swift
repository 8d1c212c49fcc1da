import Core
import Foundation

/// Calculates the folds that a sweep would have, without making a store or writing a file.
struct PlannedFolds {
  let folds: FoldFile
  /// The splits of the clips that are trained on before the folds, named by `WorkUnit.clipSource`.
  let pretraining: [FoldFile.Dataset]
  /// For each dataset, where its clips come from, in a few words.
  let origins: [String]
  /// The mean clip of each dataset; the usual one where its store does not exist yet.
  private let sizes: [String: ClipSize]

  /// - Throws: a `Fault` for a dataset whose clips are not known, `Faults` where no folds can be made.
  init(_ configuration: SweepConfiguration) throws {
    let found = try configuration.datasets.map { dataset in
      let (clips, origin, isKnown) = try PlannedFolds.clips(of: dataset)
      return (
        FoldFile.Input(name: dataset.name, clips: clips, classes: dataset.classes, folds: dataset.folds), origin,
        isKnown ? ClipSize(clips) : ClipSize()
      )
    }
    origins = found.map(\.1)
    sizes = Dictionary(found.map { ($0.0.name, $0.2) }, uniquingKeysWith: { first, _ in first })
    folds = try FoldFile.make(
      for: found.map(\.0), folds: configuration.folds, seed: configuration.seeds[0], digest: SHA256.hex(of:))
    pretraining = try configuration.pretrainings.map { clips in
      let input = clips.input(try clips.descriptions(notIn: configuration.datasets))
      let split = try FoldFile.make(
        for: [input], folds: clips.folds(input), seed: configuration.seeds[0], digest: SHA256.hex(of:))
      return split.datasets[0]
    }
  }

  /// The splits of all clips.
  var all: FoldFile { FoldFile(datasets: folds.datasets + pretraining) }

  /// How many clips a unit trains on and tests.
  var clipCounts: (WorkUnit) -> MethodCost.ClipCounts { all.clipCounts(sizes) }

  /// The clips of a dataset, in a few words where they come from, and whether their frames are known.
  private static func clips(
    of dataset: SweepConfiguration.Dataset
  ) throws -> (clips: [Clip], origin: String, isKnown: Bool) {
    switch dataset.source {
    case .synthetic(let settings):
      return (try SyntheticDataset(name: dataset.name, settings: settings).clips, "synthetic", true)
    case .parts(let parts):
      return (try CompositeStore(parts).clips, parts.map(\.name).joined(separator: " + "), true)
    case .store(let path) where FileManager.default.fileExists(atPath: path):
      return (try ClipStore(opening: path).clips, path, true)
    case .store(let path):
      guard let preset = preset(of: dataset) else {
        throw Fault(
          at: path,
          "does not exist\(Fault.lookedIn(for: path)); no class preset says how many clips \(dataset.name) has; import "
            + "it first")
      }
      return (published(preset), "as published; \(path) does not exist yet", false)
    }
  }

  /// The preset with these classes; where several have them (MMEW and SDU), the one whose name the dataset has.
  private static func preset(of dataset: SweepConfiguration.Dataset) -> ClassPreset? {
    let fitting = ClassPreset.all.filter { $0.classes == dataset.classes && $0.dataset != nil }
    guard fitting.count > 1 else { return fitting.first }
    return fitting.first { dataset.name.lowercased().contains($0.name.prefix { $0 != "-" }) }
  }

  /// Makes as many clips and subjects as published, spread evenly: enough to calculate the sizes of the folds.
  private static func published(_ preset: ClassPreset) -> [Clip] {
    let emotions = preset.classes.groups.map { $0[0] }
    let counts =
      preset.expectedCounts
      ?? emotions.indices.map { index in
        preset.expectedClips / emotions.count + (index < preset.expectedClips % emotions.count ? 1 : 0)
      }
    let labels = zip(emotions, counts).flatMap { Array(repeating: $0, count: $1) }
    return labels.enumerated().map { number, emotion in
      Clip(
        name: "clip-\(10_000 + number)", subject: "subject-\(1000 + number % preset.subjects)", emotion: emotion,
        source: "published counts", fps: 30, onset: 0, apex: 1, offset: 2, actionUnits: nil, frames: 3, height: 16,
        width: 16)
    }
  }
}
