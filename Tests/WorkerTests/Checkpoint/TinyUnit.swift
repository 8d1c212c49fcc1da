import Foundation
import Ranks
import Synchronization

@testable import Core
@testable import Worker

/// A work unit that takes a fraction of a second: all four stages, and epochs that end with a batch of one clip.
final class TinyUnit: @unchecked Sendable {
  let scratch: Scratch
  let configuration: SweepConfiguration
  let unit: WorkUnit
  let store: ClipStore
  private let split: FoldFile.Dataset

  /// How a run ended, and what was said meanwhile.
  struct End: Sendable {
    var result: UnitResult?
    var isPaused = false
    var notes: [String] = []
    /// Boundaries that each rank came to.
    var boundaries = 0
  }

  init(fold: Int = 0, _ change: (inout SweepConfiguration) -> Void = { _ in }) throws {
    scratch = try Scratch()
    var synthetic = SweepConfiguration.Synthetic()
    (synthetic.clips, synthetic.size) = (13, 32)
    try SyntheticStore.write("synth-samm", synthetic, to: scratch("store.safetensors"))
    store = try ClipStore(opening: scratch("store.safetensors"))
    let classes = try SyntheticDataset(name: "synth-samm", settings: synthetic).classes
    var configuration = SweepConfiguration()
    configuration.datasets = [.init(name: "synth-samm", source: .synthetic(synthetic), classes: classes)]
    configuration.folds.count = 2
    (configuration.network.width, configuration.network.frames) = (4, 3)
    (configuration.network.motionSize, configuration.network.identitySize) = (32, 16)
    (configuration.training.batch, configuration.training.learningRate) = (3, 1e-3)
    (configuration.training.identityEpochs, configuration.training.motionEpochs) = (1, 1)
    change(&configuration)
    self.configuration = configuration
    unit = WorkUnit(dataset: "synth-samm", fold: fold, variant: configuration.variants[0], seed: 2022)
    split = try FoldFile.make(
      for: [FoldFile.Input(name: "synth-samm", clips: store.clips, classes: classes)], folds: configuration.folds,
      seed: 2022, digest: { "\($0.count)" }
    ).datasets[0]
  }

  /// Runs the unit in a folder, from whatever lies there.
  ///
  /// - Parameters:
  ///   - pauseAt: the boundary, from 1, where one rank of the group asks for a pause; nil for never.
  ///   - method: what is run instead of the dual-branch network.
  func run(
    in folder: String, ranks: Int = 1, pauseAt: Int? = nil, _ pause: Pause = .atNextStep, method: (any Method)? = nil
  ) throws -> End {
    let notes = Mutex<[String]>([])
    let ends = try ThreadCommunicator.run(ranks) { [self] group in
      var boundaries = 0
      let asks = group.rank == (pauseAt ?? 0) % ranks
      let hooks = FoldTrainer.Hooks(
        afterStep: { boundaries += 1 }, afterEpoch: { _ in },
        pause: { asks && boundaries == pauseAt ? pause : .none },
        note: { line in notes.withLock { $0.append(line) } })
      let ending =
        if let method {
          try methodRun(method, in: folder, group, hooks).run()
        } else {
          try trainer(in: folder, group, hooks).run()
        }
      switch ending {
      case .finished(let result): return End(result: result, boundaries: boundaries)
      case .paused: return End(isPaused: true, boundaries: boundaries)
      }
    }
    var end = ends[0]
    end.notes = notes.withLock { $0 }
    return end
  }

  /// - Parameters:
  ///   - store: another one of the same clips.
  ///   - change: what this rank has other than the rest.
  func trainer(
    in folder: String, _ group: any Communicator, _ hooks: FoldTrainer.Hooks? = nil, store: ClipStore? = nil,
    _ change: (inout SweepConfiguration) -> Void = { _ in }
  ) throws -> FoldTrainer {
    var configuration = configuration
    change(&configuration)
    return try FoldTrainer(
      unit, configuration, store: store ?? self.store, split: split, group: group, directory: scratch(folder),
      hooks: hooks ?? FoldTrainer.Hooks(afterStep: {}, afterEpoch: { _ in }))
  }

  func methodRun(
    _ method: any Method, in folder: String, _ group: any Communicator, _ hooks: FoldTrainer.Hooks? = nil,
    store: ClipStore? = nil
  ) throws -> MethodRun {
    try MethodRun(
      unit, method, configuration, store: store ?? self.store, split: split, group: group, directory: scratch(folder),
      features: FeatureStore(), hooks: hooks ?? FoldTrainer.Hooks(afterStep: {}, afterEpoch: { _ in }))
  }

  /// What has to be the same however often a unit was interrupted: the networks, the metrics, the result without its
  /// seconds and ranks.
  func science(of folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in [
      "menet.safetensors", "idnet.safetensors", "mine.safetensors", "model.safetensors", "metrics.jsonl", "result.json",
    ] {
      files[name] = FileManager.default.contents(atPath: scratch("\(folder)/\(name)"))
    }
    if let data = files["result.json"] {
      var result = try JSONDecoder().decode(UnitResult.self, from: data)
      (result.seconds, result.ranks) = (0, 0)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      files["result.json"] = try encoder.encode(result)
    }
    return files
  }

  /// Names of the checkpoints in a folder, oldest first.
  func checkpoints(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: scratch("\(folder)/checkpoint"))) ?? []
    return names.filter { $0.hasPrefix("step-") }.sorted()
  }

  func checkpoint(_ steps: Int, in folder: String) -> String {
    scratch("\(folder)/checkpoint/\(CheckpointFolder.name(steps))")
  }

  func copy(_ folder: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: scratch(folder), toPath: scratch(other))
  }
}
