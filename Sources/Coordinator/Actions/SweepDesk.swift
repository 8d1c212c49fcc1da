import Core
import Foundation
import Worker

/// What rank 0 does beside training: the ledger, the outcomes, how far all is and, at the end, the report.
final class SweepDesk {
  private let setup: SweepSetup
  private let directory: RunDirectory
  private let console: Console
  private var outcomes: [UnitOutcome] = []
  private var failures: [WorkUnit: Int] = [:]
  private var overview: SweepOverview
  private let display: ProgressDisplay

  init(_ setup: SweepSetup, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console) {
    (self.setup, self.directory, self.console) = (setup, directory, console)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
  }

  /// Takes up what earlier runs left and writes down what is planned.
  func open() throws {
    let pending = Set(setup.pending)
    outcomes = try directory.outcomes(setup.configuration).filter { !pending.contains($0.unit) }
    removeOldCheckpoints()
    for unit in setup.pending { try directory.record(LedgerEntry(event: .planned, unit: unit)) }
  }

  /// Takes the books over from a coordinator that was lost.
  func takeOver() throws {
    failures = Ledger.failures(try directory.entries())
    outcomes = try directory.outcomes(setup.configuration).filter { outcome in
      if case .failed(let unit, _) = outcome { failures[unit, default: 0] >= HandOut.attempts } else { true }
    }
    removeOldCheckpoints()
  }

  /// A job that ended between the ledger and the checkpoints left these.
  private func removeOldCheckpoints() {
    for case .finished(let result) in outcomes { removeCheckpoints(of: result.unit) }
  }

  private func removeCheckpoints(of unit: WorkUnit) {
    directory.removeCheckpoints(of: unit, seeds: setup.configuration.seeds.count)
  }

  /// Units that have not ended, in the order in which they are handed out.
  var pending: [WorkUnit] {
    let ended = Set(outcomes.map(\.unit))
    return setup.pending.filter { !ended.contains($0) }
  }

  /// The books for one round.
  ///
  /// - Parameters:
  ///   - groups: members' places.
  ///   - members: world ranks.
  ///   - hosts: of each world rank.
  func books(groups: [[Int]], members: [Int], hosts: [String], elasticTail: ElasticTail?) -> Dispatcher.Desk {
    let ranks = groups.map { $0.map { members[$0] } }
    overview.begin(
      ranks: Dictionary(uniqueKeysWithValues: zip(groups.map { $0[0] }, ranks)), hosts: members.map { hosts[$0] })
    return Dispatcher.Desk(
      handOut: HandOut(pending, groups: groups.count, failures: failures), elasticTail: elasticTail,
      started: { [self] unit, leader in
        overview.start(unit, leader: leader)
        var entry = LedgerEntry(event: .started, unit: unit)
        let ranks = (groups.first { $0[0] == leader } ?? []).map { members[$0] }
        (entry.ranks, entry.hosts) = (ranks, Array(Set(ranks.map { hosts[$0] })).sorted())
        try directory.record(entry)
      },
      ended: { [self] outcome, attempt, isFinal in try end(outcome, attempt, isFinal) },
      paused: { [self] unit in
        overview.end(unit)
        try directory.record(LedgerEntry(event: .paused, unit: unit))
      },
      progressed: { [self] progress in
        overview.take(progress)
        guard progress.isEpochEnd || display.isDue else { return }
        let now = showProgress()
        guard progress.isEpochEnd, let group = now.groups.first(where: { $0.unit == progress.unit }) else { return }
        display.note(epoch: ProgressLine.epoch(of: group, now))
      })
  }

  /// Writes the report and says in a few lines what came out; or, where units are left, says that the sweep was
  /// stopped: there is no report of half a sweep.
  ///
  /// - Parameter session: the one that the sweep ends in.
  func close(_ session: Session) throws -> ExitStatus {
    display.end()
    let left = pending.count
    guard left == 0 else {
      let done = outcomes.count
      console.note("\(Program.name): stopped, \(done) of \(done + left) units done; the same command goes on")
      return .paused
    }
    let report = ComparisonReport(setup, outcomes)
    try report.write(to: directory.path, timeline: Timeline(directory.entries()))
    if !console.isQuiet {
      for text in report.summaryLines { console.line(text) }
    }
    console.line("report: \(directory.reportPage)")
    let status: ExitStatus = report.holes.isEmpty ? .success : .failedUnits
    if session.number > 0 {
      say("ranks were lost on the way; the sweep ends with status \(status.rawValue), whatever mpirun says")
    }
    return status
  }

  private func end(_ outcome: UnitOutcome, _ attempt: Int, _ isFinal: Bool) throws {
    overview.end(outcome.unit)
    var entry = LedgerEntry(event: .finished, unit: outcome.unit)
    switch outcome {
    case .finished(let result):
      entry.weightsDigest = result.weightsDigest
      outcomes.append(outcome)
      display.note(end: ProgressLine.end(of: result))
    case .failed(let unit, let reason):
      failures[unit] = attempt
      (entry.event, entry.reason, entry.attempt) = (.failed, reason, attempt)
      if isFinal { outcomes.append(.failed(unit, reason: reason)) }
      say("\(unit) failed: \(reason)\(isFinal ? "" : "; it is tried once more, after all others")")
    }
    try directory.record(entry)
    if case .finished = outcome { removeCheckpoints(of: outcome.unit) }
    showProgress()
  }

  /// A line that does not run into the board.
  func say(_ text: String) { console.note("\(Program.name): \(text)") }

  @discardableResult private func showProgress() -> SweepProgress {
    let now = overview.progress(outcomes)
    display.show(now)
    return now
  }
}

extension ComparisonReport {
  /// The report of a sweep whose units ended so.
  init(_ setup: SweepSetup, _ outcomes: [UnitOutcome]) {
    self.init(
      configuration: setup.configuration, folds: setup.folds, outcomes: outcomes,
      digest: setup.configuration.digest)
  }

  init(configuration: SweepConfiguration, folds: FoldFile, outcomes: [UnitOutcome], digest: String) {
    let splits = folds.datasets.map { dataset in
      (
        dataset.name,
        Split(
          clipsPerFold: dataset.folds.map(\.count),
          subjects: Set(dataset.folds.flatMap { $0 }.map(\.subject)).count, digest: dataset.inputDigest)
      )
    }
    self.init(
      configuration: configuration, outcomes: outcomes, splits: Dictionary(uniqueKeysWithValues: splits),
      programVersion: Program.version, configurationDigest: digest)
  }
}
