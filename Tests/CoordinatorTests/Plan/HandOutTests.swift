import Testing

@testable import Coordinator
@testable import Core

@Suite struct HandOutTests {
  private func units(_ count: Int) -> [WorkUnit] {
    (0..<count).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
  }

  /// Groups that ask one after the other, some of them ahead, in every small case.
  @Test func everyUnitIsHandedOutOnceAndEveryGroupIsDismissed() {
    for count in 0...7 {
      for groups in 1...4 {
        for asksAhead in [false, true] {
          var handOut = HandOut(units(count), groups: groups)
          var (given, dismissed): ([WorkUnit], Set<Int>) = ([], [])
          var (current, ahead) = ([WorkUnit?](repeating: nil, count: groups), [WorkUnit?](repeating: nil, count: groups))
          while dismissed.count < groups {
            #expect(!handOut.isOver)
            for group in 0..<groups where !dismissed.contains(group) {
              if let unit = current[group] { handOut.end(unit) }
              current[group] = ahead[group]
              ahead[group] = nil
              if current[group] == nil {
                switch handOut.next(ahead: false) {
                case .train(let unit):
                  given.append(unit)
                  current[group] = unit
                case .askAgain: Issue.record("a group that has nothing to do was told to ask again")
                case .done: dismissed.insert(group)
                }
              }
              if asksAhead, current[group] != nil {
                switch handOut.next(ahead: true) {
                case .train(let unit):
                  given.append(unit)
                  ahead[group] = unit
                case .askAgain: break
                case .done: Issue.record("a group with a unit in training was dismissed")
                }
              }
            }
          }
          #expect(given == units(count), "in order, each once")
          #expect(handOut.isOver && handOut.running.isEmpty)
        }
      }
    }
  }

  @Test func nothingIsGivenAheadWhereAGroupMayBeIdleForIt() {
    var handOut = HandOut(units(4), groups: 2)
    #expect(handOut.next(ahead: false) == .train(units(4)[0]))
    #expect(handOut.next(ahead: true) == .train(units(4)[1]))
    #expect(handOut.next(ahead: true) == .askAgain)
    #expect(handOut.running.count == 2)
  }

  @Test func aSweepIsNotOverBeforeTheLastUnitEnds() {
    var handOut = HandOut(units(1), groups: 1)
    _ = handOut.next(ahead: false)
    #expect(handOut.next(ahead: false) == .done)
    #expect(!handOut.isOver)
    handOut.end(units(1)[0])
    #expect(handOut.isOver)
  }
}
