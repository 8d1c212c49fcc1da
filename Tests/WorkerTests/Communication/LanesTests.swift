import Ranks
import Testing

@testable import Core
@testable import Worker

/// Sums and rows of a whole batch have the same bits on every rank of every group, for each batch of 1 to 17.
@Suite struct LanesTests {
  static let batches = 1...17

  @Test(arguments: [1, 2, 4, 8]) func lanesCutTheBatchWithoutGaps(_ ranks: Int) throws {
    for batch in Self.batches {
      let samples = try onRanks(ranks, batch: batch) { lanes in lanes.samples }
      #expect(samples.flatMap(Array.init) == Array(0..<batch), "a batch of \(batch)")
      let local = try onRanks(ranks, batch: batch) { lanes in
        lanes.localRanges.map { $0.lowerBound + lanes.samples.lowerBound..<$0.upperBound + lanes.samples.lowerBound }
      }
      let whole = Lanes(batch: batch)
      #expect(local.flatMap(\.self) == (0..<8).map(whole.samples(ofLane:)), "the lanes are those of one rank")
    }
  }

  @Test(arguments: [1, 2, 4, 8]) func totalsAreThoseOfOneRank(_ ranks: Int) throws {
    let width = 5
    for batch in Self.batches {
      let numbers = unevenNumbers(batch * width, seed: UInt64(batch))
      let expected = laneTotals(numbers, batch: batch, width: width)
      let totals = try onRanks(ranks, batch: batch) { lanes in
        try lanes.total(
          Array(numbers[lanes.samples.lowerBound * width..<lanes.samples.upperBound * width]), width: width)
      }
      #expect(totals.allSatisfy { $0 == expected }, "a batch of \(batch)")
    }
  }

  /// The same with tensors, made for several lanes at a time or for one, as memory allows.
  @Test(arguments: [1, 2, 4, 8], [1, 12, 48]) func tensorTotalsAreThoseOfOneRank(_ ranks: Int, _ mostFloats: Int) throws
  {
    let width = 6
    for batch in Self.batches {
      let numbers = unevenNumbers(batch * width, seed: UInt64(batch)).map { Float($0) }
      let totals = try onRanks(ranks, batch: batch) { lanes in
        let start = lanes.samples.lowerBound
        let result = Tensor([width])
        try lanes.total(into: result, mostFloats: mostFloats) { ranges in
          let sums = Tensor([ranges.count, width], filledWith: 0)
          for (lane, range) in ranges.enumerated() {
            for sample in range {
              for i in 0..<width { sums[lane * width + i] += numbers[(start + sample) * width + i] }
            }
          }
          return sums
        }
        return result.elements
      }
      let lanes = (0..<8).map { lane in
        Lanes(batch: batch).samples(ofLane: lane).reduce(into: [Float](repeating: 0, count: width)) { sum, sample in
          for i in 0..<width { sum[i] += numbers[sample * width + i] }
        }
      }
      let expected = (0..<width).map { i in treeSum(lanes.map { $0[i] }) }
      #expect(totals.allSatisfy { $0 == expected }, "a batch of \(batch)")
    }
  }

  @Test(arguments: [1, 2, 4, 8]) func everyRankGathersAllRows(_ ranks: Int) throws {
    for batch in Self.batches {
      let all = (0..<batch * 6).map(Float.init)
      let gathered = try onRanks(ranks, batch: batch) { lanes in
        let own = Array(all[lanes.samples.lowerBound * 6..<lanes.samples.upperBound * 6])
        let rows = try lanes.gather(Tensor([lanes.samples.count, 2, 3], own))
        return (rows.shape, rows.elements, lanes.ownRows(rows).elements == own)
      }
      #expect(gathered.allSatisfy { $0.0 == [batch, 2, 3] && $0.1 == all && $0.2 }, "a batch of \(batch)")
    }
  }

  /// Batch normalisation, whose moments are sums over all ranks' samples, in both passes.
  @Test(arguments: [2, 4, 8]) func normalisationHasTheBitsOfOneRank(_ ranks: Int) throws {
    for batch in [1, 5, 8, 13] {
      let shape = [batch, 3, 2, 3, 2]
      let (x, dy) = (unevenFloats(shape, seed: 1), unevenFloats(shape, seed: 2))
      @Sendable func run(_ lanes: Lanes) throws -> [[Float]] {
        var layer = BatchNormalization("bn", channels: 3, rectified: true, Initializer(seed: 1, module: "test"))
        let (own, each) = (lanes.samples, x.count / batch)
        func part(_ all: [Float]) -> FeatureMaps {
          let values = Array(all[own.lowerBound * each..<own.upperBound * each])
          return FeatureMaps(channelsFirst: Tensor([own.count] + shape.dropFirst(), values))
        }
        let y = try layer.forward(part(x), .training(lanes)).channelsFirst
        let dx = try layer.backward(part(dy), lanes).channelsFirst
        let whole = try [lanes.gather(y), lanes.gather(dx), layer.state.weight.gradient, layer.state.bias.gradient]
        return (whole + layer.state.statistics.map(\.value)).map(\.elements)
      }
      let expected = try run(Lanes(batch: batch))
      let results = try onRanks(ranks, batch: batch, run)
      #expect(results.allSatisfy { $0 == expected }, "a batch of \(batch)")
    }
  }

  private func unevenFloats(_ shape: [Int], seed: UInt64) -> [Float] {
    let random = CounterRandom(seed)
    return (0..<shape.reduce(1, *)).map { Float(random.normal(at: UInt64($0))) }
  }

  private func onRanks<Value: Sendable>(
    _ ranks: Int, batch: Int, _ body: @Sendable @escaping (Lanes) throws -> Value
  ) throws -> [Value] {
    try ThreadCommunicator.run(ranks) { communicator in
      try body(Lanes(batch: batch, count: 8, exchange: GroupExchange(communicator)))
    }
  }

  /// By the definition: in sample order inside a lane, then a binary tree over the lanes.
  private func laneTotals(_ numbers: [Double], batch: Int, width: Int) -> [Double] {
    let lanes = (0..<8).map { lane in
      (lane * batch / 8..<(lane + 1) * batch / 8).reduce(into: [Double](repeating: 0, count: width)) { sum, sample in
        for index in 0..<width { sum[index] += numbers[sample * width + index] }
      }
    }
    return (0..<width).map { index in treeSum(lanes.map { $0[index] }) }
  }
}
