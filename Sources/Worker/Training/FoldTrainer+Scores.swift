import Core

extension FoldTrainer {
  private var evaluation: FoldEvaluation {
    FoldEvaluation(
      loader: loader, lanes: configuration.training.lanes, batch: configuration.training.batch, group: group,
      exchange: exchange, afterBatch: { [self] in try boundary(loading: $0) })
  }

  func accuracy(on members: [FoldData.Member]) throws -> Double {
    FoldEvaluation.accuracy(try evaluation.motion(of: members, state.branch.menet).probabilities, members)
  }

  /// Scores the trained networks and writes the unit's files; the result is on the group's first rank.
  func score() throws -> UnitResult? {
    let test = try evaluation.motion(of: data.test, state.branch.menet)
    let motion = try evaluation.motion(of: data.training, state.branch.menet).features
    let identity = try state.branch.idnet.map { try evaluation.identity(of: data.training, $0).features }
    try onFirstRank { try writer?.finish() }
    guard group.rank == 0 else { return nil }

    let (confusion, predictions) = FoldEvaluation.score(test.probabilities, data.test, classes: data.classes.count)
    let probe = probe(motion)
    let result = UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: data.classes,
      confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall, leakyAccuracy: state.epochs.compactMap(\.testAccuracy).max() ?? 0,
      identityProbe: probe?.accuracy, identityProbeOfIdentity: identity.flatMap(self.probe)?.accuracy,
      identityChance: probe?.chance, attention: AttentionSimilarity.mean(test.attention),
      attentionMaps: test.attentionMaps.mean,
      information: state.epochs.compactMap(\.information), seconds: clock.seconds, ranks: group.size,
      steps: schedule.steps,
      weightsDigest: try files.write(state.branch, configuration.network, classes: data.classes),
      predictions: predictions)
    try files.write(result)
    return result
  }

  private func probe(_ features: [[Float]]) -> IdentityProbe? {
    IdentityProbe.measure(features: features, subjects: data.training.map(\.subject), clips: data.training.map(\.name))
  }
}
