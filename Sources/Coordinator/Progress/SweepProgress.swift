import Core
import Worker

/// How far a sweep is.
struct SweepProgress: Equatable {
  /// The sweep's name.
  var name: String
  /// Units that ended, failed ones among them.
  var done: Int
  var failed = 0
  var total: Int
  /// Groups with a unit, by their first rank.
  var groups: [Group] = []
  /// Part of the sweep's work that is done, 0 to 1.
  var share = 0.0
  /// Seconds since the program began.
  var elapsed = 0.0
  /// Seconds that the sweep still takes; nil before anything can be said.
  var left: Double?

  /// A group of ranks and its unit.
  struct Group: Equatable {
    /// World ranks.
    var ranks: [Int]
    var unit: WorkUnit
    /// What it said last; nil before its first step.
    var progress: UnitProgress?
    /// Seconds that the unit still takes.
    var left: Double?
  }

  /// The same, so many seconds later, with nothing new heard meanwhile.
  func later(by seconds: Double) -> SweepProgress {
    var later = self
    later.elapsed += seconds
    later.left = left.map { max(0, $0 - seconds) }
    for index in groups.indices { later.groups[index].left = groups[index].left.map { max(0, $0 - seconds) } }
    return later
  }
}
