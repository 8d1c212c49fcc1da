import Testing

@testable import Core

/// Batch normalisation against PyTorch's BatchNorm3d and BatchNorm1d, and the rectification against its ReLU.
@Suite struct NormalizationFixtureTests {
  @Test(arguments: [("batch-norm-3d-training", forwardTolerance), ("batch-norm-3d-large-mean", 2e-5)])
  func trainingOnMapsEqualsPyTorch(_ name: String, _ tolerance: Double) throws {
    // With a mean of 50 PyTorch's own output is 2e-6 away from double precision, so twice the tolerance is allowed.
    let fixture = try Fixture("layers/\(name)")
    var layer = try layer(fixture)
    let input = try fixture.maps("input")
    let lanes = Lanes(batch: input.samples)
    try fixture.expect(layer.forward(input, .training(lanes)), equals: "output", within: tolerance)
    try expectAfter(fixture, layer.state)
    let gradient = try layer.backward(fixture.maps("output_gradient"), lanes)
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    try fixture.expect(layer.state.weight.gradient, equals: "weight_gradient", within: gradientTolerance)
    try fixture.expect(layer.state.bias.gradient, equals: "bias_gradient", within: gradientTolerance)
  }

  @Test func evaluationOnMapsEqualsPyTorchAndMovesNothing() throws {
    let fixture = try Fixture("layers/batch-norm-3d-evaluation")
    var layer = try layer(fixture)
    try fixture.expect(layer.forward(fixture.maps("input"), .evaluation), equals: "output", within: forwardTolerance)
    for (statistic, name) in zip(layer.state.statistics, ["running_mean", "running_var"]) {
      #expect(try statistic.value.elements == fixture.file.floats(name))
    }
    try expectAfter(fixture, layer.state)
  }

  @Test func trainingOnRowsEqualsPyTorch() throws {
    let fixture = try Fixture("layers/batch-norm-1d-training")
    var layer = try rows(fixture)
    let input = try fixture.tensor("input")
    let lanes = Lanes(batch: input.shape[0])
    try fixture.expect(layer.forward(input, .training(lanes)), equals: "output", within: forwardTolerance)
    try expectAfter(fixture, layer.state)
    try fixture.expect(
      layer.backward(fixture.tensor("output_gradient")), equals: "input_gradient", within: gradientTolerance)
    try fixture.expect(layer.state.weight.gradient, equals: "weight_gradient", within: gradientTolerance)
    try fixture.expect(layer.state.bias.gradient, equals: "bias_gradient", within: gradientTolerance)
  }

  @Test func evaluationOnRowsEqualsPyTorchAndMovesNothing() throws {
    let fixture = try Fixture("layers/batch-norm-1d-evaluation")
    var layer = try rows(fixture)
    try fixture.expect(layer.forward(fixture.tensor("input"), .evaluation), equals: "output", within: forwardTolerance)
    try expectAfter(fixture, layer.state)
  }

  /// A batch of one clip of one position has a variance of 0: the output is the bias, and nothing is infinite.
  @Test func aSingleValueIsNormalisedToTheBias() throws {
    var layer = BatchNormalization("bn", channels: 3, rectified: false, anyInitializer)
    layer.state.bias.value[1] = 0.5
    let input = FeatureMaps(channelsFirst: Tensor([1, 3, 1, 1, 1], [7, -2, 1e-20]))
    let output = try layer.forward(input, .training(Lanes(batch: 1)))
    // 1 / sqrt(epsilon) is 316: the rounding of 316 · 7 to single precision remains.
    #expect(zip(output.channelsFirst.elements, [0, 0.5, 0]).allSatisfy { abs($0 - $1) < 3e-4 })
    #expect(layer.state.statistics.allSatisfy { $0.value.elements.allSatisfy(\.isFinite) })
  }

  @Test func rectificationEqualsPyTorchsReLU() throws {
    let fixture = try Fixture("layers/relu")
    let input = try fixture.maps("input")
    let (one, zero) = (Tensor([input.stride], filledWith: 1), Tensor([input.stride], filledWith: 0))
    let output = normalizeForward(input, scale: one, shift: zero, residual: nil, rectified: true)
    #expect(try output.channelsFirst.elements == fixture.file.floats("output"))
    for rectification in [Rectification.result(output), .computed(scale: one, shift: zero)] {
      let gradient = try fixture.maps("output_gradient")
      let sums = gradientSumsPerSample(input, dy: gradient, mean: zero, rectification: rectification)
      let expected = try fixture.file.floats("input_gradient")
      #expect(gradient.channelsFirst.elements == expected)
      let firstRows = Float(stride(from: 0, to: sums.count, by: 2 * input.stride).reduce(0.0) { $0 + sums[$1] })
      let perChannel = input.frames * input.positions
      let first = (0..<input.samples).reduce(Float(0)) { sum, sample in
        expected[sample * input.channels * perChannel..<sample * input.channels * perChannel + perChannel].reduce(
          sum, +)
      }
      #expect(abs(firstRows - first) <= 1e-4 * max(1, abs(first)), "the sum is that of the cut gradient")
    }
  }

  /// The sign is taken from the result if a residual was added, otherwise from x; and with a residual the
  /// gradient goes two ways.
  @Test(arguments: [false, true]) func whatIsKeptChangesNoBit(_ hasResidual: Bool) throws {
    let x = randomTensor([3, 25, 2, 5, 4], seed: 1)
    let nothing = FeatureMaps(channelsFirst: Tensor(x.shape, filledWith: 0))
    func gradients(hasResidual: Bool, keepsResidual: Bool) throws -> [[Float]] {
      var layer = BatchNormalization("bn", channels: 25, rectified: true, anyInitializer)
      let input = FeatureMaps(channelsFirst: x)
      _ = try layer.forward(input, residual: hasResidual ? nothing : nil, .training(Lanes(batch: 3)))
      let dy = FeatureMaps(channelsFirst: randomTensor(x.shape, seed: 2))
      let dx = try layer.backward(dy, keepsResidual: keepsResidual, Lanes(batch: 3))
      return [dx.channelsFirst.elements, layer.state.weight.gradient.elements, layer.state.bias.gradient.elements]
    }
    let plain = try gradients(hasResidual: false, keepsResidual: true)
    #expect(try gradients(hasResidual: hasResidual, keepsResidual: false) == plain)
  }

  private func layer(_ fixture: Fixture) throws -> BatchNormalization {
    let channels = try fixture.file.entry("weight").count
    let layer = BatchNormalization("", channels: channels, rectified: false, anyInitializer)
    try fill(fixture, layer.state)
    return layer
  }

  private func rows(_ fixture: Fixture) throws -> RowNormalization {
    let layer = RowNormalization("", width: try fixture.file.entry("weight").count, anyInitializer)
    try fill(fixture, layer.state)
    return layer
  }

  private func fill(_ fixture: Fixture, _ state: NormalizationState) throws {
    try fixture.fill(state.weight.value, "weight")
    try fixture.fill(state.bias.value, "bias")
    try fixture.fill(state.runningMean.value, "running_mean")
    try fixture.fill(state.runningVariance.value, "running_var")
    try fixture.fill(state.batchesTracked.value, "num_batches_tracked")
  }

  private func expectAfter(_ fixture: Fixture, _ state: NormalizationState) throws {
    try fixture.expect(state.runningMean.value, equals: "after.running_mean", within: forwardTolerance)
    try fixture.expect(state.runningVariance.value, equals: "after.running_var", within: forwardTolerance)
    #expect(try Int(state.batchesTracked.value[0]) == fixture.integers("after.num_batches_tracked")[0])
  }
}
