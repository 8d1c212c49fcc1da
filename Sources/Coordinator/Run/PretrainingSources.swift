import Core
import Foundation

/// The clips that are trained on before the folds: made or opened, checked, and split.
struct PretrainingSources {
  /// By `WorkUnit.clipSource`.
  private(set) var all: [String: SweepSetup.ClipSource] = [:]

  /// - Parameters:
  ///   - stores: the clips of each dataset.
  ///   - note: called with what takes time.
  /// - Throws: a `Fault` or `Faults` when clips are missing, have other classes or sizes, or are of people who are in a
  ///   dataset.
  init(
    _ configuration: SweepConfiguration, _ directory: RunDirectory, _ stores: [(name: String, clips: ClipStore)],
    note: (String) -> Void
  ) throws {
    for clips in configuration.pretrainings {
      let path: String
      let origin = try clips.origin(notIn: configuration.datasets)
      switch origin {
      case .store(let store): path = store
      case .synthetic(let suite, let settings):
        path = directory.pretrainingStore(suite, settings)
        if !FileManager.default.fileExists(atPath: path) {
          note("making clips like \(suite) for pretraining, \(settings.clips) clips")
          try SyntheticStore.write(suite, settings, to: path)
        }
      }
      let store = try SweepStore(landmarks: nil, at: path)
      try PretrainingSources.checkClasses(store.clips, clips)
      if let own = stores.first(where: { $0.name == clips.dataset.name }) {
        try PretrainingSources.checkSize(store.clips, as: own)
      }
      // People who are made for pretraining have the same names as others, and other faces.
      if case .store = origin {
        for dataset in stores { try PretrainingSources.checkPeople(store.clips, in: dataset) }
        try PretrainingSources.checkFrames(store.clips, in: stores)
      }
      try clips.configuration.requireMotion(store.clips, clips.classes)
      let split = try PretrainingSources.split(
        clips, store, seed: configuration.seeds[0], folder: directory.pretrainingFolder(clips))
      var source = SweepSetup.ClipSource(
        name: clips.name, path: path, contentDigest: store.contentDigest, split: split)
      try source.findDerived(
        clips.configuration.derivedContents(clips.variants), store, folder: directory.pretrainingStores)
      all[clips.key] = source
    }
  }

  /// - Throws: a `Fault` when a class has no clip.
  private static func checkClasses(_ store: ClipStore, _ clips: PretrainingClips) throws {
    let found = Set(store.clips.compactMap { clips.classes.index(of: $0.emotion) })
    let lacking = clips.classes.names.enumerated().filter { !found.contains($0.offset) }.map(\.element)
    guard !lacking.isEmpty else { return }
    let names = lacking.joined(separator: ", ")
    throw Fault(
      at: store.path,
      clips.pretraining.dataset.classes == nil
        ? "has no clip of \(names), as \(clips.dataset.name) has; give \(clips.location).classes to pretrain on other "
          + "classes" : "has no clip of \(names); correct \(clips.location).classes")
  }

  private static func checkSize(_ store: ClipStore, as dataset: (name: String, clips: ClipStore)) throws {
    let (clip, own) = (store.clips[0], dataset.clips.clips[0])
    guard (clip.height, clip.width) != (own.height, own.width) else { return }
    throw Fault(
      at: store.path,
      "has frames of \(clip.width) × \(clip.height) pixels, \(dataset.name) of \(own.width) × \(own.height); import "
        + "both at one size")
  }

  /// - Throws: a `Fault` when somebody, or a clip, is also in the dataset.
  private static func checkPeople(_ store: ClipStore, in dataset: (name: String, clips: ClipStore)) throws {
    let people = Set(dataset.clips.clips.map { SubjectName($0.subjectInPart) })
    let names = Set(dataset.clips.clips.map(\.nameInPart))
    if let same = store.clips.first(where: { people.contains(SubjectName($0.subject)) }) {
      throw Fault(
        at: store.path,
        "has the subject \(same.subject), as \(dataset.name) has: nobody may be in both; leave the subject out, or "
          + "rename it if it is somebody else")
    }
    if let same = store.clips.first(where: { names.contains($0.name) }) {
      throw Fault(
        at: store.path,
        "has the clip \(same.name), as \(dataset.name) has; leave it out, or rename it if it is another")
    }
  }

  /// - Throws: a `Fault` when a clip of a dataset is also in the store, under whatever name.
  private static func checkFrames(_ store: ClipStore, in datasets: [(name: String, clips: ClipStore)]) throws {
    for group in try SharedFrames.groups(in: [store] + datasets.map(\.clips)) where group[0].store == 0 {
      guard let other = group.first(where: { $0.store > 0 }) else { continue }
      let dataset = datasets[other.store - 1]
      throw Fault(
        at: store.path,
        "has the clip \(printable(store.clips[group[0].clip].name)), which has a frame in common with "
          + "\(printable(dataset.clips.clips[other.clip].name)) of \(dataset.name): leave one of them out"
      )
    }
  }

  /// Splits the people into parts, the first of which is held out; it is written once, like the sweep's folds.
  private static func split(
    _ clips: PretrainingClips, _ store: SweepStore, seed: UInt64, folder: String
  ) throws -> FoldFile.Dataset {
    let input = clips.input(store.clips.clips, contentDigest: store.contentDigest)
    try Directory.make(folder)
    let path = "\(folder)/folds.json"
    let file = try FoldFile.loadOrCreate(
      for: [input], folds: clips.folds(input), seed: seed, stored: FileManager.default.contents(atPath: path),
      digest: { SHA256.hex(of: $0) }, write: { try AtomicFile.write($0, to: path) })
    guard let split = file.datasets.first else {
      throw Fault(at: path, "has no split; start again with --fresh")
    }
    return split
  }
}
