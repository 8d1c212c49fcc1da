import Testing

@testable import Core

/// Both attention modules against PyTorch, in training (with gradients and running statistics) and in evaluation.
@Suite struct AttentionFixtureTests {
  /// Eq. 1 without its normalisation.
  @Test func attentionPoolingEqualsPyTorch() throws {
    let fixture = try Fixture("layers/attention-pooling")
    let x = try fixture.maps("input")
    let weights = channelMean(frames: x.frames, channels: x.channels)
    let maps = positionScores(x, weights: weights)
    for start in stride(from: 0, to: maps.count, by: x.positions) {
      softmax(maps.pointer + start, maps.pointer + start, count: x.positions)
    }
    try fixture.expect(maps, equals: "maps", within: forwardTolerance)
    let pooled = denseRows(pooledPositions(x, maps: maps), columns: x.channels)
    try fixture.expect(pooled, equals: "output", within: forwardTolerance)

    let vectors = paddedRows(try fixture.tensor("output_gradient"), to: x.stride)
    let gradients = positionDots(x, vectors: vectors)
    for start in stride(from: 0, to: maps.count, by: x.positions) {
      softmaxGradient(maps.pointer + start, gradients.pointer + start, gradients.pointer + start, count: x.positions)
    }
    let dx = FeatureMaps(like: x)
    dx.clear()
    addAttentionGradient(dx, maps: maps, vectors: vectors, scores: gradients, weights: weights)
    try fixture.expect(dx, equals: "input_gradient", within: gradientTolerance)
  }

  @Test func selfAttentionEqualsPyTorch() throws {
    let fixture = try Fixture("layers/self-attention")
    let x = try fixture.maps("input")
    var layer = SelfAttention("state", channels: x.channels, anyInitializer)
    let state = layer.norm.state
    try fixture.fill(state.parameters, state.statistics)
    let (evaluated, evaluatedMaps) = try layer.forward(x, .evaluation)
    try fixture.expect(evaluated, equals: "evaluation.output", within: forwardTolerance)
    try fixture.expect(evaluatedMaps, equals: "evaluation.maps", within: forwardTolerance)

    let lanes = Lanes(batch: x.samples)
    let (output, maps) = try layer.forward(x, .training(lanes))
    try fixture.expect(output, equals: "output", within: forwardTolerance)
    try fixture.expect(maps, equals: "maps", within: forwardTolerance)
    try fixture.expectAfter(state.statistics)

    let gradient = try layer.backward(fixture.maps("output_gradient"), lanes)
    addMapGradient(gradient, maps, try fixture.tensor("maps_gradient"))
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    try fixture.expectGradients(state.parameters)
  }

  /// The fixture's loss asks something of the maps too, which no loss asks of IDNet's. What that adds to the gradient
  /// of the input, by hand: score_p is the mean of C channels, so each gets M_p (g_p - sum of M g) / C.
  private func addMapGradient(_ dx: FeatureMaps, _ maps: Tensor, _ gradient: Tensor) {
    for row in 0..<dx.samples * dx.frames {
      let (start, positions) = (row * dx.positions, 0..<dx.positions)
      let mean = positions.reduce(0.0) { $0 + Double(maps[start + $1]) * Double(gradient[start + $1]) }
      for position in positions {
        let change = Double(maps[start + position]) * (Double(gradient[start + position]) - mean) / Double(dx.channels)
        for channel in 0..<dx.channels { dx.pointer[(start + position) * dx.stride + channel] += Float(change) }
      }
    }
  }

  @Test(arguments: ["diverse-attention", "diverse-attention-fresh"])
  func diverseAttentionEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/\(name)")
    let x = try fixture.maps("input")
    var layer = DiverseAttention(
      "state", channels: x.channels, frames: x.frames, positions: x.positions, anyInitializer)
    try fixture.fill(layer.parameters, layer.statistics)
    let (evaluated, evaluatedMaps) = try layer.forward(x, .evaluation)
    try fixture.expect(evaluated, equals: "evaluation.output", within: forwardTolerance)
    try fixture.expect(evaluatedMaps, equals: "evaluation.maps", within: forwardTolerance)

    let lanes = Lanes(batch: x.samples)
    let (output, maps) = try layer.forward(x, .training(lanes))
    try fixture.expect(output, equals: "output", within: forwardTolerance)
    try fixture.expect(maps, equals: "maps", within: forwardTolerance)
    try fixture.expectAfter(layer.statistics)

    let gradient = try layer.backward(
      fixture.maps("output_gradient"), mapGradient: fixture.tensor("maps_gradient"), lanes)
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    try fixture.expectGradients(layer.parameters)
  }

  @Test func freshAttentionChangesNothing() throws {
    let x = FeatureMaps(channelsFirst: Tensor([4, 5, 3, 3, 3], randomElements(4 * 5 * 27, seed: 1)))
    var own = SelfAttention("a", channels: 5, anyInitializer)
    var diverse = DiverseAttention("a", channels: 5, frames: 3, positions: 9, anyInitializer)
    let mode = Mode.training(Lanes(batch: 4))
    #expect(try own.forward(x, mode).0.channelsFirst.elements == x.channelsFirst.elements)
    #expect(try diverse.forward(x, mode).0.channelsFirst.elements == x.channelsFirst.elements)
  }
}
