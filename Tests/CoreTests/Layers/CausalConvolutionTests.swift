import Testing

@testable import Core

/// Causal, dilated convolutions over sequences against plain loops and PyTorch.
@Suite struct CausalConvolutionTests {
  /// Sequences shorter than the taps' reach, of one position, and longer ones.
  @Test(arguments: [([13], 1), ([4, 9], 4), ([1, 2, 10], 3), ([13], 20)])
  func tapsAreThoseOfPlainLoops(_ lengths: [Int], _ dilation: Int) {
    let (taps, channels, positions) = (3, 2, 13)
    let unfolding = CausalUnfolding(taps: taps, dilation: dilation, lengths: lengths)
    let x = randomTensor([2, channels, 1, 1, positions], seed: 1)
    let dy = randomTensor([2, channels * taps, 1, 1, positions], seed: 2)
    var (y, dx) = ([Float](repeating: 0, count: dy.count), [Float](repeating: 0, count: x.count))
    for sample in 0..<2 {
      var start = 0
      for length in lengths {
        for position in start..<start + length {
          for channel in 0..<channels {
            for tap in 0..<taps {
              let seen = position - (taps - 1 - tap) * dilation
              guard seen >= start else { continue }
              let from = (sample * channels + channel) * positions + seen
              let to = (sample * channels * taps + channel * taps + tap) * positions + position
              y[to] = x[from]
              dx[from] += dy[to]
            }
          }
        }
        start += length
      }
    }
    #expect(unfolding.forward(FeatureMaps(channelsFirst: x)).channelsFirst.elements == y)
    #expect(normError(unfolding.backward(FeatureMaps(channelsFirst: dy)).channelsFirst.elements, dx) < 1e-6)
  }

  @Test func convolutionEqualsPyTorch() throws {
    let fixture = try Fixture("graph-tcn/convolution")
    var layer = CausalConvolution(
      "state", inputs: 5, outputs: 7, taps: 3, dilation: 4, lengths: [4, 9], anyInitializer)
    func name(_ name: String) -> String { String(name.dropFirst("state.".count)) }
    for parameter in layer.parameters { try fixture.fill(parameter.value, name(parameter.name)) }
    for statistic in layer.statistics { try fixture.fill(statistic.value, name(statistic.name)) }
    let lanes = Lanes(batch: 6)
    let y = try layer.forward(row(fixture.tensor("input")), .training(lanes))
    try fixture.expect(y.channelsFirst, equals: "output", within: forwardTolerance)
    let dx = try layer.backward(row(fixture.tensor("output_gradient")), lanes)
    try fixture.expect(dx.channelsFirst, equals: "gradient.input", within: gradientTolerance)
    for parameter in layer.parameters {
      try fixture.expect(parameter.gradient, equals: "gradient.\(name(parameter.name))", within: gradientTolerance)
    }
    for statistic in layer.statistics where !statistic.isCounter {
      try fixture.expect(statistic.value, equals: "after.\(name(statistic.name))", within: forwardTolerance)
    }
  }

  /// `[samples, channels, positions]` as feature maps.
  private func row(_ x: Tensor) -> FeatureMaps {
    FeatureMaps(channelsFirst: Tensor(x, shape: [x.shape[0], x.shape[1], 1, 1, x.shape[2]]))
  }
}
