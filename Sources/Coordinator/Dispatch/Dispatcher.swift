import Core
import Foundation
import Worker

/// One rank's part in a round: its group asks for units, trains them and tells what came of them. The coordinator,
/// rank 0 of `control`, trains too, and serves the others between steps.
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
  /// What the coordinator asked this rank's group for.
  private var requested = Pause.none
  /// What the coordinator's own group is told, until it asks.
  private var answer: Assignment?
  /// Whether this rank knows that all are to stop.
  private var isStopping = false
  /// When this rank last told the coordinator how far its group is.
  private var lastReport: ContinuousClock.Instant?

  /// Steps are told that much apart at least, and further apart the more groups there are: the coordinator trains too,
  /// and more would be messages for nobody.
  private var reportInterval: Duration { max(.milliseconds(500), .milliseconds(20) * leaders.count) }

  /// How the work ended.
  enum Ending: Equatable {
    /// No unit waits.
    case done
    /// Units wait, for groups that are to be made anew.
    case regroup
    /// Units wait, for another run; known to the coordinator alone.
    case stopped
  }

  /// - Parameters:
  ///   - control: all ranks, for messages between groups.
  ///   - group: this rank's group.
  ///   - leaders: the first rank of each group.
  ///   - coordinator: on the coordinator, whose round has begun.
  ///   - pulse: notices lost ranks, and lets others see what this one is doing.
  ///   - isAskedToStop: whether somebody asked the program to stop: one rank that says so is enough.
  init(
    control: any Communicator, group: any Communicator, leaders: [Int], coordinator: SweepCoordinator?, pulse: Pulse?,
    console: Console, isAskedToStop: @escaping () -> Bool = { StopSignal.isRaised }, train: @escaping Train
  ) {
    (self.control, self.group, self.leaders, self.coordinator) = (control, group, leaders, coordinator)
    (self.pulse, self.console, self.train, self.isAskedToStop) = (pulse, console, train, isAskedToStop)
  }

  /// Trains units until there is nothing left to do here; returns on the coordinator when every group's results are in.
  ///
  /// - Throws: `MembershipChanged` where ranks were lost.
  func run() throws -> Ending {
    try lookForStop()
    let word = try group.rank == 0 ? lead() : follow()
    try serve { coordinator?.queue.isOver ?? true }
    if word == .regroup { return .regroup }
    return coordinator.map { $0.queue.waiting.isEmpty } ?? true ? .done : .stopped
  }

  /// The first rank of a group: asks for work, one unit ahead, and shares it.
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
      if coordinator == nil { try control.send(GroupMessage.wantsWork(ahead: true), to: 0, tag: MessageTag.toCoordinator) }
      next = try assignment(reporting: try message(after: unit))
    }
  }

  /// What comes after a unit. Another is asked for before the end of this one is told, which takes the coordinator a
  /// while: it writes that down.
  private func assignment(reporting message: GroupMessage) throws -> Assignment {
    if coordinator != nil {
      try report(message)
      return .askAgain
    }
    let ahead = try wait(on: control, tag: MessageTag.assignment)
    if ahead == .askAgain {
      try control.send(GroupMessage.wantsWork(ahead: false), to: 0, tag: MessageTag.toCoordinator)
    }
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

  /// How training the unit ended, for the group's first rank to tell. What is thrown on is no fault of the unit.
  private func message(after unit: WorkUnit) throws -> GroupMessage {
    defer {
      pulse?.note(unit: nil)
      // The next unit may be of other sizes.
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

  /// Whether ranks were lost, so that these groups end.
  private var hasNewSession: Bool { pulse?.hasNewSession ?? false }

  private func request() throws -> Assignment {
    if coordinator != nil {
      try take(.wantsWork(ahead: false), from: 0)
      try serve { [self] in answer != nil }
      defer { answer = nil }
      return answer ?? .done
    }
    try control.send(GroupMessage.wantsWork(ahead: false), to: 0, tag: MessageTag.toCoordinator)
    return try wait(on: control, tag: MessageTag.assignment)
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

  /// Tells the coordinator each epoch's end, and now and then within an epoch how far the group is.
  func tell(_ progress: UnitProgress) throws {
    guard group.rank == 0 else { return }
    guard !progress.isEpochEnd else { return try report(.progress(progress)) }
    let now = ContinuousClock.now
    if let lastReport, now - lastReport < reportInterval { return }
    lastReport = now
    try ignoringLosses { try report(.progress(progress)) }
  }

  func note(_ line: String) { console.ofAnyRank.note("\(Program.name): \(line)") }

  /// A group that is whole leaves its unit at a step's end, with a checkpoint, not in the middle because others died.
  private func ignoringLosses(_ body: () throws -> Void) throws {
    do { try body() } catch is MembershipChanged {}
  }
}

// MARK: - Stopping

extension Dispatcher {
  /// Looks whether this rank, or by the coordinator's word any other, was asked to stop, and passes that on.
  ///
  /// A rank that is asked tells the coordinator, which tells all: so one is enough, and whoever waits for work is let
  /// go.
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
  /// Serves the others until something holds; groups that do nothing for too long are looked after.
  private func serve(until isOver: () -> Bool) throws {
    var patience = Patience(longestNap: 200)
    while !isOver() {
      if try serveOne() {
        patience = Patience(longestNap: 200)
      } else if patience.rest() {
        let idle = Set(coordinator?.queue.idle ?? [])
        try control.lookAfter(leaders.filter { $0 != 0 && !idle.contains($0) }, &patience)
      }
    }
  }

  /// Takes one message, if one is there, and answers whom it can.
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
