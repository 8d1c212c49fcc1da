import Core

/// Which unit goes to whom next: a value, without clocks or messages.
struct HandOut {
  private var waiting: ArraySlice<WorkUnit>
  private let groups: Int
  /// Units handed out and not ended.
  private(set) var running: Set<WorkUnit> = []
  /// Groups that know that nothing is left for them.
  private var dismissed = 0

  /// - Parameters:
  ///   - units: in the order in which they are to be handed out.
  ///   - groups: how many ask.
  init(_ units: [WorkUnit], groups: Int) {
    waiting = units[...]
    self.groups = groups
  }

  /// Whether every unit has ended and every group knows.
  var isOver: Bool { waiting.isEmpty && running.isEmpty && dismissed == groups }

  /// The answer to a group's request.
  ///
  /// Ahead of time a unit is given only while there are more than groups, so that none waits behind a long unit while
  /// another group is idle.
  mutating func next(ahead: Bool) -> Assignment {
    if ahead, waiting.count <= groups { return .askAgain }
    guard let unit = waiting.popFirst() else {
      dismissed += 1
      return .done
    }
    running.insert(unit)
    return .train(unit)
  }

  /// Nothing more is given out.
  mutating func stop() { waiting = [] }

  mutating func end(_ unit: WorkUnit) { running.remove(unit) }
}
