import Core

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

    /// Before every step: the stage, and the steps of the unit that are done.
    public var beforeStep: (Stage, Int) -> Void
    /// After every step: whether the unit is to pause. The ranks of the group agree on the greatest.
    public var pause: () throws -> Pause

    public init(
      afterStep: @escaping () throws -> Void = {}, afterEpoch: @escaping (UnitProgress) throws -> Void = { _ in },
      beforeStep: @escaping (Stage, Int) -> Void = { _, _ in }, pause: @escaping () throws -> Pause = { .none }
    ) {
      (self.afterStep, self.afterEpoch, self.beforeStep, self.pause) = (afterStep, afterEpoch, beforeStep, pause)
    }
  }

  /// How `run` ended.
  public enum Ending {
    /// The result, on the group's first rank.
    case finished(UnitResult?)
    /// As it was asked to; `run` of another trainer of the unit goes on.
    case paused
  }

  private let unit: WorkUnit
  private let configuration: SweepConfiguration
  private let group: any Communicator
  private let exchange: GroupExchange
  private let hooks: Hooks
  private let files: UnitFiles
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
    (self.unit, self.configuration, self.group, self.hooks) = (unit, configuration, group, hooks)
    files = UnitFiles(directory: directory)
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
  /// - Returns: the same case on every rank of the group.
  public func run() throws -> Ending {
    let start = ContinuousClock.now
    try onFirstRank(files.prepare)
    let stages = Stage.of(unit.variant)
    for stage in stages {
      for epoch in 1...max(1, stage.epochs(configuration.training)) where stage.epochs(configuration.training) > 0 {
        if try train(stage, epoch: epoch, isLastStage: stage == stages.last) { return .paused }
      }
    }
    if !selected.state.isEmpty { restore(selected.state) }
    let elapsed = ContinuousClock.now - start
    return .finished(
      try score(seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18))
  }

  /// One epoch: every training clip once, in random order.
  private func train(_ stage: Stage, epoch: Int, isLastStage: Bool) throws -> Bool {
    let order = random.order(data.training.count, stage, epoch: epoch)
    var tally = EpochTally()
    var pause = Pause.none
    for start in stride(from: 0, to: order.count, by: configuration.training.batch) {
      let members = order[start..<min(order.count, start + configuration.training.batch)].map { data.training[$0] }
      hooks.beforeStep(stage, steps)
      let (losses, outputs) = try branch.step(stage, batch(members, stage, epoch: epoch))
      tally.add(losses, outputs, of: members)
      steps += 1
      try hooks.afterStep()
      pause = max(pause, try agreed(hooks.pause()))
      if pause == .atNextStep { return true }
    }
    try end(stage, epoch: epoch, tally, isLastStage: isLastStage)
    return pause == .atNextEpoch
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

  /// Scores MENet as it is after the epoch and writes the epoch down.
  private func end(_ stage: Stage, epoch: Int, _ tally: EpochTally, isLastStage: Bool) throws {
    var record = EpochRecord(stage: stage, epoch: epoch, steps: steps, losses: tally.losses.mean)
    if stage.trainsMotion {
      record.testAccuracy = try accuracy(on: data.test)
      if !data.validation.isEmpty {
        let accuracy = try accuracy(on: data.validation)
        record.validationAccuracy = accuracy
        if isLastStage, accuracy > selected.accuracy {
          selected = Selected(accuracy: accuracy, state: motionState.map { $0.copy() })
        }
      }
    }
    if group.rank == 0 {
      record.heldOutInformation = tally.heldOutInformation(seed: random.information(stage, epoch: epoch))
    }
    epochs.append(record)
    try onFirstRank { try files.append(record) }
    try hooks.afterEpoch(
      UnitProgress(
        unit: unit, stage: stage, epoch: epoch, epochs: stage.epochs(configuration.training), step: steps,
        steps: totalSteps))
  }

  private var totalSteps: Int {
    let perEpoch = (data.training.count + configuration.training.batch - 1) / configuration.training.batch
    return Stage.of(unit.variant).reduce(0) { $0 + $1.epochs(configuration.training) * perEpoch }
  }

  private var motionState: [Tensor] { branch.menet.parameters.map(\.value) + branch.menet.statistics.map(\.value) }

  private func restore(_ state: [Tensor]) {
    for (tensor, kept) in zip(motionState, state) { tensor.pointer.update(from: kept.pointer, count: kept.count) }
  }

  private func agreed(_ pause: Pause) throws -> Pause {
    var wishes = [Double](repeating: 0, count: Pause.atNextStep.rawValue + 1)
    wishes[pause.rawValue] = 1
    try wishes.withUnsafeMutableBufferPointer { try exchange.add($0) }
    return Pause(rawValue: wishes.lastIndex { $0 > 0 } ?? 0) ?? .none
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
}

// MARK: - Scores

extension FoldTrainer {
  private var evaluation: FoldEvaluation {
    FoldEvaluation(
      loader: loader, lanes: configuration.training.lanes, batch: configuration.training.batch, exchange: exchange)
  }

  private func accuracy(on members: [FoldData.Member]) throws -> Double {
    FoldEvaluation.accuracy(try evaluation.motion(of: members, branch.menet).probabilities, members)
  }

  /// Scores the trained networks and writes the unit's files; the result is on the group's first rank.
  private func score(seconds: Double) throws -> UnitResult? {
    let test = try evaluation.motion(of: data.test, branch.menet)
    let motion = try evaluation.motion(of: data.training, branch.menet).features
    let identity = try branch.idnet.map { try evaluation.identity(of: data.training, $0).features }
    guard group.rank == 0 else { return nil }

    var confusion = ConfusionMatrix(classes: data.classes.count)
    let predictions = zip(data.test, test.probabilities).map { member, row in
      let predicted = FoldEvaluation.mostProbable(row)
      confusion.add(truth: member.emotion, predicted: predicted)
      return UnitResult.Prediction(
        clip: member.name, subject: member.subject, truth: member.emotion, predicted: predicted, probabilities: row)
    }
    let probe = probe(motion)
    let overlaps = test.attentionOverlaps
    let result = UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: data.classes,
      confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall, leakyAccuracy: epochs.compactMap(\.testAccuracy).max() ?? 0,
      identityProbe: probe?.accuracy, identityProbeOfIdentity: identity.flatMap(self.probe)?.accuracy,
      identityChance: probe?.chance,
      attentionOverlap: overlaps.isEmpty ? nil : overlaps.reduce(0, +) / Double(overlaps.count),
      seconds: seconds, ranks: group.size, steps: steps,
      weightsDigest: try files.write(branch, configuration.network, classes: data.classes), predictions: predictions)
    try files.write(result)
    return result
  }

  private func probe(_ features: [[Float]]) -> IdentityProbe? {
    IdentityProbe.measure(features: features, subjects: data.training.map(\.subject), clips: data.training.map(\.name))
  }
}
