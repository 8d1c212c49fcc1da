import Core

extension UnitRun {
  /// Writes the unit's files and returns the result on the group's first rank.
  ///
  /// - Throws: a `Fault` when the method's probabilities cannot be scored, or a file cannot be written.
  func finish(_ fitted: any FittedMethod, _ scores: MethodScores) throws -> UnitResult? {
    let rows = scores.probabilities
    guard rows.count == data.test.count, rows.allSatisfy({ $0.count == data.classes.count }),
      rows.joined().allSatisfy(\.isFinite)
    else { throw Fault(at: "\(unit)", "gave probabilities that are not finite, or too few of them") }
    try group.onFirstRank { try writer?.finish() }
    guard group.rank == 0 else { return nil }
    let (confusion, predictions) = data.score(rows)
    let result = UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, arm: unit.arm, seed: unit.seed,
      classes: data.classes, confusion: confusion.counts, accuracy: confusion.accuracy, uf1: confusion.unweightedF1,
      uar: confusion.unweightedAverageRecall,
      // The accuracy of the epoch that is best on the test clips; for a method that is scored once, that score.
      leakyAccuracy: progress.records.compactMap(\.testAccuracy).max() ?? confusion.accuracy,
      identityProbe: scores.linearProbes?.motion, identityProbeOfIdentity: scores.linearProbes?.identity,
      identityChance: scores.linearProbes?.chance, identityFloor: scores.linearProbes?.floor,
      identityProbeNonlinear: scores.nonlinearProbes?.motion,
      identityProbeNonlinearOfIdentity: scores.nonlinearProbes?.identity,
      identityFloorNonlinear: scores.nonlinearProbes?.floor, attention: scores.attention,
      attentionMaps: scores.attentionMaps,
      information: progress.records.compactMap(\.information), repeatDifference: scores.repeatDifference,
      seconds: clock.seconds, ranks: group.size, steps: progress.steps,
      weightsDigest: try files.write(fitted.models), predictions: predictions)
    try files.write(result)
    return result
  }
}
