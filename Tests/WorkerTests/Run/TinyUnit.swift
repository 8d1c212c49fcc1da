import Foundation
import Ranks

@testable import Core
@testable import Worker

/// A work unit that takes less than a second: all four stages, and epochs that end with a batch of one clip.
final class TinyUnit: @unchecked Sendable {
  let scratch: Scratch
  let configuration: SweepConfiguration
  let unit: WorkUnit
  let store: ClipStore
  private let split: FoldFile.Dataset

  /// How a run ended, and its notes.
  struct End: Sendable {
    var result: UnitResult?
    var isPaused = false
    var notes: [String] = []
    /// Number of boundaries of each rank.
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
    unit = WorkUnit(dataset: "synth-samm", fold: fold, variant: Variant(configuration.variants[0]), seed: 2022)
    split = try FoldFile.make(
      for: [FoldFile.Input(name: "synth-samm", clips: store.clips, classes: classes)], folds: configuration.folds,
      seed: 2022, digest: { "\($0.count)" }
    ).datasets[0]
  }

  /// Runs the unit in a folder, from the checkpoints there.
  ///
  /// - Parameters:
  ///   - pauseAt: the boundary, from 1, where one rank of the group requests a pause; nil for none.
  ///   - method: what is trained instead of the dual-branch network.
  func run(
    in folder: String, ranks: Int = 1, pauseAt: Int? = nil, _ pause: Pause = .atNextStep, method: (any Method)? = nil
  ) throws -> End {
    let notes = TestSupervisor.Notes()
    let ends = try ThreadCommunicator.run(ranks) { [self] group in
      let asks = group.rank == (pauseAt ?? 0) % ranks
      let supervisor = TestSupervisor(pause: pauseAt.flatMap { asks ? ($0, pause) : nil }, notes: notes)
      switch try unitRun(in: folder, group, supervisor, method: method).run() {
      case .finished(let result): return End(result: result, boundaries: supervisor.boundaries)
      case .paused: return End(isPaused: true, boundaries: supervisor.boundaries)
      }
    }
    var end = ends[0]
    end.notes = notes.lines
    return end
  }

  /// - Parameters:
  ///   - store: another store of the same clips.
  ///   - method: what is trained instead of the dual-branch network.
  ///   - change: what differs on this rank.
  func unitRun(
    in folder: String, _ group: any Communicator, _ supervisor: any RunSupervisor = TestSupervisor(),
    store: ClipStore? = nil, method: (any Method)? = nil, _ change: (inout SweepConfiguration) -> Void = { _ in }
  ) throws -> UnitRun {
    var configuration = configuration
    change(&configuration)
    let task = UnitRun.Task(
      unit, configuration, store: store ?? self.store, split: split, directory: scratch(folder))
    return try UnitRun(task, method: method, group: group, features: FeatureStore(), supervisor: supervisor)
  }

  /// The method before its first step, outside of a run.
  ///
  /// - Parameters:
  ///   - seed: instead of the unit's seed.
  ///   - pretraining: the folder of what it starts from.
  func fitted(
    _ method: any Method = DualBranchMethod(), seed: UInt64? = nil, pretraining: String? = nil
  ) throws -> any FittedMethod {
    var unit = unit
    unit.seed = seed ?? unit.seed
    let data = try FoldData(
      split, fold: unit.fold, store: store, selection: method.selection(configuration.training),
      validationSeed: UnitRandom(unit).validation)
    return try method.begin(MethodFold(unit, configuration, data, MethodClips(store: store, pretraining: pretraining)))
  }

  /// The owner of the unit's checkpoints.
  var owner: CheckpointOwner { CheckpointOwner(unit: unit, digest: configuration.digest(of: unit)) }

  /// The files that must be the same with and without interruptions: the networks, the metrics, and the result without
  /// its seconds and ranks.
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
