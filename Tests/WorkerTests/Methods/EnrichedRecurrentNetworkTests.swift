import Testing

@testable import Core

/// ELRCN learns the same bits on any number of ranks, with dropout.
@Suite struct EnrichedRecurrentNetworkTests {
  @Test(arguments: [2, 4, 8]) func threeStepsHaveTheBitsOfOneRank(_ ranks: Int) throws {
    let shape = EnrichedRecurrentNetwork.Shape(
      steps: 3, side: 16, channels: 4, width: 3, blocks: [1, 2], code: 10, units: 7, hidden: 5, dropped: 0.5)
    try expectBitsOfOneRank(on: ranks, width: 3 * 16 * 16 * 4) {
      EnrichedRecurrentNetwork(shape, classes: 4, Initializer(seed: 2, module: "elrcn"))
    }
  }
}
