import Core
import Worker

/// Hands work units to groups and gathers what they give; rank 0 trains too, and serves the others between steps.
final class Dispatcher {
  /// Trains a unit on this rank's group; the result is on the group's first rank.
  typealias Train = (WorkUnit, FoldTrainer.Hooks) throws -> FoldTrainer.Ending

  private let control: any Communicator
  private let group: any Communicator
  private let train: Train
  /// What rank 0 keeps; nil on other ranks.
  private var desk: Desk?
  /// Whether this rank was asked to stop, by a signal for instance.
  private let isAskedToStop: () -> Bool
  /// Whether this rank knows that all are to stop.
  private var isStopping = false

  /// Rank 0's books.
  struct Desk {
    var handOut: HandOut
    /// Called once for each unit handed out, each outcome and each sign of progress.
    var started: (WorkUnit) throws -> Void
    var ended: (UnitOutcome) throws -> Void
    /// Called for each unit that was handed out and comes back to be gone on with later.
    var paused: (WorkUnit) throws -> Void
    var progressed: (UnitProgress) -> Void
  }

  /// - Parameters:
  ///   - control: all ranks, for messages between groups.
  ///   - group: this rank's group.
  ///   - desk: on rank 0 of the job.
  ///   - isAskedToStop: asked on every rank; one that says yes is enough.
  init(
    control: any Communicator, group: any Communicator, desk: Desk?,
    isAskedToStop: @escaping () -> Bool = { StopSignal.isRaised }, train: @escaping Train
  ) {
    (self.control, self.group, self.desk, self.isAskedToStop, self.train) = (control, group, desk, isAskedToStop, train)
  }

  /// Trains units until all are done or a stop is asked for; returns on rank 0 when every group's results are in.
  func run() throws {
    try lookForStop()
    if group.rank == 0 { try lead() } else { try follow() }
    while let desk, !desk.handOut.isOver {
      if try !serve() {
        control.nap()
        try lookForStop()
      }
    }
  }

  /// The first rank of a group: asks for work, one unit ahead, and shares it.
  private func lead() throws {
    var next = try request(ahead: false)
    while true {
      if next == .askAgain { next = try request(ahead: false) }
      while isStopping, case .train(let unit) = next {
        try report(.paused(unit))
        next = try request(ahead: false)
      }
      for rank in 1..<max(1, group.size) { try group.send(next, to: rank, tag: MessageTag.withinGroup) }
      guard case .train(let unit) = next else { return }
      if desk == nil { try control.send(GroupMessage.wantsWork(ahead: true), to: 0, tag: MessageTag.toCoordinator) }
      if let message = try train(unit) { try report(message) }
      next = desk == nil ? try wait(on: control, tag: MessageTag.assignment) : .askAgain
    }
  }

  private func follow() throws {
    while case .train(let unit) = try wait(on: group, tag: MessageTag.withinGroup) { _ = try train(unit) }
  }

  /// How training the unit ended, on the group's first rank. What is thrown on is no fault of the unit.
  private func train(_ unit: WorkUnit) throws -> GroupMessage? {
    let hooks = FoldTrainer.Hooks(
      afterStep: { [self] in try serveAll() },
      afterEpoch: { [self] progress in if group.rank == 0 { try report(.progress(progress)) } },
      pause: { [self] in
        try lookForStop()
        return isStopping ? .atNextStep : .none
      })
    do {
      switch try train(unit, hooks) {
      case .finished(let result): return result.map { .ended(.finished($0)) }
      case .paused: return .paused(unit)
      }
    } catch let fault as Fault {
      return .ended(.failed(unit, reason: fault.description))
    } catch let faults as Faults {
      return .ended(.failed(unit, reason: faults.faults.map(\.description).joined(separator: "; ")))
    }
  }

  private func request(ahead: Bool) throws -> Assignment {
    if desk != nil { return try assign(ahead: ahead) }
    try control.send(GroupMessage.wantsWork(ahead: ahead), to: 0, tag: MessageTag.toCoordinator)
    return try wait(on: control, tag: MessageTag.assignment)
  }

  private func wait(on ranks: any Communicator, tag: Int) throws -> Assignment {
    try ranks.wait(for: Assignment.self, tag: tag, meanwhile: lookForStop)
  }

  private func report(_ message: GroupMessage) throws {
    if desk != nil { return try take(message, from: 0) }
    try control.send(message, to: 0, tag: MessageTag.toCoordinator)
  }
}

// MARK: - Stopping

extension Dispatcher {
  /// Looks whether this rank, or by rank 0's word any other, was asked to stop, and passes that on.
  ///
  /// A rank that is asked tells rank 0, and rank 0 tells all: so one is enough, and whoever waits for work is let go.
  func lookForStop() throws {
    guard !isStopping else { return }
    let isTold = try control.receive(tag: MessageTag.stop) != nil
    guard isTold || isAskedToStop() else { return }
    isStopping = true
    if desk != nil {
      desk?.handOut.stop()
      for rank in 1..<max(1, control.size) { try control.send([UInt8](), to: rank, tag: MessageTag.stop) }
    } else if !isTold {
      try control.send([UInt8](), to: 0, tag: MessageTag.stop)
    }
  }
}

// MARK: - Rank 0

extension Dispatcher {
  private func serveAll() throws {
    guard desk != nil else { return }
    while try serve() {}
  }

  /// Takes one message, if one is there.
  private func serve() throws -> Bool {
    try lookForStop()
    guard let (message, source) = try control.receive(GroupMessage.self, tag: MessageTag.toCoordinator) else {
      return false
    }
    try take(message, from: source)
    return true
  }

  private func take(_ message: GroupMessage, from source: Int) throws {
    switch message {
    case .wantsWork(let ahead):
      try control.send(assign(ahead: ahead), to: source, tag: MessageTag.assignment)
    case .progress(let progress):
      desk?.progressed(progress)
    case .ended(let outcome):
      desk?.handOut.end(outcome.unit)
      try desk?.ended(outcome)
    case .paused(let unit):
      desk?.handOut.end(unit)
      try desk?.paused(unit)
    }
  }

  private func assign(ahead: Bool) throws -> Assignment {
    let assignment = desk?.handOut.next(ahead: ahead) ?? .done
    if case .train(let unit) = assignment { try desk?.started(unit) }
    return assignment
  }
}
