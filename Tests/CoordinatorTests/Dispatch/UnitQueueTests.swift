import Testing

@testable import Coordinator
@testable import Core

@Suite struct UnitQueueTests {
  private func units(_ count: Int) -> [WorkUnit] {
    (0..<count).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
  }

  /// Every small case of groups that work one after the other, with and without requests ahead of time.
  @Test func everyUnitIsAssignedOnceAndEveryGroupIsDismissed() {
    for count in 0...7 {
      for groups in 1...4 {
        for asksAhead in [false, true] {
          var queue = UnitQueue(units(count), groups: groups)
          var (given, dismissed): ([WorkUnit], Set<Int>) = ([], [])
          var held = [[WorkUnit]](repeating: [], count: groups)
          for group in 0..<groups { queue.ask(group) }
          while dismissed.count < groups {
            #expect(!queue.isOver)
            for (group, assignment) in queue.answers() {
              switch assignment {
              case .train(let unit):
                given.append(unit)
                held[group].append(unit)
                if asksAhead, case .train(let next) = queue.ahead() {
                  given.append(next)
                  held[group].append(next)
                }
              case .done: dismissed.insert(group)
              case .askAgain, .regroup: Issue.record("\(assignment) for a group that has nothing to do")
              }
            }
            for group in 0..<groups where !held[group].isEmpty {
              queue.finish(held[group].removeFirst())
              if held[group].isEmpty { queue.ask(group) }
            }
          }
          // In this list, an answer ahead of time may come before other answers of the same moment; in the queue it
          // does not.
          #expect(asksAhead ? Set(given) == Set(units(count)) : given == units(count), "in order")
          #expect(given.count == count, "each once")
          #expect(queue.isOver && queue.running.isEmpty)
        }
      }
    }
  }

  @Test func noUnitIsAssignedAheadWhenAGroupCouldBecomeIdle() {
    var queue = UnitQueue(units(4), groups: 2)
    queue.ask(0)
    #expect(queue.answers().map(\.assignment) == [.train(units(4)[0])])
    #expect(queue.ahead() == .train(units(4)[1]))
    #expect(queue.ahead() == .askAgain)
    #expect(queue.running.count == 2)
  }

  @Test func anIdleGroupIsKeptUntilTheLastUnitEnds() {
    var queue = UnitQueue(units(1), groups: 2)
    queue.ask(0)
    queue.ask(1)
    #expect(queue.answers().map(\.group) == [0])
    #expect(queue.answers().isEmpty && queue.idle == [1])
    queue.finish(units(1)[0])
    queue.ask(0)
    #expect(queue.answers().map(\.assignment) == [.done, .done])
    #expect(queue.isOver)
  }

  @Test func aFailedUnitIsTriedOnceMoreAfterAllOthersByAnyIdleGroup() {
    let all = units(3)
    var queue = UnitQueue(all, groups: 2)
    queue.ask(0)
    queue.ask(1)
    _ = queue.answers()
    #expect(queue.fail(all[0]).attempt == 1)
    queue.ask(0)
    #expect(queue.answers().map(\.assignment) == [.train(all[2])])
    queue.finish(all[1])
    queue.ask(1)
    #expect(queue.answers().map(\.assignment) == [.train(all[0])])
    queue.finish(all[2])
    queue.ask(0)
    #expect(queue.answers().isEmpty)
    #expect(queue.fail(all[0]).attempt == 2)
    queue.ask(1)
    #expect(queue.answers().map(\.assignment) == [.done, .done])
  }

  /// A new coordinator reads from the ledger which units failed before.
  @Test func aUnitThatFailedBeforeHasOneAttemptLeft() {
    var queue = UnitQueue(units(1), groups: 1, failures: [units(1)[0]: 1])
    queue.ask(0)
    _ = queue.answers()
    #expect(queue.fail(units(1)[0]).attempt == 2)
    #expect(queue.waiting.isEmpty)
  }

  @Test func afterTheEndPausedUnitsWaitAndAllGroupsAreTold() {
    let all = units(3)
    for word in [Assignment.regroup, .done] {
      var queue = UnitQueue(all, groups: 2)
      queue.ask(0)
      queue.ask(1)
      _ = queue.answers()
      queue.end(with: word)
      queue.pause(all[1])
      queue.ask(1)
      #expect(queue.answers().isEmpty, "another group is still in training")
      queue.pause(all[0])
      queue.ask(0)
      #expect(queue.answers().map(\.assignment) == [word, word])
      #expect(queue.waiting == [all[0], all[1], all[2]] && queue.isOver)
    }
  }

  /// Four ranks, one per group; two units are still in training.
  @Test func idleRanksJoinWhereGroupsCanGrowAndNothingIsNearlyOver() {
    let all = units(2)
    let tail = ElasticTail(ranks: 4, lanes: 8, ranksPerFold: 1)
    var queue = UnitQueue(all, groups: 4)
    queue.ask(0)
    queue.ask(1)
    _ = queue.answers()
    #expect(!tail.isWorthIt(queue, shares: [:]), "no group is idle")
    queue.ask(2)
    #expect(tail.isWorthIt(queue, shares: [all[0]: 0.5]))
    #expect(!tail.isWorthIt(queue, shares: [all[0]: 0.9]))
    #expect(!ElasticTail(ranks: 4, lanes: 8, ranksPerFold: 2).isWorthIt(queue, shares: [:]), "as large as they get")
    #expect(!ElasticTail(ranks: 3, lanes: 8, ranksPerFold: 1).isWorthIt(queue, shares: [:]), "not enough for two")
    #expect(!ElasticTail(ranks: 4, lanes: 1, ranksPerFold: 1).isWorthIt(queue, shares: [:]), "one lane")
    queue.end(with: .regroup)
    #expect(!tail.isWorthIt(queue, shares: [:]), "it is under way")
  }
}
