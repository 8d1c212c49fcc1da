import Core

/// The queue of units that wait, and of the groups that request them: a value, without clocks or messages. A group is
/// identified by its first rank.
struct UnitQueue {
  private(set) var waiting: [WorkUnit]
  /// For each unit that starts only after another has ended, that one.
  private let prerequisites: [WorkUnit: WorkUnit]
  private let groups: Int
  /// Units that are assigned and have not ended.
  private(set) var running: Set<WorkUnit> = []
  /// Groups that have requested a unit and have no answer yet.
  private(set) var idle: [Int] = []
  /// How often a unit failed.
  private var failures: [WorkUnit: Int]
  /// What all groups are told when no unit is in training any more; nil while units are assigned.
  private var end: Assignment?
  private var dismissed = 0

  /// How often a unit is tried before it counts as failed.
  static let attempts = 2

  /// - Parameters:
  ///   - units: in the order in which they are assigned.
  ///   - groups: how many groups request units.
  ///   - failures: how often units failed before.
  ///   - prerequisites: for each unit that starts only after another has ended, that one.
  init(
    _ units: [WorkUnit], groups: Int, failures: [WorkUnit: Int] = [:], prerequisites: [WorkUnit: WorkUnit] = [:]
  ) {
    (waiting, self.groups, self.failures, self.prerequisites) = (units, groups, failures, prerequisites)
  }

  /// The positions of waiting units that can start now, in order.
  private var ready: [Int] {
    guard !prerequisites.isEmpty else { return Array(waiting.indices) }
    let open = Set(waiting).union(running)
    return waiting.indices.filter { index in
      prerequisites[waiting[index]].map { !open.contains($0) } ?? true
    }
  }

  /// Whether every group has been told that nothing is left for it.
  var isOver: Bool { dismissed == groups }
  /// Whether no more units are assigned.
  var isEnding: Bool { end != nil }

  /// Adds a group's request; `answers` returns the answer when there is one.
  mutating func ask(_ group: Int) { idle.append(group) }

  /// Answers a group that requests a unit ahead of time, while it is still training another.
  ///
  /// It gets one only while more units wait than there are groups. Otherwise a unit could wait behind a long one while
  /// another group is idle.
  mutating func ahead() -> Assignment {
    let ready = ready
    guard !isEnding, ready.count > groups else { return .askAgain }
    return give(ready[0])
  }

  /// The answers that can be given now. A group without an answer waits: a running unit may fail and be tried again, or
  /// new groups may be formed.
  mutating func answers() -> [(group: Int, assignment: Assignment)] {
    var answers: [(Int, Assignment)] = []
    while let group = idle.first {
      if !isEnding, let next = ready.first {
        answers.append((group, give(next)))
      } else if running.isEmpty {
        answers.append((group, waiting.isEmpty ? .done : end ?? .done))
        dismissed += 1
      } else {
        break
      }
      idle.removeFirst()
    }
    return answers
  }

  /// - Parameter position: among the waiting units.
  private mutating func give(_ position: Int) -> Assignment {
    let unit = waiting.remove(at: position)
    running.insert(unit)
    return .train(unit)
  }

  mutating func finish(_ unit: WorkUnit) { running.remove(unit) }

  /// Puts a paused unit back, to be resumed before the others that wait.
  mutating func pause(_ unit: WorkUnit) {
    if running.remove(unit) != nil { waiting.insert(unit, at: 0) }
  }

  /// Records that a unit failed; it is tried again after all others, unless it has failed before.
  ///
  /// - Returns: how often it has failed, and whether it is tried again.
  mutating func fail(_ unit: WorkUnit) -> (attempt: Int, isRetried: Bool) {
    let attempt = failures[unit, default: 0] + 1
    failures[unit] = attempt
    let isRetried = running.remove(unit) != nil && attempt < UnitQueue.attempts
    if isRetried { waiting.append(unit) }
    return (attempt, isRetried)
  }

  /// Gives up the waiting units that need a unit which has failed for good.
  mutating func giveUp(after unit: WorkUnit) { waiting.removeAll { prerequisites[$0] == unit } }

  /// Assigns no more units: when those in training are paused, all groups are told `answer`.
  mutating func end(with answer: Assignment) { if end != .done { end = answer } }
}

/// Decides when idle ranks join the units that are still in training.
struct ElasticTail {
  var ranks, lanes: Int
  /// Ranks of the largest group now.
  var ranksPerFold: Int

  /// A unit with a larger share of its steps done is not interrupted.
  static let nearlyOver = 0.8

  /// - Parameter shares: for each unit in training, the share of its steps that is done.
  func isWorthIt(_ queue: UnitQueue, shares: [WorkUnit: Double]) -> Bool {
    guard queue.waiting.isEmpty, !queue.idle.isEmpty, !queue.running.isEmpty, !queue.isEnding else {
      return false
    }
    if queue.running.contains(where: { shares[$0, default: 0] > ElasticTail.nearlyOver }) { return false }
    return Partition.automaticRanksPerFold(ranks: ranks, units: queue.running.count, lanes: lanes) > ranksPerFold
  }
}
