import Core

/// The units that wait and the groups that ask for them: a value, without clocks or messages. Groups are known by their
/// first rank.
struct UnitQueue {
  private(set) var waiting: [WorkUnit]
  private let groups: Int
  /// Units handed out and not ended.
  private(set) var running: Set<WorkUnit> = []
  /// Groups that asked and have no answer yet.
  private(set) var idle: [Int] = []
  /// How often a unit failed.
  private var failures: [WorkUnit: Int]
  /// What becomes of units that wait, once nobody is in training; nil while they are handed out.
  private var end: Assignment?
  private var dismissed = 0

  /// How often a unit is tried.
  static let attempts = 2

  /// - Parameters:
  ///   - units: in the order in which they are to be handed out.
  ///   - groups: how many ask.
  ///   - failures: of units that failed before.
  init(_ units: [WorkUnit], groups: Int, failures: [WorkUnit: Int] = [:]) {
    (waiting, self.groups, self.failures) = (units, groups, failures)
  }

  /// Whether every group knows that there is nothing left for it.
  var isOver: Bool { dismissed == groups }
  /// Whether no unit is handed out any more.
  var isEnding: Bool { end != nil }

  /// A group's request; `answers` answers it.
  mutating func ask(_ group: Int) { idle.append(group) }

  /// The answer to a group that is still in training and asks for a unit ahead of time.
  ///
  /// It is given one only while there are more than groups, so that none waits behind a long unit while another group
  /// is idle.
  mutating func ahead() -> Assignment {
    guard !isEnding, waiting.count > groups else { return .askAgain }
    return give()
  }

  /// What can be answered now. Groups without an answer wait for a unit that failed elsewhere, or to help with one.
  mutating func answers() -> [(group: Int, assignment: Assignment)] {
    var answers: [(Int, Assignment)] = []
    while let group = idle.first {
      if !isEnding, !waiting.isEmpty {
        answers.append((group, give()))
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

  private mutating func give() -> Assignment {
    let unit = waiting.removeFirst()
    running.insert(unit)
    return .train(unit)
  }

  mutating func finish(_ unit: WorkUnit) { running.remove(unit) }

  /// The unit is to be resumed before the others that wait.
  mutating func pause(_ unit: WorkUnit) {
    if running.remove(unit) != nil { waiting.insert(unit, at: 0) }
  }

  /// The unit failed, and is tried again after all others, unless it was tried before.
  ///
  /// - Returns: how often it has failed, and whether it is tried again.
  mutating func fail(_ unit: WorkUnit) -> (attempt: Int, isRetried: Bool) {
    let attempt = failures[unit, default: 0] + 1
    failures[unit] = attempt
    let isRetried = running.remove(unit) != nil && attempt < UnitQueue.attempts
    if isRetried { waiting.append(unit) }
    return (attempt, isRetried)
  }

  /// Hands out nothing more: units in training are paused, and then all groups are told `word`.
  mutating func end(with word: Assignment) { if end != .done { end = word } }
}

/// When it pays to let idle ranks join the units that are still in training.
struct ElasticTail {
  var ranks, lanes: Int
  /// Ranks in a group now.
  var ranksPerFold: Int

  /// A unit that has come this far is waited for.
  static let nearlyOver = 0.8

  /// - Parameter shares: of each unit in training, the part that is done.
  func isWorthIt(_ queue: UnitQueue, shares: [WorkUnit: Double]) -> Bool {
    guard queue.waiting.isEmpty, !queue.idle.isEmpty, !queue.running.isEmpty, !queue.isEnding else {
      return false
    }
    if queue.running.contains(where: { shares[$0, default: 0] > ElasticTail.nearlyOver }) { return false }
    return Partition.automaticRanksPerFold(ranks: ranks, units: queue.running.count, lanes: lanes) > ranksPerFold
  }
}
