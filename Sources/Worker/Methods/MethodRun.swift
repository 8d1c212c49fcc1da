import Core

/// Runs one work unit of a method that is no variant of the dual-branch network: fits it on the fold's training clips,
/// scores it on the test clips.
///
/// Every rank of the group runs the same lines; the group's first rank writes the files. A unit that was left, or whose
/// ranks died, is gone on with from the last round that was kept, to the same bits.
public final class MethodRun {
  let unit: WorkUnit
  let configuration: SweepConfiguration
  let group: any Communicator
  let exchange: GroupExchange
  let hooks: FoldTrainer.Hooks
  let files: UnitFiles
  let data: FoldData
  /// Set on the group's first rank.
  var writer: CheckpointWriter?
  /// Rounds that have ended, and what there was to say of each.
  var progress = MethodProgress()
  /// What was learned when the last round ended, on the group's first rank, and whether it is on its way to disk.
  var kept: (tensors: [SafeTensors.Content], isWritten: Bool)?
  var lastWritten = ContinuousClock.now
  let clock: UnitClock
  private let method: any Method
  private let store: ClipStore
  private let landmarks: [String: FaceLandmarks]
  private let features: FeatureStore
  private let random: UnitRandom
  private var pause = Pause.none

  /// - Parameters:
  ///   - landmarks: of the store's clips, by name, where there are any.
  ///   - group: the ranks that the unit was given to.
  ///   - directory: where the unit's files go; its first rank makes it.
  ///   - features: what this process has computed of the clips in other folds.
  /// - Throws: a `Fault`, on all ranks alike, when the folds do not fit the store.
  public init(
    _ unit: WorkUnit, _ method: any Method, _ configuration: SweepConfiguration, store: ClipStore,
    landmarks: [String: FaceLandmarks] = [:], split: FoldFile.Dataset, group: any Communicator, directory: String,
    features: FeatureStore, hooks: FoldTrainer.Hooks
  ) throws {
    (self.unit, self.method, self.configuration) = (unit, method, configuration)
    (self.store, self.landmarks, self.group) = (store, landmarks, group)
    (self.features, self.hooks) = (features, hooks)
    exchange = GroupExchange(group, reduction: configuration.training.reduction)
    files = UnitFiles(directory: directory)
    clock = UnitClock(earlier: group.rank == 0 ? files.checkpoints.seconds : 0)
    random = UnitRandom(unit)
    // No epoch is chosen, so no clip is held out for it.
    let validationSeed = random.validation
    data = try group.onEveryRank {
      try FoldData(split, fold: unit.fold, store: store, selection: .last, validationSeed: validationSeed)
    }
  }

  /// Fits what the newest checkpoint leaves to fit, scores, and writes the unit's files.
  public func run() throws -> FoldTrainer.Ending {
    // Whatever ends the run, nobody writes in the unit's directory afterwards.
    defer { try? writer?.finish() }
    do {
      let training = clips(data.training)
      var fitted = try group.onEveryRank { try method.begin(training) }
      try takeUp(&fitted)
      while progress.rounds < fitted.rounds {
        hooks.beforeStep(nil, progress.rounds)
        let loss = try fitted.fit(round: progress.rounds, training)
        try end(round: progress.rounds, of: fitted, loss)
        try boundary()
        if pause >= .atNextEpoch { throw Leaving() }
      }
      let rows = try fitted.probabilities(of: clips(data.test))
      return .finished(try score(fitted, rows))
    } catch is Leaving {
      try leave()
      return .paused
    }
  }

  func clips(_ members: [FoldData.Member]) -> MethodClips {
    MethodClips(
      store: store, members: members.map { MethodClips.Member(clip: $0.index, label: $0.emotion) },
      classes: data.classes.count, seed: random.method, settings: configuration.training, landmarks: landmarks,
      exchange: exchange, features: features,
      agree: { [group] fault in try group.onEveryRank { if let fault { throw fault } } },
      boundary: { [self] in try boundary() })
  }

  /// Others are served, and the ranks agree whether to leave.
  private func boundary() throws {
    try hooks.afterStep()
    let (wish, failed) = try exchange.agree(on: try hooks.pause(), [writer?.hasFailed ?? false])
    if failed[0] { try group.onFirstRank { try writer?.finish() } }
    pause = max(pause, wish)
    if pause == .atNextStep { throw Leaving() }
  }

  private func end(round: Int, of fitted: any FittedMethod, _ loss: Double?) throws {
    progress.rounds = round + 1
    if let loss {
      var losses = StepLosses()
      (losses.crossEntropy, losses.total) = (loss, loss)
      let record = EpochRecord(stage: nil, epoch: progress.rounds, steps: progress.rounds, losses: losses)
      progress.epochs.append(record)
      try group.onFirstRank { try files.append(record) }
    }
    try keep(fitted)
    let told = UnitProgress(
      unit: unit, stage: nil, epoch: progress.rounds, epochs: fitted.rounds, step: progress.rounds,
      steps: fitted.rounds, isEpochEnd: fitted.rounds > 1, loss: loss, clipsPerSecond: 0, seconds: clock.secondsOfThisGo
    )
    try hooks.progressed(told)
  }

  private func score(_ fitted: any FittedMethod, _ rows: [[Float]]) throws -> UnitResult? {
    guard rows.count == data.test.count, rows.allSatisfy({ $0.count == data.classes.count }),
      rows.joined().allSatisfy(\.isFinite)
    else { throw Fault(at: "method \(method.about.name)", "gave probabilities that are no numbers, or too few") }
    try group.onFirstRank { try writer?.finish() }
    guard group.rank == 0 else { return nil }
    let (confusion, predictions) = FoldEvaluation.score(rows, data.test, classes: data.classes.count)
    let digest = try files.write(fitted.model, method: method.about.name, classes: data.classes)
    let result = UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: data.classes,
      confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall, leakyAccuracy: confusion.accuracy, identityProbe: nil,
      identityProbeOfIdentity: nil, identityChance: nil, seconds: clock.seconds, ranks: group.size,
      steps: progress.rounds, weightsDigest: digest, predictions: predictions)
    try files.write(result)
    return result
  }
}
