import Testing

@testable import Coordinator

@Suite struct RankPoolTests {
  /// Every order of taking groups of powers of two from up to three hosts: each rank is in one group at a time.
  @Test func everyRankIsTakenOnceAndComesBack() {
    for hosts in [["a"], ["a", "a", "b"], ["a", "b", "a", "b", "c", "c", "c"], Array(repeating: "a", count: 16)] {
      for size in [1, 2, 4, 8] {
        var pool = RankPool(hosts: hosts)
        var groups: [[Int]] = []
        while pool.idle.count >= size { groups.append(pool.take(size)) }
        #expect(groups.allSatisfy { $0.count == size && $0 == $0.sorted() })
        #expect((groups.joined() + pool.idle).sorted() == Array(hosts.indices))
        for group in groups.reversed() { pool.giveBack(group) }
        #expect(pool == RankPool(hosts: hosts))
      }
    }
  }

  @Test func aGroupIsOnOneHostWhereOneHasEnough() {
    var pool = RankPool(hosts: ["a", "b", "a", "b", "b", "b", "c"])
    #expect(pool.take(1) == [6], "the host with the fewest, so that larger groups find theirs")
    #expect(pool.take(4) == [1, 3, 4, 5])
    #expect(pool.take(2) == [0, 2])
    pool.giveBack([0, 1, 6])
    #expect(pool.take(2) == [0, 1], "no host has two")
  }

  @Test func fastHostsAreTakenFirstAndTheSlowestRankSetsThePace() {
    var pool = RankPool(hosts: ["slow", "slow", "fast", "fast"], speeds: [1, 1, 3, 2])
    #expect(pool.speed(of: [2, 3]) == 4 && pool.speed(of: [0, 2]) == 2)
    #expect(pool.take(2) == [2, 3])
    #expect(pool.take(1) == [0])
  }
}
