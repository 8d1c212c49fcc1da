import Core
import Foundation
import Worker

extension SweepSetup.ClipSource {
  /// Looks for the derived stores of the clips: beside their store, so that other sweeps find them too, or in the run
  /// directory where that folder cannot be written.
  ///
  /// - Parameters:
  ///   - contents: what the methods look at besides recorded frames.
  ///   - folder: the dataset's, in the run directory.
  /// - Throws: a `Fault` when one is damaged.
  mutating func findDerived(_ contents: [DerivedContent], _ store: SweepStore, folder: String) throws {
    let source = URL(fileURLWithPath: path)
    let beside = source.deletingLastPathComponent().path
    for content in contents {
      let file = content.fileName(of: source.deletingPathExtension().lastPathComponent, source: contentDigest)
      let places = ["\(beside)/\(file)", "\(folder)/\(file)"]
      if let path = places.first(where: FileManager.default.fileExists) {
        _ = try ClipStore(opening: path, of: content, from: (store.clips, contentDigest))
        derived.append(StoreDerivation.Target(content, path: path))
      } else {
        let canWrite = FileManager.default.isWritableFile(atPath: beside)
        derived.append(StoreDerivation.Target(content, path: canWrite ? places[0] : places[1]))
        missing.append(derived[derived.count - 1])
      }
    }
  }
}

extension SweepConfiguration {
  /// What the methods of a sweep look at besides recorded frames.
  ///
  /// - Parameter variants: of the units that do.
  func derivedContents(_ variants: [Variant]) -> [DerivedContent] {
    let needed = resolvedArms.flatMap { arm in variants.flatMap { Catalogue.method(of: $0).derived(arm) } }
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
    for (key, source) in setup.sources.sorted(by: { $0.key < $1.key }) where !source.missing.isEmpty {
      guard let store = stores[key] else { continue }
      let names = source.missing.map { $0.content.described }.joined(separator: " and ")
      let total = store.clips.clips.count
      console.remark("computing \(names) of \(key), \(NumberText.count(total, "clip"))")
      var clock = ContinuousClock.now
      try StoreDerivation(store.clips, digest: store.contentDigest, to: source.missing, world).run { done in
        guard clock.duration(to: .now) > .seconds(15), done < total else { return }
        clock = .now
        console.remark("\(key): \(done) of \(total) clips")
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
  fileprivate var described: String {
    switch self {
    case .registeredFrames: "registered frames"
    case .flow: "optical flow"
    case .registeredFlow: "registered optical flow"
    }
  }
}
