import Testing

@testable import Core
@testable import Worker

@Suite struct UnitRandomTests {
  private func unit(
    _ dataset: String = "casme2", fold: Int = 0, variant: Variant = .full, seed: UInt64 = 1
  ) -> UnitRandom {
    UnitRandom(WorkUnit(dataset: dataset, fold: fold, variant: variant, seed: seed))
  }

  @Test func theSameUnitDrawsTheSame() {
    #expect(unit().weights == unit().weights)
    #expect(unit().order(20, .motion, epoch: 3) == unit().order(20, .motion, epoch: 3))
    #expect(unit().shuffle(9, .motion, step: 4) == unit().shuffle(9, .motion, step: 4))
  }

  /// Variants differ by the method alone: weights, order and frames are shared, π is not needed by all.
  @Test func variantsShareWeightsOrderAndFrames() {
    for variant in Variant.allCases {
      #expect(unit(variant: variant).weights == unit().weights)
      #expect(unit(variant: variant).validation == unit().validation)
      #expect(unit(variant: variant).order(30, .motion, epoch: 1) == unit().order(30, .motion, epoch: 1))
      #expect(
        unit(variant: variant).frames(of: "c", .motion, epoch: 1).bits(at: 0)
          == unit().frames(of: "c", .motion, epoch: 1).bits(at: 0))
    }
  }

  @Test func everyPlaceHasItsOwnDraws() {
    let others = [unit("samm"), unit(fold: 1), unit(seed: 2)]
    for other in others {
      #expect(other.weights != unit().weights)
      #expect(other.order(30, .motion, epoch: 1) != unit().order(30, .motion, epoch: 1))
      #expect(other.shuffle(30, .motion, step: 1) != unit().shuffle(30, .motion, step: 1))
    }
    var orders: Set<[Int]> = []
    var shuffles: Set<[Int]> = []
    var frames: Set<UInt64> = []
    for stage in Stage.allCases {
      for epoch in 1...10 {
        orders.insert(unit().order(30, stage, epoch: epoch))
        shuffles.insert(unit().shuffle(30, stage, step: epoch))
        for clip in ["a", "b"] { frames.insert(unit().frames(of: clip, stage, epoch: epoch).bits(at: 0)) }
      }
    }
    #expect(orders.count == 40 && shuffles.count == 40 && frames.count == 80)
    #expect(unit().weights != unit().validation)
  }

  @Test func ordersArePermutationsAndShufflesDerangements() {
    for count in 1...20 { #expect(unit().order(count, .identity, epoch: 1).sorted() == Array(0..<count)) }
    for batch in 2...20 {
      let shuffle = unit().shuffle(batch, .motion, step: 7)
      #expect(shuffle.sorted() == Array(0..<batch) && shuffle.enumerated().allSatisfy { $0.offset != $0.element })
    }
  }

  @Test func aSingleClipHasNoShuffle() { #expect(unit().shuffle(1, .motion, step: 0) == []) }
}
