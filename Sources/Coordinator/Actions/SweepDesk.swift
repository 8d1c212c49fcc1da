import Core
import Foundation
import Worker

/// What rank 0 does beside training: the ledger, the outcomes, how far all is and, at the end, the report.
final class SweepDesk {
  private let setup: SweepSetup
  private let directory: RunDirectory
  private let console: Console
  private let lock: RunLock
  private let status: StatusFile
  private var outcomes: [UnitOutcome]
  /// Of the outcomes.
  private var failedUnits = 0
  private var failures: [WorkUnit: Int] = [:]
  /// How often each unit lost its ranks without having come any further.
  private var losses: [WorkUnit: Int]
  private var isOpen = false
  /// How the sweep ended, once it has.
  private var closed: ExitStatus?
  private var overview: SweepOverview
  private let display: ProgressDisplay
  /// Why the ledger cannot be written, and what it lacks: the sweep stops.
  private(set) var trouble: Fault?
  private var unwritten: [LedgerEntry] = []
  /// When the ledger was last known to be on disk.
  private var synced = ContinuousClock.now

  /// A unit that loses its ranks so often at the same point is given up.
  static let mostLosses = 3
  /// What is not longer ago than this may be lost in a power cut; then a unit is trained again.
  private static let syncInterval = Duration.milliseconds(250)

  init(_ prepared: PreparedSweep, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console) {
    (setup, lock, status) = (prepared.setup, prepared.lock, prepared.status)
    (outcomes, losses) = (prepared.outcomes, prepared.losses)
    (self.directory, self.console) = (directory, console)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
  }

  /// Takes over from a coordinator that was lost.
  ///
  /// - Throws: a `Fault` where another job has taken the run.
  init(
    takingOver setup: SweepSetup, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console, ranks: Int
  ) throws {
    (self.setup, self.directory, self.console) = (setup, directory, console)
    var owner = RunOwner.here(ranks: ranks, silence: Double(options.deadAfter), recovers: true)
    owner.token = setup.token
    lock = try RunLock.inherit(directory.path, owner)
    status = StatusFile(directory.statusFile, owner: owner)
    let entries = try directory.entries { console.note("\(Program.name): \($0); the line is left out") }
    let failures = Ledger.failures(entries)
    self.failures = failures
    losses = Ledger.losses(entries)
    outcomes = directory.outcomes(setup.configuration, entries).filter { outcome in
      if case .failed(let unit, _) = outcome { failures[unit, default: 0] >= HandOut.attempts } else { true }
    }
    failedUnits = outcomes.count { if case .failed = $0 { true } else { false } }
    isOpen = true
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
    try status.enter(.running)
    removeOldCheckpoints()
  }

  /// Writes down what is planned and which units lost their ranks, and gives up those that do so again and again.
  ///
  /// - Parameter lost: since the last session.
  func open(losses lost: [Session.Loss]) {
    if !isOpen {
      isOpen = true
      do { try status.enter(.running) } catch { stop(error, at: directory.statusFile) }
      removeOldCheckpoints()
      record(setup.pending.map { LedgerEntry(event: .planned, unit: $0) })
    }
    let names = Set(lost.compactMap(\.activity.unit))
    for unit in pending where names.contains(unit.description) {
      var entry = LedgerEntry(event: .lost, unit: unit)
      entry.reason = lost.first { $0.activity.unit == unit.description }.map { "rank \($0.rank): \($0.reason)" }
      entry.steps = directory.checkpointSteps(of: unit, seeds: setup.configuration.seeds.count)
      record([entry])
      losses = Ledger.losses((try? directory.entries()) ?? [])
    }
    for unit in pending where losses[unit, default: 0] >= SweepDesk.mostLosses {
      let reason =
        "its ranks were lost \(SweepDesk.mostLosses) times at the same point; it may need more memory than there is. "
        + "It is given up; rerun the same command to try it again"
      say("\(unit) failed: \(reason)")
      record([LedgerEntry(event: .failed, unit: unit, reason: reason, attempt: HandOut.attempts)])
      giveUp(unit, reason)
      losses[unit] = nil
    }
    count(isUrgent: true)
  }

  /// A job that ended between the ledger and the checkpoints left these.
  private func removeOldCheckpoints() {
    for case .finished(let result) in outcomes { removeCheckpoints(of: result.unit) }
  }

  private func removeCheckpoints(of unit: WorkUnit) {
    directory.removeCheckpoints(of: unit, seeds: setup.configuration.seeds.count)
  }

  /// Appends to the ledger. Where that fails the sweep is stopped: the fault is no unit's, and nobody waits for it.
  private func record(_ entries: [LedgerEntry], isSafe: Bool = true) {
    unwritten += entries
    guard trouble == nil else { return }
    do {
      let syncs = isSafe && .now - synced >= SweepDesk.syncInterval
      try directory.record(unwritten, syncs: syncs)
      if syncs { synced = .now }
      unwritten = []
    } catch {
      stop(error, at: directory.ledgerFile)
    }
  }

  /// Nothing can be written in the run directory: the sweep stops.
  private func stop(_ error: any Error, at path: String) {
    let fault = error as? Fault ?? Fault(at: path, "\(error)")
    trouble = fault
    say("\(fault); the sweep stops at checkpoints")
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
        record([entry], isSafe: false)
      },
      ended: { [self] outcome, attempt, isFinal in end(outcome, attempt, isFinal) },
      paused: { [self] unit in
        overview.end(unit)
        record([LedgerEntry(event: .paused, unit: unit)])
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
    // A rank was lost before all had heard the end: they hear it again.
    if let closed { return closed }
    let ended = try finish(session)
    closed = ended
    return ended
  }

  private func finish(_ session: Session) throws -> ExitStatus {
    let left = pending.count
    if let trouble {
      // The disk may have room again.
      self.trouble = nil
      synced -= SweepDesk.syncInterval
      record([])
      let done = "\(outcomes.count) of \(outcomes.count + left) units are done"
      let text = "\(trouble); \(done), rerun the same command to resume"
      console.note("\(Program.name): \(text)")
      fail("\(text)")
      return .failedUnits
    }
    try directory.record([])
    guard left == 0 else {
      let done = outcomes.count
      console.note("\(Program.name): stopped, \(done) of \(done + left) units done; the same command goes on")
      count()
      try status.enter(.stopped, .paused)
      return .paused
    }
    let report = ComparisonReport(setup, outcomes)
    try report.write(
      to: directory.path, traces: RunTraces(of: directory, setup.configuration, folds: setup.folds))
    if !console.isQuiet {
      for text in report.summaryLines { console.line(text) }
    }
    console.line("report: \(directory.reportPage)")
    let ended: ExitStatus = report.holes.isEmpty ? .success : .failedUnits
    count()
    try status.enter(.finished, ended)
    if session.number > 0 {
      say("ranks were lost on the way; the sweep ends with status \(ended.rawValue), whatever mpirun says")
    }
    return ended
  }

  /// The sweep cannot go on.
  func fail(_ reason: String) { try? status.enter(.failed, .failedUnits, reason: reason) }

  /// Nothing is written any more: the run directory is free for others.
  var giveBack: @Sendable () -> Void {
    { [directory, lock] in
      directory.endJobs()
      lock.release()
    }
  }

  /// Tells `status.json` how many units have ended.
  private func count(isUrgent: Bool = false) {
    do {
      let done = outcomes.count - failedUnits
      try status.count(units: overview.total, done: done, failed: failedUnits, isUrgent: isUrgent)
    } catch {
      // The ledger says the same, and stops the sweep where nothing can be written.
    }
  }

  private func end(_ outcome: UnitOutcome, _ attempt: Int, _ isFinal: Bool) {
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
      if isFinal { giveUp(unit, reason) }
      say("\(unit) failed: \(reason)\(isFinal ? "" : "; it is tried once more, after all others")")
    }
    record([entry])
    if trouble == nil, case .finished = outcome { removeCheckpoints(of: outcome.unit) }
    count()
    if display.isDue { showProgress() }
  }

  private func giveUp(_ unit: WorkUnit, _ reason: String) {
    outcomes.append(.failed(unit, reason: reason))
    failedUnits += 1
  }

  /// A line that does not run into the board.
  func say(_ text: String) { console.note("\(Program.name): \(text)") }

  @discardableResult private func showProgress() -> SweepProgress {
    let now = overview.progress(outcomes)
    display.show(now)
    return now
  }
}
