import Testing

@testable import Coordinator
@testable import Core

@Suite struct LongestFirstTests {
  private let units = [("a", Variant.ce), ("b", .full), ("c", .ce), ("d", .full), ("e", .mi)].map {
    WorkUnit(dataset: $0, fold: 0, variant: $1, seed: 1)
  }

  @Test func theLongestUnitsComeFirst() {
    let costs = ["a": 30.0, "b": 10, "c": 31, "d": 90, "e": 10]
    let ordered = units.longestFirst { costs[$0.dataset]! }
    #expect(ordered.map { costs[$0.dataset]! } == [90, 31, 30, 10, 10])
    #expect(ordered[0].dataset == "d")
    #expect(Set(ordered) == Set(units))
  }

  @Test func equallyLongUnitsKeepTheirOrder() {
    let same = (0..<20).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
    #expect(same.longestFirst { _ in 50 } == same)
  }

  @Test func pretrainingIsBeforeEverything() {
    let first = WorkUnit(dataset: "z", fold: 0, variant: .pretraining, seed: 1)
    #expect((units + [first]).longestFirst { $0 == first ? 1 : 9 }[0] == first)
  }
}
