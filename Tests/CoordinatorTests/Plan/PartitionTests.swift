import Testing

@testable import Coordinator
@testable import Core

/// Every job of up to 17 ranks on up to three hosts.
@Suite struct PartitionTests {
  private static let sizes = [1, 2, 4, 8, 16]

  /// All ways to distribute `ranks` over hosts: in blocks, as mpirun does by default, and round-robin.
  private func hosts(_ ranks: Int) -> [[String]] {
    var all = [(0..<ranks).map { "h\($0 % 2)" }, (0..<ranks).map { "h\($0 % 3)" }]
    for first in 0...ranks {
      for second in 0...(ranks - first) {
        all.append(
          [String](repeating: "a", count: first) + [String](repeating: "b", count: second)
            + [String](repeating: "c", count: ranks - first - second))
      }
    }
    return all
  }

  @Test func everyRankIsInExactlyOneGroupOfAPowerOfTwo() {
    for ranks in 1...17 {
      for hosts in hosts(ranks) {
        for wanted in Self.sizes {
          let groups = Partition.groups(hosts: hosts, ranksPerFold: wanted)
          #expect(groups.flatMap(\.self).sorted() == Array(0..<ranks), "\(hosts), \(wanted) per fold")
          #expect(groups.allSatisfy { $0.count.nonzeroBitCount == 1 && $0.count <= wanted }, "\(hosts), \(wanted)")
          #expect(groups.allSatisfy { $0 == $0.sorted() })
          #expect(groups.map { $0[0] } == groups.map { $0[0] }.sorted())
          #expect(groups[0][0] == 0, "rank 0 leads the first group")
        }
      }
    }
  }

  @Test func aHostWithEnoughRanksHasGroupsOfItsOwn() {
    for ranks in 1...17 {
      for hosts in hosts(ranks) {
        for wanted in Self.sizes {
          let groups = Partition.groups(hosts: hosts, ranksPerFold: wanted)
          for host in Set(hosts) {
            let whole = groups.count { $0.count == wanted && $0.allSatisfy { hosts[$0] == host } }
            #expect(whole >= hosts.count { $0 == host } / wanted, "\(hosts), \(wanted) per fold")
          }
        }
      }
    }
  }

  /// By hand: six ranks, four per fold: one group of four, then two are left over and make a group of two.
  @Test func leftOverRanksFormSmallerGroups() {
    #expect(
      Partition.groups(hosts: [String](repeating: "a", count: 6), ranksPerFold: 4) == [[0, 1, 2, 3], [4, 5]])
    #expect(Partition.groups(hosts: ["a", "b", "a", "b"], ranksPerFold: 2) == [[0, 2], [1, 3]])
    #expect(Partition.groups(hosts: ["a", "a", "a", "b", "b", "b"], ranksPerFold: 2) == [[0, 1], [2, 5], [3, 4]])
  }

  @Test func ranksShareAFoldOnlyWhereThereAreMoreRanksThanUnits() {
    for lanes in [1, 2, 4, 8] {
      for ranks in 1...40 {
        for units in 0...40 {
          let size = Partition.automaticRanksPerFold(ranks: ranks, units: units, lanes: lanes)
          #expect(size.nonzeroBitCount == 1 && size <= lanes)
          #expect(size * max(1, units) <= max(ranks, max(1, units)), "all groups have a unit")
          let couldDouble = 2 * size <= lanes && 2 * size * max(1, units) <= ranks
          #expect(!couldDouble, "\(ranks) ranks, \(units) units, \(lanes) lanes: \(size)")
        }
      }
    }
  }

  private let units = [("a", Variant.ce), ("b", .full), ("c", .ce), ("d", .full), ("e", .mi)].map {
    WorkUnit(dataset: $0, fold: 0, variant: $1, seed: 1)
  }

  @Test func theLongestUnitsComeFirst() {
    let costs = ["a": 30.0, "b": 10, "c": 31, "d": 90, "e": 10]
    let ordered = Partition.longestFirst(units) { costs[$0.dataset]! }
    #expect(ordered.map { costs[$0.dataset]! } == [90, 31, 30, 10, 10])
    #expect(ordered[0].dataset == "d")
    #expect(Set(ordered) == Set(units))
  }

  @Test func equallyLongUnitsKeepTheirOrder() {
    let same = (0..<20).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
    #expect(Partition.longestFirst(same) { _ in 50 } == same)
  }
}
