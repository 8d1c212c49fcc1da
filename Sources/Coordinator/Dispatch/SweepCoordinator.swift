import Core
import Foundation
import Worker

/// What the coordinator does beside training: it hands units to the groups that ask, keeps the ledger, shows how far all
/// is and, at the end, writes the report.
///
/// It lives as long as its rank coordinates; a round begins whenever groups are made. It sends no messages: what is to be
/// sent comes back from `take`.
final class SweepCoordinator {
  let setup: SweepSetup
  let directory: RunDirectory
  let console: Console
  let lock: RunLock
  let status: StatusFile
  let display: ProgressDisplay
  var state: SweepState
  var overview: SweepOverview
  /// Why nothing can be written in the run directory: the sweep stops.
  private(set) var fault: Fault?
  /// Lines that the ledger lacks because of that.
  private var unwritten: [LedgerEntry] = []
  /// When the ledger was last known to be on disk.
  private var synced = ContinuousClock.now
  /// Whether what is planned was written down.
  private var isOpen: Bool
  /// How the sweep ended, once it has.
  var ended: ExitStatus?

  /// Of the round.
  private(set) var queue = UnitQueue([], groups: 0)
  private var round = Round()
  /// Of units in training, the part that is done.
  private var shares: [WorkUnit: Double] = [:]

  /// Who works in a round.
  struct Round {
    /// Members of each group, as positions among the session's members; the first leads it.
    var groups: [[Int]] = []
    /// World ranks of the session's members; and the host of each world rank.
    var members: [Int] = []
    var hosts: [String] = []
    /// Nil where groups stay as they are.
    var elasticTail: ElasticTail?

    /// World ranks of a group, by its leader.
    func ranks(of leader: Int) -> [Int] { (groups.first { $0[0] == leader } ?? []).map { members[$0] } }
  }

  /// What the coordinator has to send.
  struct Replies {
    var assignments: [(group: Int, assignment: Assignment)] = []
    /// Whether all groups are to leave their units at the next epoch's end, to be made anew.
    var pausesAll = false
  }

  /// What is not longer ago than this may be lost in a power cut; then a unit is trained again.
  private static let syncInterval = Duration.milliseconds(250)

  /// The coordinator of a sweep that begins, or is resumed.
  init(_ prepared: PreparedSweep, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console) {
    (setup, lock, status) = (prepared.setup, prepared.lock, prepared.status)
    (self.directory, self.console) = (directory, console)
    state = SweepState(planned: setup.pending, outcomes: prepared.outcomes, losses: prepared.losses)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
    isOpen = false
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
    state = SweepState(
      planned: setup.pending, outcomes: directory.outcomes(setup.configuration, entries), entries: entries)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
    isOpen = true
    try status.enter(.running)
    removeOldCheckpoints()
  }

  // MARK: - A session

  /// Writes down what is planned and which units lost their ranks, and gives up those that do so again and again.
  ///
  /// - Parameter lost: since the last session.
  func begin(losses lost: [Session.Loss]) {
    if !isOpen {
      isOpen = true
      do { try status.enter(.running) } catch { stop(error, at: directory.statusFile) }
      removeOldCheckpoints()
      record(setup.pending.map { LedgerEntry(event: .planned, unit: $0) })
    }
    let names = Set(lost.compactMap(\.activity.unit))
    for unit in state.pending where names.contains(unit.description) {
      var entry = LedgerEntry(event: .lost, unit: unit)
      entry.reason = lost.first { $0.activity.unit == unit.description }.map { "rank \($0.rank): \($0.reason)" }
      entry.steps = directory.checkpointSteps(of: unit, seeds: setup.configuration.seeds.count)
      record([entry])
      state.count(lossesIn: (try? directory.entries()) ?? [])
    }
    for unit in state.hopeless {
      let reason =
        "its ranks were lost \(SweepState.mostLosses) times at the same point; it may need more memory than there is. "
        + "It is given up; rerun the same command to try it again"
      say("\(unit) failed: \(reason)")
      record([LedgerEntry(event: .failed, unit: unit, reason: reason, attempt: UnitQueue.attempts)])
      state.giveUp(unit, reason)
    }
    count(isUrgent: true)
  }

  /// A job that ended between the ledger and the checkpoints left these.
  private func removeOldCheckpoints() {
    for case .finished(let result) in state.outcomes { removeCheckpoints(of: result.unit) }
  }

  private func removeCheckpoints(of unit: WorkUnit) {
    directory.removeCheckpoints(of: unit, seeds: setup.configuration.seeds.count)
  }

  // MARK: - A round

  /// Groups are made, or made anew.
  func begin(_ round: Round) {
    (self.round, shares) = (round, [:])
    queue = UnitQueue(state.pending, groups: round.groups.count, failures: state.failures)
    let leaders = round.groups.map { $0[0] }
    overview.begin(
      ranks: Dictionary(uniqueKeysWithValues: leaders.map { ($0, round.ranks(of: $0)) }),
      hosts: round.members.map { round.hosts[$0] })
  }

  /// What a group says; the groups that can be answered then are. Nothing is thrown: what goes wrong here is no fault of
  /// the unit that this rank trains meanwhile.
  ///
  /// - Parameter group: the position of its first rank among the members.
  func take(_ message: GroupMessage, from group: Int) -> Replies {
    var replies = Replies()
    switch message {
    case .wantsWork(ahead: true): replies.assignments.append((group, queue.ahead()))
    case .wantsWork(ahead: false): queue.ask(group)
    case .progress(let progress): hear(progress)
    case .ended(.finished(let result)):
      queue.finish(result.unit)
      finish(result)
    case .ended(.failed(let unit, let reason)):
      let (attempt, isRetried) = queue.fail(unit)
      fail(unit, reason, attempt: attempt, isFinal: !isRetried)
    case .paused(let unit):
      queue.pause(unit)
      overview.end(unit)
      record([LedgerEntry(event: .paused, unit: unit)])
    }
    if let tail = round.elasticTail, tail.isWorthIt(queue, shares: shares) {
      queue.end(with: .regroup)
      replies.pausesAll = true
    }
    replies.assignments += queue.answers()
    note(replies)
    return replies
  }

  /// Hands out nothing more; who waits is let go.
  func stop() -> Replies {
    queue.end(with: .done)
    let replies = Replies(assignments: queue.answers())
    note(replies)
    return replies
  }

  private func note(_ replies: Replies) {
    for (leader, assignment) in replies.assignments {
      guard case .train(let unit) = assignment else { continue }
      overview.start(unit, leader: leader)
      var entry = LedgerEntry(event: .started, unit: unit)
      let ranks = round.ranks(of: leader)
      (entry.ranks, entry.hosts) = (ranks, Array(Set(ranks.map { round.hosts[$0] })).sorted())
      record([entry], isSafe: false)
    }
  }

  private func hear(_ progress: UnitProgress) {
    shares[progress.unit] = Double(progress.step) / Double(max(1, progress.steps))
    overview.take(progress)
    guard progress.isEpochEnd || display.isDue else { return }
    let now = showProgress()
    guard progress.isEpochEnd, let group = now.groups.first(where: { $0.unit == progress.unit }) else { return }
    display.note(epoch: ProgressLine.epoch(of: group, now))
  }

  private func finish(_ result: UnitResult) {
    overview.end(result.unit)
    state.finish(result)
    display.note(end: ProgressLine.end(of: result))
    var entry = LedgerEntry(event: .finished, unit: result.unit)
    entry.weightsDigest = result.weightsDigest
    record([entry])
    if fault == nil { removeCheckpoints(of: result.unit) }
    count()
    if display.isDue { showProgress() }
  }

  private func fail(_ unit: WorkUnit, _ reason: String, attempt: Int, isFinal: Bool) {
    overview.end(unit)
    state.fail(unit, reason, attempt: attempt, isFinal: isFinal)
    say("\(unit) failed: \(reason)\(isFinal ? "" : "; it is tried once more, after all others")")
    record([LedgerEntry(event: .failed, unit: unit, reason: reason, attempt: attempt)])
    count()
    if display.isDue { showProgress() }
  }

  // MARK: - The ledger

  /// Appends to the ledger. Where that fails the sweep is stopped: the fault is no unit's, and nobody waits for it.
  private func record(_ entries: [LedgerEntry], isSafe: Bool = true) {
    unwritten += entries
    guard fault == nil else { return }
    do {
      let syncs = isSafe && .now - synced >= SweepCoordinator.syncInterval
      try directory.record(unwritten, syncs: syncs)
      if syncs { synced = .now }
      unwritten = []
    } catch {
      stop(error, at: directory.ledgerFile)
    }
  }

  /// Tries once more to write, at the end: the disk may have room again.
  func writeWhatTheLedgerLacks() {
    fault = nil
    synced -= SweepCoordinator.syncInterval
    record([])
  }

  /// Nothing can be written in the run directory: the sweep stops.
  private func stop(_ error: any Error, at path: String) {
    let fault = error as? Fault ?? Fault(at: path, "\(error)")
    self.fault = fault
    say("\(fault); the sweep stops at checkpoints")
  }

  /// Tells `status.json` how many units have ended.
  func count(isUrgent: Bool = false) {
    let done = state.outcomes.count - state.failed
    // Where it cannot be written, the ledger says the same, and stops the sweep.
    try? status.count(units: overview.total, done: done, failed: state.failed, isUrgent: isUrgent)
  }

  // MARK: - What people see

  /// A line that does not run into the board.
  func say(_ text: String) { console.note("\(Program.name): \(text)") }

  @discardableResult private func showProgress() -> SweepProgress {
    let now = overview.progress(state.outcomes)
    display.show(now)
    return now
  }
}
