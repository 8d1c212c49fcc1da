import Testing

@testable import Coordinator
@testable import Core

@Suite struct UnitQueueTests {
  private func units(_ count: Int) -> [WorkUnit] {
    (0..<count).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
  }

  private func queue(
    _ units: [WorkUnit], ranks: Int, most: Int = 1, failures: [WorkUnit: Int] = [:]
  ) -> UnitQueue {
    UnitQueue(
      units, RankPool(hosts: Array(repeating: "here", count: ranks)), GroupSizes(most: most), failures: failures)
  }

  /// As before the first step of a sweep: only quotients are known.
  private func unmeasured(_ unit: WorkUnit) -> UnitQueue.Estimate {
    UnitQueue.Estimate(left: 1, epoch: 1, isInSeconds: false)
  }

  private func starts(_ queue: inout UnitQueue) -> [[WorkUnit]] { queue.assign(unmeasured).starts.map(\.units) }

  /// Every small case of groups that work one after the other.
  @Test func everyUnitIsAssignedOnceInOrder() {
    for count in 0...7 {
      for ranks in 1...4 {
        for most in [1, 2, 4] {
          var queue = queue(units(count), ranks: ranks, most: most)
          var (given, running): ([WorkUnit], [UnitQueue.Group]) = ([], [])
          while true {
            let orders = queue.assign(unmeasured)
            #expect(orders.pauses.isEmpty, "nothing was measured")
            running += orders.starts
            given += orders.starts.flatMap(\.units)
            #expect(Set(running.flatMap(\.ranks)).count == running.reduce(0) { $0 + $1.ranks.count }, "no rank twice")
            #expect((running.flatMap(\.ranks) + queue.pool.idle).sorted() == Array(0..<ranks))
            if running.isEmpty { break }
            queue.finish(running.removeFirst().units[0])
          }
          #expect(given == units(count) && queue.isOver)
        }
      }
    }
  }

  @Test func idleRanksAreKeptUntilTheLastUnitEnds() {
    var queue = queue(units(1), ranks: 2)
    #expect(starts(&queue) == [[units(1)[0]]])
    #expect(starts(&queue).isEmpty && queue.pool.idle == [1] && !queue.isOver)
    queue.finish(units(1)[0])
    #expect(starts(&queue).isEmpty && queue.isOver)
  }

  @Test func aFailedUnitIsTriedOnceMoreAfterAllOthers() {
    let all = units(3)
    var queue = queue(all, ranks: 2)
    _ = starts(&queue)
    #expect(queue.fail(all[0]).attempt == 1)
    #expect(starts(&queue) == [[all[2]]])
    queue.finish(all[1])
    #expect(starts(&queue) == [[all[0]]])
    queue.finish(all[2])
    #expect(starts(&queue).isEmpty)
    #expect(queue.fail(all[0]) == (2, false))
    #expect(starts(&queue).isEmpty && queue.isOver)
  }

  /// A new coordinator reads from the ledger which units failed before.
  @Test func aUnitThatFailedBeforeHasOneAttemptLeft() {
    var queue = queue(units(1), ranks: 1, failures: [units(1)[0]: 1])
    _ = starts(&queue)
    #expect(queue.fail(units(1)[0]).attempt == 2)
    #expect(queue.waiting.isEmpty)
  }

  @Test func afterTheEndNothingBeginsAndPausedUnitsWait() {
    let all = units(3)
    var queue = queue(all, ranks: 2)
    _ = starts(&queue)
    queue.end()
    queue.pause(all[1])
    #expect(starts(&queue).isEmpty && !queue.isOver, "the other is still in training")
    queue.pause(all[0])
    #expect(starts(&queue).isEmpty && queue.isOver && queue.waiting == [all[0], all[1], all[2]])
  }

  // MARK: - Ranks that help

  /// Two units on four ranks; the first ends. The second is interrupted and continues on all four, and nothing else
  /// gets the ranks that are kept for it.
  @Test func idleRanksJoinAUnitAtTheEndOfItsEpoch() {
    let all = units(3)
    var left = [all[0]: 10.0, all[1]: 100, all[2]: 10]
    func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate { UnitQueue.Estimate(left: left[unit]!, epoch: 4) }
    var queue = UnitQueue(
      Array(all.prefix(2)), RankPool(hosts: ["a", "a", "b", "b"]), GroupSizes(most: 4, fixed: nil))
    let first = queue.assign(estimate)
    #expect(first.starts.map(\.ranks.count).reduce(0, +) == 4)
    let long = first.starts.first { $0.units == [all[1]] }!
    (left[all[0]], left[all[1]]) = (0, 80)
    queue.finish(all[0])
    let orders = queue.assign(estimate)
    #expect(orders == UnitQueue.Orders(pauses: [all[1]]))
    #expect(queue.groups[long.ranks[0]]?.next == 4)
    #expect(queue.assign(estimate) == UnitQueue.Orders(), "it was asked already")
    queue.pause(all[1])
    let next = queue.assign(estimate)
    #expect(next.starts == [UnitQueue.Group(ranks: [0, 1, 2, 3], units: [all[1]])] && next.pauses.isEmpty)
  }

  @Test func aUnitThatEndsBeforeItIsInterruptedKeepsNothing() {
    let all = units(2)
    var left = [all[0]: 1.0, all[1]: 100]
    func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate { UnitQueue.Estimate(left: left[unit]!, epoch: 4) }
    var queue = queue(all, ranks: 2, most: 2)
    _ = queue.assign(estimate)
    left[all[0]] = 0
    queue.finish(all[0])
    #expect(queue.assign(estimate).pauses == [all[1]])
    queue.finish(all[1])
    #expect(queue.assign(estimate) == UnitQueue.Orders() && queue.isOver && queue.pool.idle == [0, 1])
  }

  @Test func aUnitIsNotInterruptedShortlyBeforeItsEnd() {
    let all = units(2)
    var left = [all[0]: 1.0, all[1]: 100]
    func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate { UnitQueue.Estimate(left: left[unit]!, epoch: 4) }
    var queue = queue(all, ranks: 2, most: 2)
    _ = queue.assign(estimate)
    queue.finish(all[0])
    (left[all[0]], left[all[1]]) = (0, 5.5)
    #expect(queue.assign(estimate).pauses.isEmpty, "an epoch takes 4 s, a beginning two")
    left[all[1]] = 6.5
    #expect(queue.assign(estimate).pauses == [all[1]])
  }

  // MARK: - Short units

  @Test func shortUnitsAreAssignedTogetherWhereManyWait() {
    let all = units(100)
    func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate { UnitQueue.Estimate(left: 0.05, epoch: 0.05) }
    var queue = queue(all, ranks: 2)
    let orders = queue.assign(estimate)
    #expect(orders.starts.map(\.units.count) == [10, 10], "half a second's work each")
    let given = orders.starts.flatMap(\.units)
    #expect(Set(given) == Set(all.prefix(20)))
    for unit in given.prefix(9) { queue.finish(unit) }
    #expect(queue.assign(estimate) == UnitQueue.Orders(), "the last of ten is in training")
    queue.finish(given[9])
    #expect(queue.assign(estimate).starts.map(\.ranks) == [[0]])
    var slow = UnitQueue(all, RankPool(hosts: ["a"]), GroupSizes(most: 1))
    #expect(slow.assign(unmeasured).starts.map(\.units) == [[all[0]]], "nobody knows that they are short")
  }

  /// Every unit once, also when the batches fail in part.
  @Test func unitsOfABatchEndOneByOne() {
    let all = units(60)
    var queue = queue(all, ranks: 3)
    var (ended, fails): ([WorkUnit], Set<WorkUnit>) = ([], [all[3], all[17]])
    while !queue.isOver {
      let orders = queue.assign { _ in UnitQueue.Estimate(left: 0.01, epoch: 0.01) }
      for unit in orders.starts.flatMap(\.units) {
        guard fails.remove(unit) == nil else {
          _ = queue.fail(unit)
          continue
        }
        queue.finish(unit)
        ended.append(unit)
      }
    }
    #expect(ended.count == 60 && Set(ended) == Set(all))
  }
}
