import Testing

@testable import Core

/// A block of Graph-TCN's temporal convolutions against differences.
@Suite struct TemporalBlockTests {
  /// With and without the convolution of the residual. ReLU sets every third channel of the first convolution to zero
  /// as a whole, and no sum: values near a kink would make the differences inaccurate.
  @Test(arguments: [(4, 4), (2, 5)]) func blockGradientsMatchFiniteDifferences(_ inputs: Int, _ outputs: Int) throws {
    let lanes = Lanes(batch: 5)
    let x = randomTensor([5, inputs, 1, 1, 11], seed: 1)
    for index in 0..<x.count { x[index] *= 0.3 }
    var block = TemporalBlock(
      "block", inputs: inputs, outputs: outputs, taps: 3, dilation: 2, lengths: [4, 7], dropped: 0, anyInitializer)
    for parameter in block.parameters where parameter.value.shape.count == 1 {
      let isShift = parameter.name.hasSuffix("bias")
      for channel in 0..<parameter.value.count {
        let isOff = parameter.name.contains("conv1") && channel % 3 == 2
        parameter.value[channel] = isShift ? (isOff ? -2.5 : 4) : 0.3
      }
    }
    let cotangent = randomTensor([5, outputs, 1, 1, 11], seed: 4)
    func forward() throws -> Tensor {
      try block.forward(FeatureMaps(channelsFirst: x), .training(lanes), CounterRandom(1)).channelsFirst
    }
    #expect(try forward().elements.allSatisfy { $0 > 0.5 })
    let dx = try block.backward(FeatureMaps(channelsFirst: cotangent), lanes).channelsFirst
    let variables = [Variable(name: "x", value: x, gradient: dx)] + block.parameters.map(Variable.init)
    try expectGradients(of: variables, step: 2e-3, tolerance: 3e-3) { try weighted(forward(), cotangent) }
  }

  /// The gradients of the parameters do not depend on whether that of x is asked for.
  @Test func parametersHaveTheSameGradientsWithoutThatOfTheInput() throws {
    func gradients(_ withInput: Bool) throws -> [[Float]] {
      let lanes = Lanes(batch: 3)
      let (x, dy) = (randomTensor([3, 2, 1, 1, 9], seed: 5), randomTensor([3, 4, 1, 1, 9], seed: 6))
      var block = TemporalBlock(
        "block", inputs: 2, outputs: 4, taps: 3, dilation: 1, lengths: [9], dropped: 0.4, anyInitializer)
      _ = try block.forward(FeatureMaps(channelsFirst: x), .training(lanes), CounterRandom(7))
      if withInput {
        _ = try block.backward(FeatureMaps(channelsFirst: dy), lanes)
      } else {
        try block.backwardParameters(FeatureMaps(channelsFirst: dy), lanes)
      }
      return block.parameters.map(\.gradient.elements)
    }
    let with = try gradients(true)
    #expect(try gradients(false) == with && with.allSatisfy { $0.contains { $0 != 0 } })
  }
}
