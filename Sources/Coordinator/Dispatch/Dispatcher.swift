import Core
import Worker

/// Hands work units to groups and gathers what they give; the coordinator, rank 0 of `control`, trains too, and serves
/// the others between steps.
final class Dispatcher {
  /// Trains a unit on this rank's group.
  typealias Train = (WorkUnit, FoldTrainer.Hooks) throws -> FoldTrainer.Ending

  private let control: any Communicator
  private let group: any Communicator
  private let leaders: [Int]
  /// What this rank notices beside its work.
  private let watch: Hooks
  private let train: Train
  /// What the coordinator keeps; nil on other ranks.
  private var desk: Desk?
  /// What the coordinator asked this rank's group for.
  private var wish = Pause.none
  /// What the coordinator's own group is told, until it asks.
  private var answer: Assignment?
  /// Whether this rank knows that all are to stop.
  private var isStopping = false
  /// Of units in training, the part that is done.
  private var shares: [WorkUnit: Double] = [:]
  /// When this rank last told the coordinator how far its group is.
  private var lastReport: ContinuousClock.Instant?

  /// Steps are told that much apart at least, and further apart the more groups there are: the coordinator trains too,
  /// and more would be messages for nobody.
  private var reportInterval: Duration { max(.milliseconds(500), .milliseconds(20) * groups) }
  private let groups: Int

  /// The coordinator's books.
  struct Desk {
    var handOut: HandOut
    /// Nil where groups stay as they are.
    var elasticTail: ElasticTail?
    /// Called once for each unit handed out, with the first rank of its group; each outcome, with the number of the
    /// try and whether it is the last; each pause; each sign of progress.
    /// They do not throw: what goes wrong here is no fault of the unit that this rank trains meanwhile.
    var started: (WorkUnit, Int) -> Void
    var ended: (UnitOutcome, _ attempt: Int, _ isFinal: Bool) -> Void
    var paused: (WorkUnit) -> Void
    var progressed: (UnitProgress) -> Void
  }

  /// What this rank notices beside its work.
  struct Hooks {
    /// Whether somebody asked the program to stop: one rank that says so is enough.
    var isAskedToStop: () -> Bool = { StopSignal.isRaised }
    /// Whether ranks were lost, so that these groups end.
    var hasNewSession: () -> Bool = { false }
    /// Told the unit, the stage and the steps done.
    var beforeStep: (WorkUnit, Stage?, Int) -> Void = { _, _, _ in }
    /// Told, in a line, what is out of order but no reason to give a unit up.
    var note: (String) -> Void = FoldTrainer.Hooks.toStandardError
  }

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
  ///   - desk: on the coordinator.
  init(
    control: any Communicator, group: any Communicator, leaders: [Int] = [], desk: Desk?, hooks: Hooks = Hooks(),
    train: @escaping Train
  ) {
    (self.control, self.group, self.leaders, self.desk) = (control, group, leaders, desk)
    groups = leaders.count
    (watch, self.train) = (hooks, train)
  }

  /// Trains units until there is nothing left to do here; returns on the coordinator when every group's results are in.
  ///
  /// - Throws: `MembershipChanged` where ranks were lost.
  func run() throws -> Ending {
    try lookForStop()
    let word = try group.rank == 0 ? lead() : follow()
    try serve { [self] in desk?.handOut.isOver ?? true }
    if word == .regroup { return .regroup }
    return desk.map { $0.handOut.waiting.isEmpty } ?? true ? .done : .stopped
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
      if desk == nil { try control.send(GroupMessage.wantsWork(ahead: true), to: 0, tag: MessageTag.toCoordinator) }
      next = try assignment(reporting: try message(after: unit))
    }
  }

  /// What comes after a unit. Another is asked for before the end of this one is told, which takes the coordinator a
  /// while: it writes that down.
  private func assignment(reporting message: GroupMessage) throws -> Assignment {
    if desk != nil {
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
    // The next unit may be of other sizes.
    defer { Workspace.release() }
    let hooks = FoldTrainer.Hooks(
      afterStep: { [self] in try ignoringLosses(serveAll) },
      afterEpoch: { [self] progress in if group.rank == 0 { try report(.progress(progress)) } },
      pause: { [self] in try pause() },
      beforeStep: { [self] stage, step in watch.beforeStep(unit, stage, step) },
      progressed: { [self] progress in try ignoringLosses { try tell(progress) } },
      note: watch.note)
    do {
      switch try train(unit, hooks) {
      case .finished(let result): return result.map { .ended(.finished($0)) } ?? .paused(unit)
      case .paused:
        if watch.hasNewSession() { throw MembershipChanged() }
        return .paused(unit)
      }
    } catch let fault as Fault {
      return .ended(.failed(unit, reason: fault.description))
    } catch let faults as Faults {
      return .ended(.failed(unit, reason: faults.faults.map(\.description).joined(separator: "; ")))
    }
  }

  /// Says now and then within an epoch how far the group is.
  private func tell(_ progress: UnitProgress) throws {
    guard group.rank == 0 else { return }
    let now = ContinuousClock.now
    if let lastReport, now - lastReport < reportInterval { return }
    lastReport = now
    try report(.progress(progress))
  }

  /// Whether this rank's group is to leave its unit.
  private func pause() throws -> Pause {
    try ignoringLosses(lookForStop)
    if isStopping || watch.hasNewSession() { return .atNextStep }
    if group.rank == 0, desk == nil {
      try ignoringLosses {
        while let (wish, _) = try control.receive(Pause.self, tag: MessageTag.pause) {
          self.wish = max(self.wish, wish)
        }
      }
    }
    return wish
  }

  /// A group that is whole leaves its unit at a step's end, with a checkpoint, not in the middle because others died.
  private func ignoringLosses(_ body: () throws -> Void) throws {
    do { try body() } catch is MembershipChanged {}
  }

  private func request() throws -> Assignment {
    if desk != nil {
      desk?.handOut.ask(0)
      try answerAll()
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
    if desk != nil { return try take(message, from: 0) }
    try control.send(message, to: 0, tag: MessageTag.toCoordinator)
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
    guard isTold || watch.isAskedToStop() else { return }
    isStopping = true
    if desk != nil {
      desk?.handOut.end(with: .done)
      for rank in 1..<max(1, control.size) { try control.send([UInt8](), to: rank, tag: MessageTag.stop) }
      try answerAll()
    } else if !isTold {
      try control.send([UInt8](), to: 0, tag: MessageTag.stop)
    }
  }
}

// MARK: - The coordinator

extension Dispatcher {
  private func serveAll() throws {
    guard desk != nil else { return }
    while try serve() {}
  }

  /// Serves the others until something holds; groups that do nothing for too long are looked after.
  private func serve(until isOver: () -> Bool) throws {
    var patience = Patience(longestNap: 200)
    while !isOver() {
      if try serve() {
        patience = Patience(longestNap: 200)
      } else if patience.rest() {
        let idle = Set(desk?.handOut.idle ?? [])
        try control.lookAfter(leaders.filter { $0 != 0 && !idle.contains($0) }, &patience)
      }
    }
  }

  /// Takes one message, if one is there, and answers whom it can.
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
    case .wantsWork(ahead: true):
      try give(desk?.handOut.ahead() ?? .done, to: source)
    case .wantsWork(ahead: false):
      desk?.handOut.ask(source)
    case .progress(let progress):
      shares[progress.unit] = Double(progress.step) / Double(max(1, progress.steps))
      desk?.progressed(progress)
    case .ended(let outcome):
      var (attempt, isRetried) = (1, false)
      switch outcome {
      case .finished(let result): desk?.handOut.finish(result.unit)
      case .failed(let unit, _): (attempt, isRetried) = desk?.handOut.fail(unit) ?? (1, false)
      }
      desk?.ended(outcome, attempt, !isRetried)
    case .paused(let unit):
      desk?.handOut.pause(unit)
      desk?.paused(unit)
    }
    try answerAll()
  }

  /// Answers every group that can be answered.
  private func answerAll() throws {
    if let desk, let tail = desk.elasticTail, tail.isWorthIt(desk.handOut, shares: shares) {
      self.desk?.handOut.end(with: .regroup)
      wish = .atNextEpoch
      for leader in leaders where leader != 0 { try control.send(wish, to: leader, tag: MessageTag.pause) }
    }
    for (group, assignment) in desk?.handOut.answers() ?? [] {
      if group == 0 {
        answer = assignment
        if case .train(let unit) = assignment { desk?.started(unit, 0) }
      } else {
        try give(assignment, to: group)
      }
    }
  }

  private func give(_ assignment: Assignment, to group: Int) throws {
    try control.send(assignment, to: group, tag: MessageTag.assignment)
    if case .train(let unit) = assignment { desk?.started(unit, group) }
  }
}
