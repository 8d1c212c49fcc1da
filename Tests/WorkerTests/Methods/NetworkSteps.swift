import Ranks
import Testing

@testable import Core
@testable import Worker

/// Expects that a network learns the same bits on a number of ranks as on one.
///
/// Three steps on batches of 13, 8 and 1: lanes of uneven size, and ranks without a sample.
/// - Parameters:
///   - width: numbers of a sample.
///   - make: a new network for four classes, the same each time.
func expectBitsOfOneRank(
  on ranks: Int, width: Int, _ make: @escaping @Sendable () -> any EmotionNetwork
) throws {
  /// All tensors after the steps.
  @Sendable func trained(_ exchange: any LaneExchange) throws -> [[Float]] {
    var network = make()
    var optimizer = Adam(network.parameters, learningRate: 1e-2)
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
  let expected = try trained(SoleRank())
  let results = try ThreadCommunicator.run(ranks) { try trained(GroupExchange($0)) }
  #expect(results.count == ranks && results.allSatisfy { $0 == expected })
}
