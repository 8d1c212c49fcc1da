import Core
import Foundation

/// What a sweep makes before its first unit, without making it: synthetic clips, and what is derived from clips.
struct SweepPreparations {
  /// One kind of stores that do not exist yet.
  struct Item: Equatable {
    enum Kind: Equatable {
      case syntheticClips
      case compositeClips
      case pretrainingClips
      case derived(DerivedContent)
    }

    var kind: Kind
    /// Of all stores together.
    var clips: Int
    var bytes: Double
  }

  /// Kinds in the order in which they are made; those of which nothing is missing are left out.
  private(set) var items: [Item] = []
  private var seen: Set<String> = []

  /// Bytes on disk of everything.
  var bytes: Double { items.reduce(0) { $0 + $1.bytes } }

  /// - Throws: a `Fault` when a store that exists cannot be read, or clips cannot be made.
  init(_ configuration: SweepConfiguration) throws {
    let directory = RunDirectory(path: configuration.output)
    for dataset in configuration.datasets {
      let contents = configuration.derivedContents(configuration.compared)
      switch dataset.source {
      case .store(let path):
        // One that will be imported later is of a size that is not known.
        if FileManager.default.fileExists(atPath: path) {
          try add(ofStore: path, contents, folder: directory.dataset(dataset.name))
        }
      case .synthetic(let settings):
        try add(
          .syntheticClips, directory.store(of: dataset), contents, folder: directory.dataset(dataset.name)
        ) { try SyntheticDataset(name: dataset.name, settings: settings).clips }
      case .parts(let parts):
        try add(
          dataset.isSynthetic ? .syntheticClips : .compositeClips, directory.store(of: dataset), contents,
          folder: directory.dataset(dataset.name)
        ) { try CompositeStore(parts).clips }
      }
    }
    for clips in configuration.pretrainings {
      let contents = clips.configuration.derivedContents(clips.variants)
      switch try clips.origin(notIn: configuration.datasets) {
      case .store(let path): try add(ofStore: path, contents, folder: directory.pretrainingStores)
      case .synthetic(let suite, let settings):
        try add(
          .pretrainingClips, directory.pretrainingStore(suite, settings), contents, folder: directory.pretrainingStores
        ) { try SyntheticDataset(name: suite, settings: settings).clips }
      }
    }
  }

  /// Adds a store that is made at the start, and what is derived from it.
  ///
  /// - Parameter describe: gives the descriptions of its clips.
  private mutating func add(
    _ kind: Item.Kind, _ path: String, _ contents: [DerivedContent], folder: String, _ describe: () throws -> [Clip]
  ) throws {
    if FileManager.default.fileExists(atPath: path) { return try add(ofStore: path, contents, folder: folder) }
    let clips = try describe()
    if seen.insert(path).inserted {
      add(kind, clips.count, bytes: clips.reduce(0) { $0 + $1.pixels * Double(ClipStore.Content.frames.bytesPerPixel) })
    }
    addDerived(contents, of: clips, at: path)
  }

  /// Adds what is missing of a store that exists.
  private mutating func add(ofStore path: String, _ contents: [DerivedContent], folder: String) throws {
    guard !contents.isEmpty else { return }
    let store = try ClipStore(opening: path)
    let digest = try store.contentDigest()
    let missing = contents.filter { content in
      !DerivedStorePlace(of: content, from: path, digest: digest, folder: folder, canWrite: { _ in true }).exists
    }
    addDerived(missing, of: store.clips, at: path)
  }

  /// - Parameter path: of the clips' store; each content is made once.
  private mutating func addDerived(_ contents: [DerivedContent], of clips: [Clip], at path: String) {
    for content in contents where seen.insert("\(path) \(content.rawValue)").inserted {
      let bytes = clips.reduce(0) { $0 + $1.motionOnly.pixels * Double(content.pixels.bytesPerPixel) }
      add(.derived(content), clips.count, bytes: bytes)
    }
  }

  private mutating func add(_ kind: Item.Kind, _ clips: Int, bytes: Double) {
    if let index = items.firstIndex(where: { $0.kind == kind }) {
      items[index].clips += clips
      items[index].bytes += bytes
    } else {
      items.append(Item(kind: kind, clips: clips, bytes: bytes))
    }
  }
}

extension SweepPreparations.Item {
  /// For people: `registered optical flow of 480 clips`.
  var text: String {
    switch kind {
    case .syntheticClips: ReportText.count(clips, "synthetic clip")
    case .compositeClips: "the composite store of \(ReportText.count(clips, "clip"))"
    case .pretrainingClips: "\(ReportText.count(clips, "synthetic clip")) to pretrain on"
    case .derived(let content): "\(content.described) of \(ReportText.count(clips, "clip"))"
    }
  }

  /// For scripts: `synthetic`, `composite`, `pretraining`, or the derived content's name.
  var name: String {
    switch kind {
    case .syntheticClips: "synthetic"
    case .compositeClips: "composite"
    case .pretrainingClips: "pretraining"
    case .derived(let content): content.rawValue
    }
  }
}

extension Clip {
  /// Pixels of all its frames.
  fileprivate var pixels: Double { Double(frames * height * width) }
}
