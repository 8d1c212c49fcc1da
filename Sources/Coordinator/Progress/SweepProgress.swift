import Core
import Worker

/// The progress of a sweep.
struct SweepProgress: Equatable {
  /// The sweep's name.
  var name: String
  /// Units that have ended, including failed ones.
  var done: Int
  var failed = 0
  var total: Int
  /// Groups that have a unit, sorted by their first rank.
  var groups: [Group] = []
  /// Share of the sweep's work that is done, 0 to 1.
  var share = 0.0
  /// Seconds since the program began.
  var elapsed = 0.0
  /// Seconds that the sweep still takes; nil before it can be estimated.
  var left: Double?

  /// A group of ranks and its unit.
  struct Group: Equatable {
    /// World ranks.
    var ranks: [Int]
    var unit: WorkUnit
    /// Its last report; nil before its first step.
    var progress: UnitProgress?
    /// Seconds that the unit still takes.
    var left: Double?
  }

  /// The same progress some seconds later, without new reports.
  func later(by seconds: Double) -> SweepProgress {
    var later = self
    later.elapsed += seconds
    later.left = left.map { max(0, $0 - seconds) }
    for index in groups.indices { later.groups[index].left = groups[index].left.map { max(0, $0 - seconds) } }
    return later
  }
}
