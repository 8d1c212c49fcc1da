import Testing

@testable import Coordinator
@testable import Core

@Suite struct HandOutTests {
  private func units(_ count: Int) -> [WorkUnit] {
    (0..<count).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
  }

  /// Groups that work one after the other, some of them asking ahead, in every small case.
  @Test func everyUnitIsHandedOutOnceAndEveryGroupIsDismissed() {
    for count in 0...7 {
      for groups in 1...4 {
        for asksAhead in [false, true] {
          var handOut = HandOut(units(count), groups: groups)
          var (given, dismissed): ([WorkUnit], Set<Int>) = ([], [])
          var queue = [[WorkUnit]](repeating: [], count: groups)
          for group in 0..<groups { handOut.ask(group) }
          while dismissed.count < groups {
            #expect(!handOut.isOver)
            for (group, assignment) in handOut.answers() {
              switch assignment {
              case .train(let unit):
                given.append(unit)
                queue[group].append(unit)
                if asksAhead, case .train(let next) = handOut.ahead() {
                  given.append(next)
                  queue[group].append(next)
                }
              case .done: dismissed.insert(group)
              case .askAgain, .regroup: Issue.record("\(assignment) for a group that has nothing to do")
              }
            }
            for group in 0..<groups where !queue[group].isEmpty {
              handOut.finish(queue[group].removeFirst())
              if queue[group].isEmpty { handOut.ask(group) }
            }
          }
          // What is given ahead overtakes answers of the same moment in this list, not in the hand-out.
          #expect(asksAhead ? Set(given) == Set(units(count)) : given == units(count), "in order")
          #expect(given.count == count, "each once")
          #expect(handOut.isOver && handOut.running.isEmpty)
        }
      }
    }
  }

  @Test func nothingIsGivenAheadWhereAGroupMayBeIdleForIt() {
    var handOut = HandOut(units(4), groups: 2)
    handOut.ask(0)
    #expect(handOut.answers().map(\.assignment) == [.train(units(4)[0])])
    #expect(handOut.ahead() == .train(units(4)[1]))
    #expect(handOut.ahead() == .askAgain)
    #expect(handOut.running.count == 2)
  }

  @Test func anIdleGroupIsKeptUntilTheLastUnitEnds() {
    var handOut = HandOut(units(1), groups: 2)
    handOut.ask(0)
    handOut.ask(1)
    #expect(handOut.answers().map(\.group) == [0])
    #expect(handOut.answers().isEmpty && handOut.idle == [1])
    handOut.finish(units(1)[0])
    handOut.ask(0)
    #expect(handOut.answers().map(\.assignment) == [.done, .done])
    #expect(handOut.isOver)
  }

  @Test func aFailedUnitIsTriedOnceMoreAfterAllOthersAndByWhoeverIsIdle() {
    let all = units(3)
    var handOut = HandOut(all, groups: 2)
    handOut.ask(0)
    handOut.ask(1)
    _ = handOut.answers()
    #expect(handOut.fail(all[0]).attempt == 1)
    handOut.ask(0)
    #expect(handOut.answers().map(\.assignment) == [.train(all[2])])
    handOut.finish(all[1])
    handOut.ask(1)
    #expect(handOut.answers().map(\.assignment) == [.train(all[0])])
    handOut.finish(all[2])
    handOut.ask(0)
    #expect(handOut.answers().isEmpty)
    #expect(handOut.fail(all[0]).attempt == 2)
    handOut.ask(1)
    #expect(handOut.answers().map(\.assignment) == [.done, .done])
  }

  /// A new coordinator knows from the ledger what failed before.
  @Test func aUnitThatFailedBeforeHasOneTryLeft() {
    var handOut = HandOut(units(1), groups: 1, failures: [units(1)[0]: 1])
    handOut.ask(0)
    _ = handOut.answers()
    #expect(handOut.fail(units(1)[0]).attempt == 2)
    #expect(handOut.waiting.isEmpty)
  }

  @Test func afterTheEndPausedUnitsWaitAndAllGroupsAreTold() {
    let all = units(3)
    for word in [Assignment.regroup, .done] {
      var handOut = HandOut(all, groups: 2)
      handOut.ask(0)
      handOut.ask(1)
      _ = handOut.answers()
      handOut.end(with: word)
      handOut.pause(all[1])
      handOut.ask(1)
      #expect(handOut.answers().isEmpty, "another group is still in training")
      handOut.pause(all[0])
      handOut.ask(0)
      #expect(handOut.answers().map(\.assignment) == [word, word])
      #expect(handOut.waiting == [all[0], all[1], all[2]] && handOut.isOver)
    }
  }

  /// Four ranks, one a group; two units left in training.
  @Test func idleRanksJoinWhereGroupsCanGrowAndNothingIsNearlyOver() {
    let all = units(2)
    let tail = ElasticTail(ranks: 4, lanes: 8, ranksPerFold: 1)
    var handOut = HandOut(all, groups: 4)
    handOut.ask(0)
    handOut.ask(1)
    _ = handOut.answers()
    #expect(!tail.isWorthIt(handOut, shares: [:]), "nobody is idle")
    handOut.ask(2)
    #expect(tail.isWorthIt(handOut, shares: [all[0]: 0.5]))
    #expect(!tail.isWorthIt(handOut, shares: [all[0]: 0.9]))
    #expect(!ElasticTail(ranks: 4, lanes: 8, ranksPerFold: 2).isWorthIt(handOut, shares: [:]), "as large as they get")
    #expect(!ElasticTail(ranks: 3, lanes: 8, ranksPerFold: 1).isWorthIt(handOut, shares: [:]), "not enough for two")
    #expect(!ElasticTail(ranks: 4, lanes: 1, ranksPerFold: 1).isWorthIt(handOut, shares: [:]), "one lane")
    handOut.end(with: .regroup)
    #expect(!tail.isWorthIt(handOut, shares: [:]), "it is under way")
  }
}
