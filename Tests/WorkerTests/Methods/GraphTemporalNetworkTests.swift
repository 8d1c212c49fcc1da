import Testing

@testable import Core

/// Graph-TCN learns the same bits on any number of ranks, with dropout.
@Suite struct GraphTemporalNetworkTests {
  @Test(arguments: [2, 4, 8]) func threeStepsHaveTheBitsOfOneRank(_ ranks: Int) throws {
    let shape = GraphTemporalNetwork.Shape(
      nodes: [2, 3], cells: 9, taps: 3, dilations: [1, 2], channels: 5, hidden: 7, dropped: 0.5)
    try expectBitsOfOneRank(on: ranks, width: shape.positions) {
      GraphTemporalNetwork(shape, classes: 4, Initializer(seed: 2, module: "graph-tcn"))
    }
  }
}
