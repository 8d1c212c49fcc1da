import Core
import Foundation
import Worker

/// Where the derived stores of a sweep are, and which of them are still to be made.
struct DerivedStores {
  /// By dataset.
  private(set) var all: [String: [StoreDerivation.Target]] = [:]
  private(set) var missing: [String: [StoreDerivation.Target]] = [:]

  /// What the methods of a sweep look at besides recorded frames.
  static func contents(_ configuration: SweepConfiguration) -> [DerivedContent] {
    let needed = configuration.resolvedArms.flatMap { arm in
      configuration.compared.flatMap { Catalogue.method(of: $0).derived(arm) }
    }
    return DerivedContent.allCases.filter(needed.contains)
  }

  /// Looks for the derived stores of a dataset: beside its clip store, so that other sweeps find them too, or in the
  /// run directory where that folder cannot be written.
  ///
  /// - Parameter folder: the dataset's, in the run directory.
  /// - Throws: a `Fault` when one is damaged, or a clip has no motion.
  mutating func add(
    _ dataset: SweepConfiguration.Dataset, _ store: SweepStore, _ contents: [DerivedContent], folder: String
  ) throws {
    guard !contents.isEmpty else { return }
    let source = URL(fileURLWithPath: store.clips.path)
    let beside = source.deletingLastPathComponent().path
    let name = source.deletingPathExtension().lastPathComponent
    for content in contents {
      let file = content.fileName(of: name, source: store.contentDigest)
      let places = ["\(beside)/\(file)", "\(folder)/\(file)"]
      if let path = places.first(where: FileManager.default.fileExists) {
        let target = StoreDerivation.Target(content, path: path)
        _ = try ClipStore(opening: path, of: content, from: (store.clips, store.contentDigest))
        all[dataset.name, default: []].append(target)
      } else {
        let canWrite = FileManager.default.isWritableFile(atPath: beside)
        let target = StoreDerivation.Target(content, path: canWrite ? places[0] : places[1])
        all[dataset.name, default: []].append(target)
        missing[dataset.name, default: []].append(target)
      }
    }
  }
}

extension SweepConfiguration {
  /// Checks that MENet's input can be computed from every clip that is used.
  ///
  /// - Throws: `Faults` naming the clips with a single frame, if the input is a difference or flow.
  func requireMotion(_ dataset: Dataset, _ store: ClipStore) throws {
    let arm = resolvedArms.first { $0.network.input != .frames }
    guard let input = arm?.network.input, compared.contains(where: { $0.ablation != nil }) else { return }
    let still = store.clips.filter { $0.onset == $0.offset && dataset.classes.index(of: $0.emotion) != nil }
    guard still.isEmpty else {
      throw Faults(
        still.map {
          Fault(
            at: "\(store.path), clip `\($0.name)`",
            "has one frame from onset to offset, so no \(input.rawValue); correct its frames, or set "
              + "network.input to frames")
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
    for dataset in setup.configuration.datasets {
      guard let store = stores[dataset.name], let targets = setup.missing[dataset.name] else { continue }
      let names = targets.map { $0.content.described }.joined(separator: " and ")
      let total = store.clips.clips.count
      console.remark("computing \(names) of \(dataset.name), \(NumberText.count(total, "clip"))")
      var clock = ContinuousClock.now
      try StoreDerivation(store.clips, digest: store.contentDigest, to: targets, world).run { done in
        guard clock.duration(to: .now) > .seconds(15), done < total else { return }
        clock = .now
        console.remark("\(dataset.name): \(done) of \(total) clips")
      }
    }
    return try world.onEveryRank {
      var opened = stores
      for (dataset, targets) in setup.derived {
        guard let store = stores[dataset] else { continue }
        for target in targets {
          opened[dataset]?.derived[target.content] = try ClipStore(
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
