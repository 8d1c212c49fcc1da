import Ranks
import Testing

@testable import Core
@testable import Worker

/// Graph-TCN learns the same bits on any number of ranks.
@Suite struct GraphTemporalNetworkTests {
  /// Three steps with dropout on batches of 13, 8 and 1: lanes of uneven size, and ranks without a sample.
  @Test(arguments: [2, 4, 8]) func threeStepsHaveTheBitsOfOneRank(_ ranks: Int) throws {
    let expected = try trained(SoleRank())
    let results = try ThreadCommunicator.run(ranks) { try trained(GroupExchange($0)) }
    #expect(results.count == ranks && results.allSatisfy { $0 == expected })
  }

  /// All tensors after three steps.
  private func trained(_ exchange: any LaneExchange) throws -> [[Float]] {
    let shape = GraphTemporalNetwork.Shape(
      nodes: [2, 3], cells: 9, taps: 3, dilations: [1, 2], channels: 5, hidden: 7, dropped: 0.5)
    var network = GraphTemporalNetwork(shape, classes: 4, Initializer(seed: 2, module: "graph-tcn"))
    var optimizer = Adam(network.parameters, learningRate: 1e-2)
    let width = shape.positions
    for (step, batch) in [13, 8, 1].enumerated() {
      let lanes = Lanes(batch: batch, count: 8, exchange: exchange)
      let random = CounterRandom(8, UInt64(step))
      let own = Tensor([lanes.samples.count, width])
      let start = lanes.samples.lowerBound * width
      for index in 0..<own.count { own[index] = Float(random.normal(at: UInt64(start + index))) }
      _ = try network.forward(own, .training(lanes), random)
      _ = try network.backward(labels: (0..<batch).map { $0 % 4 }, progress: 0, lanes)
      optimizer.step()
    }
    return (network.parameters.map(\.value) + network.statistics.map(\.value)).map(\.elements)
  }
}
