import Core
import Worker

/// Hands work units to groups and gathers what they give; rank 0 trains too, and serves the others between steps.
final class Dispatcher {
  /// Trains a unit on this rank's group; the result is on the group's first rank.
  typealias Train = (WorkUnit, FoldTrainer.Hooks) throws -> UnitResult?

  private let control: any Communicator
  private let group: any Communicator
  private let train: Train
  /// What rank 0 keeps; nil on other ranks.
  private var desk: Desk?

  /// Rank 0's books.
  struct Desk {
    var handOut: HandOut
    /// Called once for each unit handed out, each outcome and each sign of progress.
    var started: (WorkUnit) throws -> Void
    var ended: (UnitOutcome) throws -> Void
    var progressed: (UnitProgress) -> Void
  }

  /// - Parameters:
  ///   - control: all ranks, for messages between groups.
  ///   - group: this rank's group.
  ///   - desk: on rank 0 of the job.
  init(control: any Communicator, group: any Communicator, desk: Desk?, train: @escaping Train) {
    (self.control, self.group, self.desk, self.train) = (control, group, desk, train)
  }

  /// Trains units until all are done; returns on rank 0 when every group's results are in.
  func run() throws {
    if group.rank == 0 { try lead() } else { try follow() }
    while let desk, !desk.handOut.isOver {
      if try !serve() { control.nap() }
    }
  }

  /// The first rank of a group: asks for work, one unit ahead, and shares it.
  private func lead() throws {
    var next = try request(ahead: false)
    while true {
      if next == .askAgain { next = try request(ahead: false) }
      for rank in 1..<max(1, group.size) { try group.send(next, to: rank, tag: MessageTag.withinGroup) }
      guard case .train(let unit) = next else { return }
      if desk == nil { try control.send(GroupMessage.wantsWork(ahead: true), to: 0, tag: MessageTag.toCoordinator) }
      if let outcome = try outcome(of: unit) { try report(.ended(outcome)) }
      next = desk == nil ? try control.wait(for: Assignment.self, tag: MessageTag.assignment) : .askAgain
    }
  }

  private func follow() throws {
    while case .train(let unit) = try group.wait(for: Assignment.self, tag: MessageTag.withinGroup) {
      _ = try outcome(of: unit)
    }
  }

  /// How training the unit ended, on the group's first rank. What is thrown on is no fault of the unit.
  private func outcome(of unit: WorkUnit) throws -> UnitOutcome? {
    let hooks = FoldTrainer.Hooks(
      afterStep: { [self] in try serveAll() },
      afterEpoch: { [self] progress in if group.rank == 0 { try report(.progress(progress)) } })
    do {
      return try train(unit, hooks).map(UnitOutcome.finished)
    } catch let fault as Fault {
      return .failed(unit, reason: fault.description)
    } catch let faults as Faults {
      return .failed(unit, reason: faults.faults.map(\.description).joined(separator: "; "))
    }
  }

  private func request(ahead: Bool) throws -> Assignment {
    if desk != nil { return try assign(ahead: ahead) }
    try control.send(GroupMessage.wantsWork(ahead: ahead), to: 0, tag: MessageTag.toCoordinator)
    return try control.wait(for: Assignment.self, tag: MessageTag.assignment)
  }

  private func report(_ message: GroupMessage) throws {
    if desk != nil { return try take(message, from: 0) }
    try control.send(message, to: 0, tag: MessageTag.toCoordinator)
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
    }
  }

  private func assign(ahead: Bool) throws -> Assignment {
    let assignment = desk?.handOut.next(ahead: ahead) ?? .done
    if case .train(let unit) = assignment { try desk?.started(unit) }
    return assignment
  }
}
