import Core
import Foundation

/// Where a group is in its work unit, for those who watch.
public struct UnitProgress: Codable, Equatable, Sendable {
  public var unit: WorkUnit
  public var stage: Stage
  /// From 1.
  public var epoch, epochs: Int
  /// Steps done and in all, all stages.
  public var step, steps: Int
}

/// Trains one work unit on the ranks of a group: the four stages, then the scores.
///
/// Every rank of the group runs the same lines; the group's first rank writes the files.
public final class FoldTrainer {
  /// What happens around the steps; the coordinator serves other groups here.
  public struct Hooks {
    /// After every step.
    public var afterStep: () throws -> Void
    /// After every epoch.
    public var afterEpoch: (UnitProgress) throws -> Void

    public init(afterStep: @escaping () throws -> Void, afterEpoch: @escaping (UnitProgress) throws -> Void) {
      self.afterStep = afterStep
      self.afterEpoch = afterEpoch
    }
  }

  private let unit: WorkUnit
  private let configuration: SweepConfiguration
  private let group: any Communicator
  private let exchange: GroupExchange
  private let directory: String
  private let hooks: Hooks
  private let data: FoldData
  private let loader: ClipLoader
  private let random: UnitRandom
  private var branch: DualBranch
  private var steps = 0
  private var epochs: [EpochRecord] = []
  private var selected = Selected()

  /// The MENet that was best on the inner validation fold so far.
  private struct Selected {
    var accuracy = -1.0
    var state: [Tensor] = []
  }

  /// - Parameters:
  ///   - group: the ranks that train the unit together, a power of two that divides the lanes.
  ///   - directory: where the unit's files go; its first rank makes it.
  /// - Throws: a `Fault` when the unit cannot be trained on this store.
  public init(
    _ unit: WorkUnit, _ configuration: SweepConfiguration, store: ClipStore, split: FoldFile.Dataset,
    group: any Communicator, directory: String, hooks: Hooks
  ) throws {
    (self.unit, self.configuration, self.group, self.directory, self.hooks) = (
      unit, configuration, group, directory, hooks
    )
    exchange = GroupExchange(group, reduction: configuration.training.reduction)
    random = UnitRandom(unit)
    data = try FoldData(
      split, fold: unit.fold, store: store, selection: configuration.training.selection,
      validationSeed: random.validation)
    loader = ClipLoader(store, configuration.network)
    branch = try DualBranch(
      configuration.network, configuration.training, variant: unit.variant, emotions: data.classes.count,
      identities: data.identities.count, seed: random.weights,
      pretrained: configuration.network.pretrained.map {
        try PretrainedWeights(opening: $0, width: configuration.network.width)
      })
  }

  /// Trains, scores and writes the unit's files.
  ///
  /// - Returns: the result, on the group's first rank.
  public func run() throws -> UnitResult? {
    let start = ContinuousClock.now
    try onFirstRank(prepareDirectory)
    let stages = Stage.of(unit.variant)
    for stage in stages {
      for epoch in 1...max(1, stage.epochs(configuration.training)) where stage.epochs(configuration.training) > 0 {
        try train(stage, epoch: epoch, isLastStage: stage == stages.last)
      }
    }
    if !selected.state.isEmpty { restore(selected.state) }
    let elapsed = ContinuousClock.now - start
    return try score(seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
  }

  /// One epoch: every training clip once, in random order.
  private func train(_ stage: Stage, epoch: Int, isLastStage: Bool) throws {
    let order = random.order(data.training.count, stage, epoch: epoch)
    var losses = MeanLosses()
    for start in stride(from: 0, to: order.count, by: configuration.training.batch) {
      let members = order[start..<min(order.count, start + configuration.training.batch)].map { data.training[$0] }
      let (stepLosses, _) = try branch.step(stage, batch(members, stage, epoch: epoch))
      losses.add(stepLosses, clips: members.count)
      steps += 1
      try hooks.afterStep()
    }
    var record = EpochRecord(stage: stage, epoch: epoch, steps: steps, losses: losses.mean)
    if stage.trainsMotion {
      record.testAccuracy = accuracy(try logits(of: data.test), data.test)
      if !data.validation.isEmpty {
        record.validationAccuracy = accuracy(try logits(of: data.validation), data.validation)
        if isLastStage, let accuracy = record.validationAccuracy, accuracy > selected.accuracy {
          selected = Selected(accuracy: accuracy, state: motionState.map { $0.copy() })
        }
      }
    }
    epochs.append(record)
    try onFirstRank { try JSONLines.append(record, to: directory + "/metrics.jsonl") }
    try hooks.afterEpoch(
      UnitProgress(
        unit: unit, stage: stage, epoch: epoch, epochs: stage.epochs(configuration.training), step: steps,
        steps: totalSteps))
  }

  private func batch(_ members: [FoldData.Member], _ stage: Stage, epoch: Int) -> TrainingBatch {
    let lanes = Lanes(batch: members.count, count: configuration.training.lanes, exchange: exchange)
    let clips = loader.load(lanes.samples.map { members[$0].index }) { clip in
      FrameSampler.training(
        clip, count: configuration.network.frames, random: random.frames(of: clip.name, stage, epoch: epoch))
    }
    return TrainingBatch(
      lanes: lanes, motionClips: clips.motion, identityClips: clips.identity, emotions: members.map(\.emotion),
      identities: members.map(data.identity), shuffle: random.shuffle(members.count, stage, step: steps))
  }

  private var totalSteps: Int {
    let perEpoch = (data.training.count + configuration.training.batch - 1) / configuration.training.batch
    return Stage.of(unit.variant).reduce(0) { $0 + $1.epochs(configuration.training) * perEpoch }
  }
}

// MARK: - Scores

extension FoldTrainer {
  /// What MENet says of clips in evaluation mode, on every rank: logits and features, a row a clip.
  private func outputs(
    of members: [FoldData.Member], _ forward: (Tensor, Tensor) throws -> RecognitionNetwork.Output
  ) throws -> (logits: [Tensor], features: [Tensor]) {
    var logits: [Tensor] = []
    var features: [Tensor] = []
    for start in stride(from: 0, to: members.count, by: configuration.training.batch) {
      let part = members[start..<min(members.count, start + configuration.training.batch)]
      let lanes = Lanes(batch: part.count, count: configuration.training.lanes, exchange: exchange)
      let clips = loader.load(lanes.samples.map { part[part.startIndex + $0].index }) {
        FrameSampler.evaluation($0, count: configuration.network.frames)
      }
      let output = try forward(clips.motion, clips.identity)
      logits.append(try lanes.gather(output.logits))
      features.append(try lanes.gather(output.features))
    }
    return (logits, features)
  }

  private func logits(of members: [FoldData.Member]) throws -> [[Float]] {
    try outputs(of: members) { motion, _ in try branch.menet.forward(motion, .evaluation) }.logits
      .flatMap(probabilities)
  }

  private func accuracy(_ probabilities: [[Float]], _ members: [FoldData.Member]) -> Double {
    guard !members.isEmpty else { return 0 }
    let right = zip(probabilities, members).count { largest($0) == $1.emotion }
    return Double(right) / Double(members.count)
  }

  private func score(seconds: Double) throws -> UnitResult? {
    let probabilities = try logits(of: data.test)
    let motion = try outputs(of: data.training) { clips, _ in try branch.menet.forward(clips, .evaluation) }.features
    var identity: [Tensor] = []
    if branch.idnet != nil {
      identity = try outputs(of: data.training) { _, clips in try branch.idnet!.forward(clips, .evaluation) }.features
    }
    guard group.rank == 0 else { return nil }

    var confusion = ConfusionMatrix(classes: data.classes.count)
    let predictions = zip(data.test, probabilities).map { member, row in
      confusion.add(truth: member.emotion, predicted: largest(row))
      return UnitResult.Prediction(
        clip: member.name, subject: member.subject, truth: member.emotion, predicted: largest(row), probabilities: row)
    }
    let probe = probe(motion)
    let result = UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: data.classes,
      confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall, leakyAccuracy: epochs.compactMap(\.testAccuracy).max() ?? 0,
      identityProbe: probe?.accuracy, identityProbeOfIdentity: self.probe(identity)?.accuracy,
      identityChance: probe?.chance, seconds: seconds, ranks: group.size, steps: steps,
      weightsDigest: try writeWeights(), predictions: predictions)
    try AtomicFile.write(resultJSON(result), to: directory + "/result.json")
    return result
  }

  private func probe(_ features: [Tensor]) -> IdentityProbe? {
    let rows = features.flatMap { tensor in
      (0..<tensor.shape[0]).map { Array(UnsafeBufferPointer(start: tensor.row($0), count: tensor.shape[1])) }
    }
    return IdentityProbe.measure(
      features: rows, subjects: data.training.map(\.subject), clips: data.training.map(\.name))
  }

  private func largest(_ row: [Float]) -> Int { row.indices.max { row[$0] < row[$1] } ?? 0 }
}

// MARK: - Files

extension FoldTrainer {
  private func prepareDirectory() throws {
    try Directory.make(directory)
    try AtomicFile.write(Data(), to: directory + "/metrics.jsonl")
  }

  /// Does something on the group's first rank; where that fails, it fails on all of them.
  private func onFirstRank(_ body: () throws -> Void) throws {
    var failure: Fault?
    if group.rank == 0 {
      do { try body() } catch let fault as Fault { failure = fault }
    }
    let said = try group.broadcastText(failure.map { "\($0.place)\n\($0.problem)" } ?? "")
    if !said.isEmpty {
      let parts = said.split(separator: "\n", maxSplits: 1).map(String.init)
      throw Fault(at: parts[0], parts.last ?? "")
    }
  }

  /// Writes the networks and returns the digest of MENet's file.
  private func writeWeights() throws -> String {
    let emotional = ModelDescription(classes: data.classes, configuration.network).metadata
    let personal = ModelDescription(classes: nil, configuration.network).metadata
    let modules: [(String, (any Module)?, [String: String])] = [
      ("idnet", branch.idnet, personal), ("mine", branch.mine, [:]), ("menet", branch.menet, emotional),
    ]
    for (name, module, metadata) in modules {
      if let module { try SafeTensors.write(module.state, metadata: metadata, to: "\(directory)/\(name).safetensors") }
    }
    return try SHA256.hex(ofFile: directory + "/menet.safetensors")
  }

  private func resultJSON(_ result: UnitResult) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(result) + Data("\n".utf8)
  }

  private var motionState: [Tensor] { branch.menet.parameters.map(\.value) + branch.menet.statistics.map(\.value) }

  private func restore(_ state: [Tensor]) {
    for (tensor, kept) in zip(motionState, state) { tensor.pointer.update(from: kept.pointer, count: kept.count) }
  }
}
