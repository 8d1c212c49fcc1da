import Core

/// The state of a sweep's units, on the coordinator: a value, without files or messages.
struct SweepState {
  /// Units that this job trains, in the order in which they are assigned.
  let planned: [WorkUnit]
  /// How each unit ended that has ended, in this job or an earlier one.
  private(set) var outcomes: [UnitOutcome]
  /// How many of the outcomes are failures.
  private(set) var failed: Int
  /// How often each unit failed.
  private(set) var failures: [WorkUnit: Int]
  /// How often each unit lost its ranks at the same point: since its last new checkpoint.
  private(set) var losses: [WorkUnit: Int]

  /// A unit that loses its ranks this often at the same point is given up.
  static let mostLosses = 3

  init(
    planned: [WorkUnit], outcomes: [UnitOutcome] = [], failures: [WorkUnit: Int] = [:], losses: [WorkUnit: Int] = [:]
  ) {
    (self.planned, self.outcomes, self.failures, self.losses) = (planned, outcomes, failures, losses)
    failed = outcomes.count { if case .failed = $0 { true } else { false } }
  }

  /// Restores the state from the ledger, for a coordinator that takes over from one that was lost.
  init(planned: [WorkUnit], outcomes: [UnitOutcome], entries: [LedgerEntry]) {
    let failures = Ledger.failures(entries)
    let standing = outcomes.filter { outcome in
      if case .failed(let unit, _) = outcome { failures[unit, default: 0] >= UnitQueue.attempts } else { true }
    }
    self.init(planned: planned, outcomes: standing, failures: failures, losses: Ledger.losses(entries))
  }

  /// Units that have not ended, in the order in which they are assigned.
  var pending: [WorkUnit] {
    let ended = Set(outcomes.map(\.unit))
    return planned.filter { !ended.contains($0) }
  }

  /// Units to be given up because their ranks were lost too often.
  var unitsToGiveUp: [WorkUnit] { pending.filter { losses[$0, default: 0] >= SweepState.mostLosses } }

  mutating func finish(_ result: UnitResult) { outcomes.append(.finished(result)) }

  /// - Parameters:
  ///   - attempt: which try failed, from 1.
  ///   - isFinal: whether it is not tried again.
  mutating func fail(_ unit: WorkUnit, _ reason: String, attempt: Int, isFinal: Bool) {
    failures[unit] = attempt
    if isFinal { giveUp(unit, reason) }
  }

  mutating func giveUp(_ unit: WorkUnit, _ reason: String) {
    outcomes.append(.failed(unit, reason: reason))
    failed += 1
    losses[unit] = nil
  }

  /// - Parameter entries: the ledger's, with the newest losses.
  mutating func count(lossesIn entries: [LedgerEntry]) { losses = Ledger.losses(entries) }
}
