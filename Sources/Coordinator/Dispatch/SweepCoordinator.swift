import Core
import Foundation
import Worker

/// The coordinator's work besides training: it assigns units to the groups that request them, writes the ledger, shows
/// the progress and, at the end, writes the report.
///
/// It lives as long as its rank is the coordinator. It sends no messages itself: `take` returns what has to be sent.
final class SweepCoordinator {
  let setup: SweepSetup
  let directory: RunDirectory
  let console: Console
  let lock: RunLock
  let status: StatusFile
  let display: ProgressDisplay
  var state: SweepState
  var overview: SweepOverview
  /// Why the run directory cannot be written; the sweep then stops.
  private(set) var fault: Fault?
  /// Lines that could not be written to the ledger yet.
  private var unwritten: [LedgerEntry] = []
  /// When the ledger was last synced to disk.
  private var synced = ContinuousClock.now
  /// Whether the planned units are in the ledger.
  private var isOpen: Bool
  /// How the sweep ended; nil until then.
  var ended: ExitStatus?

  /// The queue of this session.
  private(set) var queue = UnitQueue([], RankPool(hosts: [Int]()), GroupSizes(most: 1))
  private var ranks = Ranks()
  /// The message context of each group of ranks so far.
  private var contexts: [[Int]: Int] = [:]
  /// Whether all ranks were told that nothing is left.
  private var isDismissed = false

  /// The ranks of a session.
  struct Ranks {
    /// World ranks of the session's members, and the host of each world rank.
    var members: [Int] = []
    var hosts: [String] = []
    var sizes: any GroupSizing = GroupSizes(most: 1)

    func world(_ positions: [Int]) -> [Int] { positions.map { members[$0] } }
  }

  /// Messages that the dispatcher must send; ranks are positions among the session's members.
  struct Replies {
    var assignments: [(rank: Int, assignment: Assignment)] = []
    /// Units that their groups must leave at the end of the epoch, and the first ranks of these.
    var pauses: [(leader: Int, unit: WorkUnit)] = []
  }

  /// Time between two syncs of the ledger. A power failure may lose the entries since the last one; their units are
  /// then trained again.
  private static let syncInterval = Duration.milliseconds(250)

  /// Makes the coordinator of a sweep that starts or is resumed.
  init(_ prepared: PreparedSweep, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console) {
    (setup, lock, status) = (prepared.setup, prepared.lock, prepared.status)
    (self.directory, self.console) = (directory, console)
    state = SweepState(planned: setup.pending, outcomes: prepared.outcomes, losses: prepared.losses)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
    isOpen = false
  }

  /// Takes over after the coordinator was lost.
  ///
  /// - Throws: a `Fault` when another job has taken over the run directory.
  init(
    takingOver setup: SweepSetup, _ directory: RunDirectory, _ options: SweepOptions, _ console: Console, ranks: Int
  ) throws {
    (self.setup, self.directory, self.console) = (setup, directory, console)
    var owner = RunOwner.here(ranks: ranks, silence: Double(options.deadAfter), recovers: true)
    owner.token = setup.token
    lock = try RunLock.inherit(directory.path, owner)
    status = StatusFile(directory.statusFile, owner: owner)
    let entries = try directory.entries { console.note("\(Program.name): \($0); this line of the ledger is ignored") }
    state = SweepState(
      planned: setup.pending, outcomes: directory.outcomes(setup.configuration, entries), entries: entries)
    overview = SweepOverview(setup, options)
    display = ProgressDisplay(options.progress, console)
    isOpen = true
    try status.enter(.running)
    removeOldCheckpoints()
  }

  // MARK: - A session

  /// Begins a session: records the planned units and the units whose ranks were lost, and gives up a unit that lost its
  /// ranks `SweepState.mostLosses` times.
  ///
  /// - Parameter lost: the losses since the last session.
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
    for unit in state.unitsToGiveUp {
      let reason =
        "its ranks were lost \(SweepState.mostLosses) times at the same point; it may need more memory than the host "
        + "has. It is given up; rerun the same command to try it again"
      say("\(unit) failed: \(reason)")
      record([LedgerEntry(event: .failed, unit: unit, reason: reason, attempt: UnitQueue.attempts)])
      state.giveUp(unit, reason)
    }
    giveUpFolds()
    count(isUrgent: true)
  }

  /// Gives up the folds whose pretraining has failed for good.
  private func giveUpFolds() {
    let prerequisites = setup.configuration.prerequisites(state.pending)
    let failed = state.outcomes.compactMap { if case .failed(let unit, _) = $0 { unit } else { nil } }
    for unit in state.pending {
      guard let first = prerequisites[unit], failed.contains(first) else { continue }
      fail(unit, "\(first) failed, from which it starts", attempt: UnitQueue.attempts, isFinal: true)
    }
  }

  /// Removes the checkpoints of finished units. They are left when a job ends after it recorded a result and before it
  /// removed the checkpoints.
  private func removeOldCheckpoints() {
    for case .finished(let result) in state.outcomes { removeCheckpoints(of: result.unit) }
  }

  private func removeCheckpoints(of unit: WorkUnit) {
    directory.removeCheckpoints(of: unit, seeds: setup.configuration.seeds.count)
  }

  // MARK: - Assignment

  /// Begins to assign units to these ranks, none of which has one.
  func begin(_ ranks: Ranks) {
    (self.ranks, contexts, isDismissed) = (ranks, [:], false)
    queue = UnitQueue(
      state.pending, RankPool(hosts: ranks.members.map { ranks.hosts[$0] }), ranks.sizes, failures: state.failures,
      prerequisites: setup.configuration.prerequisites(state.pending))
    overview.begin(ranks.members, hosts: ranks.members.map { ranks.hosts[$0] })
  }

  /// Takes a group's message and returns the answers that can be given now. It throws nothing, because an error here is
  /// not the fault of the unit that this rank is training.
  func take(_ message: GroupMessage) -> Replies {
    switch message {
    case .progress(let progress):
      show(progress)
      // Only what has ended an epoch is known well enough.
      return progress.isEpochEnd ? assign() : Replies()
    case .ended(.finished(let result)):
      queue.finish(result.unit)
      finish(result)
    case .ended(.failed(let unit, let reason)):
      let (attempt, isRetried) = queue.fail(unit)
      fail(unit, reason, attempt: attempt, isFinal: !isRetried)
      if !isRetried {
        giveUpFolds()
        queue.giveUp(after: unit)
      }
    case .paused(let unit):
      queue.pause(unit)
      overview.end(unit)
      record([LedgerEntry(event: .paused, unit: unit)])
    }
    return assign()
  }

  /// Gives idle ranks work, or tells all of them that nothing is left.
  func assign() -> Replies {
    queue.know(speeds: overview.rankSpeeds)
    let orders = queue.assign(overview.estimate)
    var replies = Replies()
    for unit in orders.pauses {
      guard let group = queue.group(of: unit) else { continue }
      replies.pauses.append((group.ranks[0], unit))
      console.remark("\(unit): idle ranks join at the end of this epoch")
    }
    for group in orders.starts {
      let order = GroupOrder(ranks: group.ranks, context: context(of: group.ranks))
      replies.assignments += group.ranks.map { ($0, .train(group.units, order)) }
      start(group)
    }
    if queue.isOver, !isDismissed {
      isDismissed = true
      replies.assignments += ranks.members.indices.map { ($0, .done) }
    }
    return replies
  }

  /// Assigns no more units.
  func stop() -> Replies {
    queue.end()
    return assign()
  }

  private func context(of group: [Int]) -> Int {
    if let known = contexts[group] { return known }
    // When all numbers are used, those of groups that are not at work are free again.
    if contexts.count == SweepSessions.mostGroups - 1 {
      let atWork = Set(queue.groups.values.map(\.ranks))
      contexts = contexts.filter { atWork.contains($0.key) }
    }
    let used = Set(contexts.values)
    let next = (0...used.count).first { !used.contains($0) } ?? used.count
    contexts[group] = next
    return next
  }

  private func start(_ group: UnitQueue.Group) {
    let world = ranks.world(group.ranks)
    let hosts = Array(Set(world.map { ranks.hosts[$0] })).sorted()
    for unit in group.units {
      overview.start(unit, ranks: world)
      var entry = LedgerEntry(event: .started, unit: unit)
      (entry.ranks, entry.hosts) = (world, hosts)
      record([entry], isSafe: false)
    }
  }

  private func show(_ progress: UnitProgress) {
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
    say("\(unit) failed: \(reason)\(isFinal ? "" : "; it is tried once more after all other units")")
    record([LedgerEntry(event: .failed, unit: unit, reason: reason, attempt: attempt)])
    count()
    if display.isDue { showProgress() }
  }

  // MARK: - The ledger

  /// Appends to the ledger. An error stops the sweep: no unit is at fault, and no group waits for an answer.
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

  /// Tries again, at the end, to write the missing lines: the disk may have space again.
  func writeMissingLines() {
    fault = nil
    synced -= SweepCoordinator.syncInterval
    record([])
  }

  /// Stops the sweep because the run directory cannot be written.
  private func stop(_ error: any Error, at path: String) {
    let fault = error as? Fault ?? Fault(at: path, "\(error)")
    self.fault = fault
    say("\(fault); the sweep stops, each unit at a checkpoint")
  }

  /// Writes to `status.json` how many units have ended.
  func count(isUrgent: Bool = false) {
    let done = state.outcomes.count - state.failed
    // If this fails, writing the ledger fails too and stops the sweep.
    try? status.count(
      units: overview.total, done: done, failed: state.failed, arms: overview.arms(state.outcomes), isUrgent: isUrgent)
  }

  // MARK: - Messages and progress

  /// Prints a line; the progress board is redrawn below it.
  func say(_ text: String) { console.note("\(Program.name): \(text)") }

  @discardableResult private func showProgress() -> SweepProgress {
    let now = overview.progress(state.outcomes)
    display.show(now)
    return now
  }
}
