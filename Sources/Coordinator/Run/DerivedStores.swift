import Core
import Foundation
import Worker

extension SweepSetup.ClipSource {
  /// Looks for the derived stores of the clips, and decides where missing ones are made.
  ///
  /// - Parameters:
  ///   - contents: what the methods look at besides recorded frames.
  ///   - folder: in the run directory.
  /// - Throws: a `Fault` when one is damaged.
  mutating func findDerived(_ contents: [DerivedContent], _ store: SweepStore, folder: String) throws {
    for content in contents {
      let place = DerivedStorePlace(
        of: content, from: path, digest: contentDigest, folder: folder, canWrite: Directory.isWritable)
      let target = StoreDerivation.Target(content, path: place.path)
      if place.exists { _ = try ClipStore(opening: place.path, of: content, from: (store.clips, contentDigest)) }
      derived.append(target)
      if !place.exists { missing.append(target) }
    }
  }
}

/// Where a derived store is or will be: beside the clips, so that other sweeps find it too, or in the run directory
/// where the clips' folder cannot be written.
struct DerivedStorePlace: Equatable {
  var path: String
  var exists: Bool

  /// - Parameters:
  ///   - file: the store's name.
  ///   - beside: the folder of the clips.
  ///   - folder: in the run directory.
  init(of file: String, beside: String, _ folder: String, exists: (String) -> Bool, canWrite: (String) -> Bool) {
    let places = ["\(beside)/\(file)", "\(folder)/\(file)"]
    let found = places.first(where: exists)
    (path, self.exists) = (found ?? (canWrite(beside) ? places[0] : places[1]), found != nil)
  }

  /// - Parameters:
  ///   - source: the path of the clips' store.
  ///   - digest: its `contentDigest`.
  ///   - folder: in the run directory.
  init(
    of content: DerivedContent, from source: String, digest: String, folder: String, canWrite: (String) -> Bool
  ) {
    let store = URL(fileURLWithPath: source)
    let name = store.deletingPathExtension().lastPathComponent
    self.init(
      of: content.fileName(of: name, source: digest), beside: store.deletingLastPathComponent().path, folder,
      exists: FileManager.default.fileExists, canWrite: canWrite)
  }
}

extension SweepConfiguration {
  /// What the methods of a sweep look at besides recorded frames.
  ///
  /// - Parameter variants: of the units that do.
  func derivedContents(_ variants: [Variant]) -> [DerivedContent] {
    let needed = resolvedArms.flatMap { arm in variants.flatMap { arm.method(of: $0).derived(arm) } }
    return DerivedContent.allCases.filter(needed.contains)
  }

  /// Checks that MENet's input can be computed from every clip that is used.
  ///
  /// - Parameter classes: clips of other emotions are not used.
  /// - Throws: `Faults` naming the clips with a single frame, if the input is a difference or flow.
  func requireMotion(_ store: ClipStore, _ classes: ClassMap) throws {
    let arm = resolvedArms.first { $0.network.input != .frames }
    guard let input = arm?.network.input, compared.contains(where: { $0.ablation != nil }) else { return }
    let still = store.clips.filter { $0.onset == $0.offset && classes.index(of: $0.emotion) != nil }
    guard still.isEmpty else {
      throw Faults(
        still.map {
          Fault(
            at: "\(store.path), clip `\($0.name)`",
            "has one frame from onset to offset, so no \(input.rawValue); correct its frames, or set network.input "
              + "to frames")
        })
    }
  }
}

extension SweepStart {
  /// Makes the derived stores that are missing, on all ranks together, and opens all of them on every rank.
  ///
  /// - Throws: a `Fault`, on all ranks, when a store cannot be made; errors of the messages between ranks.
  static func derive(
    _ setup: SweepSetup, _ stores: [String: SweepStore], _ world: any Communicator, _ console: Console
  ) throws -> [String: SweepStore] {
    // Several datasets may be pretrained on the same clips.
    var made: Set<String> = []
    for (key, source) in setup.sources.sorted(by: { $0.key < $1.key }) {
      let missing = source.missing.filter { made.insert($0.path).inserted }
      guard let store = stores[key], !missing.isEmpty else { continue }
      let names = missing.map { $0.content.described }.joined(separator: " and ")
      let total = store.clips.clips.count
      console.remark("computing \(names) of \(source.name), \(NumberText.count(total, "clip"))")
      var clock = ContinuousClock.now
      try StoreDerivation(store.clips, digest: store.contentDigest, to: missing, world).run { done in
        guard clock.duration(to: .now) > .seconds(15), done < total else { return }
        clock = .now
        console.remark("\(source.name): \(done) of \(total) clips")
      }
    }
    return try world.onEveryRank {
      var opened = stores
      for (key, source) in setup.sources {
        guard let store = stores[key] else { continue }
        for target in source.derived {
          opened[key]?.derived[target.content] = try ClipStore(
            opening: target.path, of: target.content, from: (store.clips, store.contentDigest))
        }
      }
      return opened
    }
  }
}

extension DerivedContent {
  /// For people.
  var described: String {
    switch self {
    case .registeredFrames: "registered frames"
    case .flow: "optical flow"
    case .registeredFlow: "registered optical flow"
    }
  }
}
