import Core

/// Runs one work unit of a method that is no variant of the dual-branch network: fits it on the fold's training clips,
/// scores it on the test clips.
///
/// Every rank of the group runs the same lines; the group's first rank writes the files.
public struct MethodRun {
  private let unit: WorkUnit
  private let method: any Method
  private let configuration: SweepConfiguration
  private let store: ClipStore
  private let group: any Communicator
  private let exchange: GroupExchange
  private let files: UnitFiles
  private let data: FoldData
  private let features: FeatureStore
  private let hooks: FoldTrainer.Hooks
  private let random: UnitRandom
  private let clock = UnitClock(earlier: 0)

  /// - Parameters:
  ///   - group: the ranks that the unit was given to.
  ///   - directory: where the unit's files go; its first rank makes it.
  ///   - features: what this process has computed of the clips in other folds.
  /// - Throws: a `Fault` when the folds do not fit the store.
  public init(
    _ unit: WorkUnit, _ method: any Method, _ configuration: SweepConfiguration, store: ClipStore,
    split: FoldFile.Dataset, group: any Communicator, directory: String, features: FeatureStore,
    hooks: FoldTrainer.Hooks
  ) throws {
    (self.unit, self.method, self.configuration, self.store) = (unit, method, configuration, store)
    (self.group, self.features, self.hooks) = (group, features, hooks)
    exchange = GroupExchange(group, reduction: configuration.training.reduction)
    files = UnitFiles(directory: directory)
    random = UnitRandom(unit)
    // No epoch is chosen, so no clip is held out for it.
    data = try FoldData(split, fold: unit.fold, store: store, selection: .last, validationSeed: random.validation)
  }

  /// Fits, scores, and writes the unit's files.
  public func run() throws -> FoldTrainer.Ending {
    do {
      try group.onFirstRank { try files.prepare() }
      let training = clips(data.training)
      var fitted = try method.begin(training)
      for round in 0..<fitted.rounds {
        _ = try fitted.fit(round: round, training)
        try boundary()
      }
      let rows = try fitted.probabilities(of: clips(data.test))
      return .finished(try score(rows))
    } catch is Leaving {
      return .paused
    }
  }

  private func score(_ rows: [[Float]]) throws -> UnitResult? {
    guard rows.count == data.test.count, rows.allSatisfy({ $0.count == data.classes.count }),
      rows.joined().allSatisfy(\.isFinite)
    else { throw Fault(at: "method \(method.about.name)", "gave probabilities that are no numbers, or too few") }
    guard group.rank == 0 else { return nil }
    var confusion = ConfusionMatrix(classes: data.classes.count)
    let predictions = zip(data.test, rows).map { member, row in
      let predicted = FoldEvaluation.mostProbable(row)
      confusion.add(truth: member.emotion, predicted: predicted)
      return UnitResult.Prediction(
        clip: member.name, subject: member.subject, truth: member.emotion, predicted: predicted, probabilities: row)
    }
    return UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: data.classes,
      confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall, leakyAccuracy: confusion.accuracy, identityProbe: nil,
      identityProbeOfIdentity: nil, identityChance: nil, seconds: clock.seconds, ranks: group.size, steps: 0,
      weightsDigest: MethodRun.digest(rows), predictions: predictions)
  }

  private func clips(_ members: [FoldData.Member]) -> MethodClips {
    MethodClips(
      store: store, members: members.map { MethodClips.Member(clip: $0.index, label: $0.emotion) },
      classes: data.classes.count, seed: random.method, settings: configuration.training, exchange: exchange,
      features: features, boundary: boundary)
  }

  /// Others are served, and the unit is left where the first rank is told to.
  private func boundary() throws {
    try hooks.afterStep()
    if try hooks.pause() == .atNextStep { throw Leaving() }
  }

  /// What stands for weights in the books: SHA-256 of the probabilities' bits, little end first.
  private static func digest(_ rows: [[Float]]) -> String {
    SHA256.hex(of: rows.joined().flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    })
  }
}
