import Core

/// Trains one work unit on the ranks of a group: the four stages, then the scores.
///
/// Every rank of the group runs the same lines; the group's first rank writes the files. A unit that was left, or whose
/// ranks died, is gone on with from its newest good checkpoint by any group that runs it again, to the same bits.
public final class FoldTrainer {
  /// How a run ended.
  public enum Ending: Sendable {
    /// The unit is trained; the result is on the group's first rank.
    case finished(UnitResult?)
    /// The unit waits at a checkpoint for whoever runs it next.
    case paused
  }

  let unit: WorkUnit
  let configuration: SweepConfiguration
  let group: any Communicator
  let exchange: GroupExchange
  let hooks: Hooks
  let files: UnitFiles
  let data: FoldData
  let loader: ClipLoader
  private let clips: ClipsAhead
  let schedule: TrainingSchedule
  var state: TrainingState
  /// What the ranks agreed on at the last boundary.
  var pause = Pause.none
  /// Set on the group's first rank.
  var writer: CheckpointWriter?
  let clock: UnitClock
  /// Of the epoch that is under way.
  private var pace = StepPace()
  private let random: UnitRandom

  /// - Parameters:
  ///   - group: the ranks that train the unit together, a power of two that divides the lanes.
  ///   - directory: where the unit's files go; its first rank makes it.
  /// - Throws: a `Fault`, on all ranks alike, when the unit cannot be trained on this store.
  public init(
    _ unit: WorkUnit, _ configuration: SweepConfiguration, store: ClipStore, split: FoldFile.Dataset,
    group: any Communicator, directory: String, hooks: Hooks
  ) throws {
    (self.unit, self.configuration, self.group, self.hooks) = (unit, configuration, group, hooks)
    files = UnitFiles(directory: directory)
    clock = UnitClock(earlier: group.rank == 0 ? files.checkpoints.seconds : 0)
    exchange = GroupExchange(group, reduction: configuration.training.reduction)
    random = UnitRandom(unit)
    let validationSeed = random.validation
    data = try group.onEveryRank {
      try FoldData(
        split, fold: unit.fold, store: store, selection: configuration.training.selection,
        validationSeed: validationSeed)
    }
    schedule = TrainingSchedule(unit.variant, configuration.training, clips: data.training.count)
    loader = ClipLoader(store, configuration.network)
    let (emotions, identities, seed) = (data.classes.count, data.identities.count, random.weights)
    // One host may lack the pretrained weights.
    let branch = try group.onEveryRank {
      try DualBranch(
        configuration.network, configuration.training, variant: unit.variant, emotions: emotions,
        identities: identities, seed: seed,
        pretrained: configuration.network.pretrained.map {
          try PretrainedWeights(opening: $0, width: configuration.network.width)
        })
    }
    clips = ClipsAhead(loader, branch.idnet == nil ? .motion : .both)
    state = TrainingState(branch)
  }

  /// Trains what the newest checkpoint leaves to train, scores, and writes the unit's files.
  public func run() throws -> Ending {
    // Whatever ends the run, nobody writes in the unit's directory afterwards.
    defer { try? writer?.finish() }
    try takeUp()
    do {
      while state.epochs.count < schedule.epochs.count {
        let epoch = schedule.epochs[state.epochs.count]
        try train(epoch)
        try end(epoch)
      }
      state.restoreSelected()
      let result = try score()
      return .finished(result)
    } catch is Leaving {
      try leave()
      return .paused
    }
  }

  /// One epoch, or what is left of it: every training clip once, in random order.
  private func train(_ epoch: TrainingSchedule.Epoch) throws {
    pace = StepPace()
    while state.batches < schedule.batches {
      let members = members(of: epoch, batch: state.batches)
      hooks.beforeStep(epoch.stage, state.steps(schedule))
      let begun = ContinuousClock.now
      let (losses, outputs) = try state.branch.step(epoch.stage, try batch(members, epoch))
      state.tally.add(losses, outputs, of: members)
      state.batches += 1
      try keepStep()
      pace.add(clips: members.count, since: begun)
      try hooks.progressed(progress(epoch, losses: state.tally.losses.mean, isEpochEnd: false))
      try boundary(loading: clips.failure)
    }
  }

  /// The clips of a batch of an epoch.
  private func members(of epoch: TrainingSchedule.Epoch, batch: Int) -> [FoldData.Member] {
    let order = random.order(data.training.count, epoch.stage, epoch: epoch.number)
    let start = batch * schedule.batchSize
    return order[start..<min(order.count, start + schedule.batchSize)].map { data.training[$0] }
  }

  /// The members of a batch that this rank holds, and the frames that the epoch takes of them.
  private func choices(_ members: [FoldData.Member], _ lanes: Lanes, _ epoch: TrainingSchedule.Epoch) -> [ClipChoice] {
    lanes.samples.map { sample in
      let clip = loader.store.clips[members[sample].index]
      let stream = random.frames(of: clip.name, epoch.stage, epoch: epoch.number)
      let frames = FrameSampler.training(clip, count: configuration.network.frames, random: stream)
      return ClipChoice(clip: members[sample].index, frames: frames)
    }
  }

  private func lanes(_ members: [FoldData.Member]) -> Lanes {
    Lanes(batch: members.count, count: configuration.training.lanes, exchange: exchange)
  }

  /// Begins to load the batch that follows in this epoch, or opens the next one.
  private func loadNext(after epoch: TrainingSchedule.Epoch) {
    let isLast = state.batches + 1 >= schedule.batches
    let following = state.epochs.count + (isLast ? 1 : 0)
    guard following < schedule.epochs.count else { return }
    let next = schedule.epochs[following]
    let members = members(of: next, batch: isLast ? 0 : state.batches + 1)
    clips.begin(choices(members, lanes(members), next))
  }

  private func batch(_ members: [FoldData.Member], _ epoch: TrainingSchedule.Epoch) throws -> TrainingBatch {
    let lanes = lanes(members)
    let choices = choices(members, lanes, epoch)
    // Of clips that were on their way at the last boundary, all ranks know that they are there.
    let clips =
      self.clips.hasBegun ? try self.clips.take(choices) : try group.onEveryRank { try self.clips.take(choices) }
    loadNext(after: epoch)
    return TrainingBatch(
      lanes: lanes, motionClips: clips.motion, identityClips: clips.identity, emotions: members.map(\.emotion),
      identities: members.map(data.identity),
      shuffle: random.shuffle(members.count, epoch.stage, step: state.steps(schedule)))
  }

  /// Scores MENet as it is after the epoch and writes the epoch down.
  private func end(_ epoch: TrainingSchedule.Epoch) throws {
    var record = EpochRecord(
      stage: epoch.stage, epoch: epoch.number, steps: state.steps(schedule), losses: state.tally.losses.mean)
    var selected = state.selected
    if epoch.stage.trainsMotion {
      record.testAccuracy = try accuracy(on: data.test)
      if !data.validation.isEmpty {
        let accuracy = try accuracy(on: data.validation)
        record.validationAccuracy = accuracy
        if epoch.stage == schedule.epochs.last?.stage, accuracy > selected?.accuracy ?? -1 {
          selected = TrainingState.Selected(accuracy: accuracy, tensors: state.motionTensors.map { $0.copy() })
        }
      }
    }
    if group.rank == 0 {
      record.heldOutInformation = state.tally.heldOutInformation(
        seed: random.information(epoch.stage, epoch: epoch.number))
    }
    try onFirstRank { try files.append(record) }
    state.end(record, selected)
    try keepEpoch()
    try hooks.afterEpoch(progress(epoch, losses: record.losses, isEpochEnd: true))
    if pause >= .atNextEpoch { throw Leaving() }
  }

  private func progress(_ epoch: TrainingSchedule.Epoch, losses: StepLosses, isEpochEnd: Bool) -> UnitProgress {
    UnitProgress(
      unit: unit, stage: epoch.stage, epoch: epoch.number, epochs: epoch.stage.epochs(configuration.training),
      step: state.steps(schedule), steps: schedule.steps, isEpochEnd: isEpochEnd,
      loss: losses.total.isFinite ? losses.total : nil, clipsPerSecond: pace.clipsPerSecond,
      seconds: clock.secondsOfThisGo)
  }

  /// Does something on the group's first rank; where that fails, it fails on all of them.
  func onFirstRank(_ body: () throws -> Void) throws { try group.onFirstRank(body) }
}
