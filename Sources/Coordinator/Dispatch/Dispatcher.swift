import Core
import Foundation
import Worker

/// Runs one rank's part of a session: it waits for units, trains them in the group that the coordinator names, and
/// waits again. The first rank of a group reports how units ended. The coordinator, rank 0 of `control`, trains too,
/// and answers the others' messages between steps.
final class Dispatcher: RunSupervisor {
  /// Trains a unit on a group.
  typealias Train = (WorkUnit, any Communicator, any RunSupervisor) throws -> UnitRun.Ending

  private let control: any Communicator
  /// World ranks of the session's members.
  private let members: [Int]
  /// Makes a group's communicator; nothing is sent.
  private let form: (GroupOrder) throws -> any Communicator
  /// On the coordinator.
  private let coordinator: SweepCoordinator?
  private let pulse: Pulse?
  private let console: Console
  private let train: Train
  private let isAskedToStop: () -> Bool
  /// The group of this rank, and the groups that it was in before.
  private var group: (any Communicator)?
  private var formed: [GroupOrder: any Communicator] = [:]
  private var unit: WorkUnit?
  /// The pause that the coordinator requested for the unit.
  private var requested = Pause.none
  /// What the coordinator has told its own rank, until that takes it.
  private var answer: Assignment?
  /// Whether this rank knows that all ranks must stop.
  private var isStopping = false
  /// When this rank last reported its group's progress to the coordinator.
  private var lastReport: ContinuousClock.Instant?

  /// The least time between two progress reports within an epoch. It grows with the number of groups, because the
  /// coordinator trains too and must not spend its time on messages.
  private var reportInterval: Duration {
    max(.milliseconds(500), .milliseconds(20) * (control.size / max(1, group?.size ?? 1)))
  }

  /// - Parameters:
  ///   - control: all ranks of the session, for messages between groups; rank 0 is the coordinator.
  ///   - members: their world ranks.
  ///   - form: makes a group's communicator; nothing is sent.
  ///   - coordinator: nil on all ranks but the coordinator; its session has begun.
  ///   - pulse: detects lost ranks, and shows the others what this rank is doing.
  ///   - isAskedToStop: whether a signal asked this process to stop; one rank is enough to stop all.
  init(
    control: any Communicator, members: [Int], form: @escaping (GroupOrder) throws -> any Communicator,
    coordinator: SweepCoordinator?, pulse: Pulse?, console: Console,
    isAskedToStop: @escaping () -> Bool = { StopSignal.isRaised }, train: @escaping Train
  ) {
    (self.control, self.members, self.form, self.coordinator) = (control, members, form, coordinator)
    (self.pulse, self.console, self.train, self.isAskedToStop) = (pulse, console, train, isAskedToStop)
  }

  /// Trains units until none is left, or until all ranks were asked to stop.
  ///
  /// - Throws: `MembershipChanged` when ranks were lost.
  func run() throws {
    try lookForStop()
    if let coordinator { try send(coordinator.assign()) }
    while case .train(let units, let order) = try next() { try train(units, order) }
  }

  /// What this rank is to do next.
  private func next() throws -> Assignment {
    guard coordinator != nil else {
      return try control.wait(for: Assignment.self, tag: MessageTag.assignment, from: 0, meanwhile: lookForStop)
    }
    try serve { [self] in answer != nil }
    defer { answer = nil }
    return answer ?? .done
  }

  private func train(_ units: [WorkUnit], _ order: GroupOrder) throws {
    let group = try formed[order] ?? form(order)
    formed[order] = group
    self.group = group
    pulse?.join(order.ranks.map { members[$0] })
    defer {
      self.group = nil
      pulse?.join([])
    }
    for unit in units {
      // A group of several ranks leaves a unit together, at a step: one of them may not know yet that all must stop.
      if isStopping, group.size == 1 {
        try report(.paused(unit))
      } else {
        let message = try message(after: unit, group)
        if group.rank == 0 { try report(message) }
      }
    }
  }

  /// Trains a unit and returns how that ended, for the group's first rank to report. Errors that are not the unit's
  /// fault are thrown on.
  private func message(after unit: WorkUnit, _ group: any Communicator) throws -> GroupMessage {
    (self.unit, requested) = (unit, .none)
    defer {
      self.unit = nil
      pulse?.note(unit: nil)
      // The next unit may need blocks of other sizes.
      Workspace.release()
    }
    do {
      switch try train(unit, group, self) {
      case .finished(let result): return result.map { .ended(.finished($0)) } ?? .paused(unit)
      case .paused:
        if hasNewSession { throw MembershipChanged() }
        return .paused(unit)
      }
    } catch let fault as Fault {
      return .ended(.failed(unit, reason: fault.description))
    } catch let faults as Faults {
      return .ended(.failed(unit, reason: faults.faults.map(\.description).joined(separator: "; ")))
    }
  }

  /// Whether ranks were lost, so that this session must end.
  private var hasNewSession: Bool { pulse?.hasNewSession ?? false }

  private func report(_ message: GroupMessage) throws {
    if coordinator != nil { return try take(message) }
    try control.send(message, to: 0, tag: MessageTag.toCoordinator)
  }
}

// MARK: - While a unit is trained

extension Dispatcher {
  func willStep(_ unit: WorkUnit, stage: Stage?, steps: Int) {
    pulse?.note(unit: unit.description, stage: stage?.rawValue, step: steps)
  }

  func serve() throws {
    guard coordinator != nil else { return }
    try ignoringLosses { while try serveOne() {} }
  }

  func requestedPause() throws -> Pause {
    try ignoringLosses(lookForStop)
    if isStopping || hasNewSession { return .atNextStep }
    if group?.rank == 0, coordinator == nil {
      try ignoringLosses {
        while let (unit, _) = try control.receive(WorkUnit.self, tag: MessageTag.pause) { pause(unit) }
      }
    }
    return requested
  }

  /// A request that comes after its unit has ended is ignored.
  private func pause(_ unit: WorkUnit) {
    if unit == self.unit { requested = .atNextEpoch }
  }

  /// Reports the end of each epoch to the coordinator, and the progress within an epoch at intervals.
  func tell(_ progress: UnitProgress) throws {
    guard group?.rank == 0 else { return }
    guard !progress.isEpochEnd else { return try report(.progress(progress)) }
    let now = ContinuousClock.now
    if let lastReport, now - lastReport < reportInterval { return }
    lastReport = now
    try ignoringLosses { try report(.progress(progress)) }
  }

  func note(_ line: String) { console.ofAnyRank.note("\(Program.name): \(line)") }

  /// Ignores a change of membership: a complete group leaves its unit at the end of a step, with a checkpoint, and not
  /// in the middle of a step because ranks of other groups were lost.
  private func ignoringLosses(_ body: () throws -> Void) throws {
    do { try body() } catch is MembershipChanged {}
  }
}

// MARK: - Stopping

extension Dispatcher {
  /// Checks whether this rank or another was asked to stop, and passes the request on.
  ///
  /// A rank that was asked tells the coordinator, which tells all ranks and assigns no more units.
  func lookForStop() throws {
    guard !isStopping else { return }
    let isTold = try control.receive(tag: MessageTag.stop) != nil
    guard isTold || isAskedToStop() || coordinator?.fault != nil else { return }
    isStopping = true
    if let coordinator {
      for rank in 1..<max(1, control.size) { try control.send([UInt8](), to: rank, tag: MessageTag.stop) }
      try send(coordinator.stop())
    } else if !isTold {
      try control.send([UInt8](), to: 0, tag: MessageTag.stop)
    }
  }
}

// MARK: - The coordinator

extension Dispatcher {
  /// Answers messages until `isOver`, and checks that the groups are still working.
  private func serve(until isOver: () -> Bool) throws {
    var wait = PollingWait(longestSleep: 200)
    while !isOver() {
      if try serveOne() {
        wait = PollingWait(longestSleep: 200)
      } else if wait.rest() {
        try control.checkPeers((coordinator?.queue.groups.keys).map { $0.filter { $0 != 0 } } ?? [], &wait)
      }
    }
  }

  /// Takes one message, if one has arrived, and answers the groups that can be answered.
  private func serveOne() throws -> Bool {
    try lookForStop()
    guard let (message, _) = try control.receive(GroupMessage.self, tag: MessageTag.toCoordinator) else {
      return false
    }
    try take(message)
    return true
  }

  private func take(_ message: GroupMessage) throws {
    if let replies = coordinator?.take(message) { try send(replies) }
  }

  private func send(_ replies: SweepCoordinator.Replies) throws {
    for (leader, unit) in replies.pauses {
      if leader == 0 { pause(unit) } else { try control.send(unit, to: leader, tag: MessageTag.pause) }
    }
    for (rank, assignment) in replies.assignments {
      if rank == 0 {
        answer = assignment
      } else {
        try control.send(assignment, to: rank, tag: MessageTag.assignment)
      }
    }
  }
}
