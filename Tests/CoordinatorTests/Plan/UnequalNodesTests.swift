import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// Nodes of different sizes and speeds, simulated with the code that assigns units in a sweep.
@Suite struct UnequalNodesTests {
  private func sweep(_ work: [Double], nodes: [Int], shares: [Double], most: Int) -> Schedule.Sweep {
    let sorted = work.sorted(by: >)
    let units = sorted.indices.map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
    return Schedule.Sweep(
      units: units, work: Dictionary(uniqueKeysWithValues: zip(units, sorted)),
      epoch: Dictionary(uniqueKeysWithValues: zip(units, sorted.map { $0 / 100 })), nodes: nodes, speed: 1,
      shares: shares, sizes: GroupSizes(most: most))
  }

  /// Seconds that units take at least: all of them on all ranks, or the longest on the group that is fastest for it.
  private func bound(_ work: [Double], _ shares: [Double], most: Int) -> Double {
    let fastest = shares.sorted(by: >)
    let sizes = [1, 2, 4, 8].filter { $0 <= min(most, fastest.count) }
    let group = sizes.map { Double($0) * fastest[$0 - 1] }.max() ?? 1
    return max(work.reduce(0, +) / shares.reduce(0, +), (work.max() ?? 0) / group)
  }

  /// 2,000 random sweeps: one to six nodes of one to eight ranks, the fastest up to four times as fast as the slowest.
  /// A unit that began on slow ranks stays on them, or waits for them in its group, so the bound is further away than
  /// with equal ranks.
  @Test func randomSweepsAreNearTheLowerBound() {
    var ratios: [Double] = []
    for number in 0..<2000 {
      let random = CounterRandom(22, UInt64(number))
      let (nodeCount, most) = (1 + random.integer(below: 6, at: 0), 1 << random.integer(below: 4, at: 1))
      var (nodes, shares): ([Int], [Double]) = ([], [])
      for node in 0..<nodeCount {
        let speed = 0.4 + 1.2 * random.uniform(at: UInt64(10 + node))
        let ranks = 1 + random.integer(below: 8, at: UInt64(20 + node))
        nodes += Array(repeating: node, count: ranks)
        shares += Array(repeating: speed, count: ranks)
      }
      let work = (0..<1 + random.integer(below: 40, at: 2)).map { unit in
        // Long enough that a beginning of two seconds does not count.
        let draw = random.uniform(at: UInt64(100 + unit))
        return unit % 2 == 0 ? 1000 + 9000 * draw : 100 - 5000 * log(1 - draw)
      }
      let schedule = Schedule(sweep(work, nodes: nodes, shares: shares, most: most))
      #expect(schedule.spans.count == work.count)
      ratios.append(schedule.seconds / bound(work, shares, most: most))
    }
    ratios.sort()
    #expect(ratios[0] > 1 - 1e-9)
    #expect(ratios[1000] < 1.03, "median \(ratios[1000])")
    #expect(ratios[1800] < 1.25, "of nine in ten \(ratios[1800])")
    #expect(ratios[1980] < 1.8, "of 99 in a hundred \(ratios[1980])")
  }

  /// The longest unit begins on the fastest node.
  @Test func theLongestUnitGetsTheFastestRanks() {
    let schedule = Schedule(sweep([100, 40], nodes: [0, 1], shares: [0.5, 2], most: 1))
    #expect(schedule.spans.first { $0.unit.fold == 0 }?.end == 50)
    #expect(schedule.spans.first { $0.unit.fold == 1 }?.end == 80)
  }
}
