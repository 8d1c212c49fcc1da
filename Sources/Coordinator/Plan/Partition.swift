import Core

/// Divides the ranks of the job into groups and sorts the work units: pure functions.
enum Partition {
  /// Divides world ranks into groups; a group's first rank leads it. Rank 0 leads the first group.
  ///
  /// A group is on one host where possible. Ranks that do not fill a group of the given size form smaller groups, each
  /// a power of two.
  ///
  /// - Parameters:
  ///   - hosts: the host of each world rank.
  ///   - ranksPerFold: a power of two.
  static func groups(hosts: [String], ranksPerFold: Int) -> [[Int]] {
    var groups: [[Int]] = []
    var leftover: [Int] = []
    for ranks in ranksByHost(hosts) {
      let whole = ranks.count / ranksPerFold * ranksPerFold
      groups += chunks(ranks.prefix(whole), ranksPerFold)
      leftover += ranks.dropFirst(whole)
    }
    var size = ranksPerFold
    while !leftover.isEmpty {
      while size > leftover.count { size /= 2 }
      groups.append(Array(leftover.prefix(size)))
      leftover.removeFirst(size)
    }
    return groups.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// The number of ranks per fold, where the user does not give it. It is one as long as there is a unit for every
  /// rank, because separate units need no messages; otherwise as many as keep all ranks busy, at most one per lane.
  static func automaticRanksPerFold(ranks: Int, units: Int, lanes: Int) -> Int {
    var size = 1
    while size * 2 <= lanes, size * 2 * max(1, units) <= ranks { size *= 2 }
    return size
  }

  /// Sorts work units, longest first, so that a long one does not start when all others are done.
  ///
  /// - Parameter cost: of a unit, in any measure.
  static func longestFirst(_ units: [WorkUnit], cost: (WorkUnit) -> Double) -> [WorkUnit] {
    let costs = units.map(cost)
    // Others wait for the pretraining.
    let first = units.map { $0.variant == .pretraining ? 0 : 1 }
    return units.indices.sorted { (first[$0], costs[$1], $0) < (first[$1], costs[$0], $1) }.map { units[$0] }
  }

  private static func ranksByHost(_ hosts: [String]) -> [[Int]] {
    var order: [String] = []
    var ranks: [String: [Int]] = [:]
    for (rank, host) in hosts.enumerated() {
      if ranks[host] == nil { order.append(host) }
      ranks[host, default: []].append(rank)
    }
    return order.compactMap { ranks[$0] }
  }

  private static func chunks(_ ranks: some Collection<Int>, _ size: Int) -> [[Int]] {
    let ranks = Array(ranks)
    return stride(from: 0, to: ranks.count, by: size).map { Array(ranks[$0..<$0 + size]) }
  }
}
