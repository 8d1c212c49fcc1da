import Core
import Foundation
import Worker

/// Runs one rank's part of a round: its group requests units, trains them and reports how they ended. The coordinator,
/// rank 0 of `control`, trains too, and answers the others' messages between steps.
final class Dispatcher: RunSupervisor {
  /// Trains a unit on this rank's group.
  typealias Train = (WorkUnit, any RunSupervisor) throws -> UnitRun.Ending

  private let control: any Communicator
  private let group: any Communicator
  private let leaders: [Int]
  /// On the coordinator.
  private let coordinator: SweepCoordinator?
  private let pulse: Pulse?
  private let console: Console
  private let train: Train
  private let isAskedToStop: () -> Bool
  /// The pause that the coordinator requested from this rank's group.
  private var requested = Pause.none
  /// The answer to the coordinator's own group, until that group takes it.
  private var answer: Assignment?
  /// Whether this rank knows that all ranks must stop.
  private var isStopping = false
  /// When this rank last reported its group's progress to the coordinator.
  private var lastReport: ContinuousClock.Instant?

  /// The least time between two progress reports within an epoch. It grows with the number of groups, because the
  /// coordinator trains too and must not spend its time on messages.
  private var reportInterval: Duration { max(.milliseconds(500), .milliseconds(20) * leaders.count) }

  /// How the round ended.
  enum Ending: Equatable {
    /// No unit is left.
    case done
    /// Units are left; new groups will be formed.
    case regroup
    /// Units are left for a later job; only the coordinator returns this.
    case stopped
  }

  /// - Parameters:
  ///   - control: all ranks, for messages between groups; rank 0 is the coordinator.
  ///   - group: this rank's group.
  ///   - leaders: the first rank of each group.
  ///   - coordinator: nil on all ranks but the coordinator; its round has begun.
  ///   - pulse: detects lost ranks, and shows the others what this rank is doing.
  ///   - isAskedToStop: whether a signal asked this process to stop; one rank is enough to stop all.
  init(
    control: any Communicator, group: any Communicator, leaders: [Int], coordinator: SweepCoordinator?, pulse: Pulse?,
    console: Console, isAskedToStop: @escaping () -> Bool = { StopSignal.isRaised }, train: @escaping Train
  ) {
    (self.control, self.group, self.leaders, self.coordinator) = (control, group, leaders, coordinator)
    (self.pulse, self.console, self.train, self.isAskedToStop) = (pulse, console, train, isAskedToStop)
  }

  /// Trains units until none is left for this group; on the coordinator it returns when all groups have reported.
  ///
  /// - Throws: `MembershipChanged` when ranks were lost.
  func run() throws -> Ending {
    try lookForStop()
    let last = try group.rank == 0 ? lead() : follow()
    try serve { coordinator?.queue.isOver ?? true }
    if last == .regroup { return .regroup }
    return coordinator.map { $0.queue.waiting.isEmpty } ?? true ? .done : .stopped
  }

  /// Runs on the group's first rank: requests units, one ahead, and passes them on to the group. Returns the last
  /// assignment.
  private func lead() throws -> Assignment {
    var next = try request()
    while true {
      if next == .askAgain { next = try request() }
      while isStopping, case .train(let unit) = next {
        try report(.paused(unit))
        next = try request()
      }
      for rank in 1..<max(1, group.size) { try group.send(next, to: rank, tag: MessageTag.withinGroup) }
      guard case .train(let unit) = next else { return next }
      if coordinator == nil { try sendRequest(ahead: true) }
      next = try assignment(reporting: try message(after: unit))
    }
  }

  /// Reports how a unit ended and returns the next assignment. The next unit is requested before the report is sent,
  /// because the coordinator writes the report to disk, which takes time.
  private func assignment(reporting message: GroupMessage) throws -> Assignment {
    if coordinator != nil {
      try report(message)
      return .askAgain
    }
    let ahead = try wait(on: control, tag: MessageTag.assignment)
    if ahead == .askAgain { try sendRequest(ahead: false) }
    try report(message)
    return ahead == .askAgain ? try wait(on: control, tag: MessageTag.assignment) : ahead
  }

  private func follow() throws -> Assignment {
    while true {
      let next = try wait(on: group, tag: MessageTag.withinGroup)
      guard case .train(let unit) = next else { return next }
      _ = try message(after: unit)
    }
  }

  /// Trains a unit and returns how that ended, for the group's first rank to report. Errors that are not the unit's
  /// fault are thrown on.
  private func message(after unit: WorkUnit) throws -> GroupMessage {
    defer {
      pulse?.note(unit: nil)
      // The next unit may need blocks of other sizes.
      Workspace.release()
    }
    do {
      switch try train(unit, self) {
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

  /// Whether ranks were lost, so that this round must end.
  private var hasNewSession: Bool { pulse?.hasNewSession ?? false }

  private func request() throws -> Assignment {
    if coordinator != nil {
      try take(.wantsWork(ahead: false), from: 0)
      try serve { [self] in answer != nil }
      defer { answer = nil }
      return answer ?? .done
    }
    try sendRequest(ahead: false)
    return try wait(on: control, tag: MessageTag.assignment)
  }

  private func sendRequest(ahead: Bool) throws {
    try control.send(GroupMessage.wantsWork(ahead: ahead), to: 0, tag: MessageTag.toCoordinator)
  }

  private func wait(on ranks: any Communicator, tag: Int) throws -> Assignment {
    try ranks.wait(for: Assignment.self, tag: tag, from: 0, meanwhile: lookForStop)
  }

  private func report(_ message: GroupMessage) throws {
    if coordinator != nil { return try take(message, from: 0) }
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
    if group.rank == 0, coordinator == nil {
      try ignoringLosses {
        while let (pause, _) = try control.receive(Pause.self, tag: MessageTag.pause) {
          requested = max(requested, pause)
        }
      }
    }
    return requested
  }

  /// Reports the end of each epoch to the coordinator, and the progress within an epoch at intervals.
  func tell(_ progress: UnitProgress) throws {
    guard group.rank == 0 else { return }
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
  /// A rank that was asked tells the coordinator, which tells all ranks and dismisses the groups that wait for work.
  func lookForStop() throws {
    guard !isStopping else { return }
    let isTold = try control.receive(tag: MessageTag.stop) != nil
    guard isTold || isAskedToStop() || coordinator?.fault != nil else { return }
    isStopping = true
    if let coordinator {
      let replies = coordinator.stop()
      for rank in 1..<max(1, control.size) { try control.send([UInt8](), to: rank, tag: MessageTag.stop) }
      try send(replies)
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
        let idle = Set(coordinator?.queue.idle ?? [])
        try control.checkPeers(leaders.filter { $0 != 0 && !idle.contains($0) }, &wait)
      }
    }
  }

  /// Takes one message, if one has arrived, and answers the groups that can be answered.
  private func serveOne() throws -> Bool {
    try lookForStop()
    guard let (message, source) = try control.receive(GroupMessage.self, tag: MessageTag.toCoordinator) else {
      return false
    }
    try take(message, from: source)
    return true
  }

  private func take(_ message: GroupMessage, from source: Int) throws {
    if let replies = coordinator?.take(message, from: source) { try send(replies) }
  }

  private func send(_ replies: SweepCoordinator.Replies) throws {
    if replies.pausesAll {
      requested = .atNextEpoch
      for leader in leaders where leader != 0 { try control.send(requested, to: leader, tag: MessageTag.pause) }
    }
    for (group, assignment) in replies.assignments {
      if group == 0 {
        answer = assignment
      } else {
        try control.send(assignment, to: group, tag: MessageTag.assignment)
      }
    }
  }
}
