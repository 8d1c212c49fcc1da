import Testing

@testable import Core

/// Backward passes against central differences of their own forward passes, independent of any reference.
@Suite struct FiniteDifferenceTests {
  private static let shape = [5, 6, 3, 3, 2]
  private let lanes = Lanes(batch: 5)
  private var training: Mode { .training(lanes) }

  @Test func selfAttention() throws {
    let (x, cotangent) = (randomTensor(Self.shape, seed: 1), randomTensor(Self.shape, seed: 2))
    var layer = SelfAttention("attention", channels: 6, anyInitializer)
    randomise(layer.norm.state.parameters)
    _ = try layer.forward(FeatureMaps(channelsFirst: x), training)
    let dx = try layer.backward(FeatureMaps(channelsFirst: cotangent), lanes)
    let variables = [Variable(name: "x", value: x, gradient: dx.channelsFirst)]
    try expectGradients(of: variables + layer.norm.state.parameters.map(Variable.init)) {
      try weighted(layer.forward(FeatureMaps(channelsFirst: x), training).0.channelsFirst, cotangent)
    }
  }

  @Test func diverseAttention() throws {
    let (x, cotangent) = (randomTensor(Self.shape, seed: 1), randomTensor(Self.shape, seed: 2))
    let mapCotangent = randomTensor([5, 3, 6], seed: 3)
    var layer = DiverseAttention("attention", channels: 6, frames: 3, positions: 6, anyInitializer)
    randomise(layer.parameters)
    _ = try layer.forward(FeatureMaps(channelsFirst: x), training)
    let dx = try layer.backward(FeatureMaps(channelsFirst: cotangent), mapGradient: mapCotangent, lanes)
    // A bias before a normalisation changes nothing, so its gradient is zero.
    let measured = layer.parameters.filter { !$0.name.contains("score") || !$0.name.hasSuffix("bias") }
      .filter { !$0.name.contains("mix.") || !$0.name.hasSuffix("bias") }
    let variables = [Variable(name: "x", value: x, gradient: dx.channelsFirst)] + measured.map(Variable.init)
    // Normalising five samples and a softmax are strongly curved, so the step is smaller and the noise larger.
    try expectGradients(of: variables, step: 2e-3, tolerance: 3e-3) {
      let (y, maps) = try layer.forward(FeatureMaps(channelsFirst: x), training)
      return weighted(y.channelsFirst, cotangent) + weighted(maps, mapCotangent)
    }
  }

  /// y = ReLU(bn(x) + residual), with the gradients of both.
  @Test func normalisationWithResidualAndReLU() throws {
    let (x, residual) = (randomTensor(Self.shape, seed: 1), randomTensor(Self.shape, seed: 2))
    let cotangent = randomTensor(Self.shape, seed: 3)
    var layer = BatchNormalization("bn", channels: 6, rectified: true, anyInitializer)
    for index in 0..<residual.count { residual[index] *= 0.3 }
    keepFromKinks(layer.state.parameters)
    func forward() throws -> Tensor {
      try layer.forward(
        FeatureMaps(channelsFirst: x), residual: FeatureMaps(channelsFirst: residual), training
      ).channelsFirst
    }
    _ = try forward()
    let dy = FeatureMaps(channelsFirst: cotangent)
    let dx = try layer.backward(dy, keepsResidual: true, lanes).channelsFirst
    let variables = [
      Variable(name: "x", value: x, gradient: dx),
      Variable(name: "residual", value: residual, gradient: dy.channelsFirst),
    ]
    try expectGradients(of: variables + layer.state.parameters.map(Variable.init)) {
      try weighted(forward(), cotangent)
    }
  }

  /// A whole block, with and without the convolution in its shortcut.
  @Test(arguments: [(6, 6, 1), (6, 10, 2)]) func residualBlock(_ inputs: Int, _ outputs: Int, _ stride: Int) throws {
    let x = randomTensor([5, inputs, 3, 4, 4], seed: 1)
    for index in 0..<x.count { x[index] *= 0.3 }
    var block = BasicBlock(
      "block", inputs: inputs, outputs: outputs, frameTaps: 3, stride: stride, anyInitializer)
    keepFromKinks(block.parameters.filter { $0.value.shape.count == 1 })
    let output = try block.forward(FeatureMaps(channelsFirst: x), training).channelsFirst
    let cotangent = randomTensor(output.shape, seed: 4)
    let dx = try block.backward(FeatureMaps(channelsFirst: cotangent), lanes).channelsFirst
    let variables = [Variable(name: "x", value: x, gradient: dx)] + block.parameters.map(Variable.init)
    try expectGradients(of: variables, step: 2e-3, tolerance: 3e-3) {
      try weighted(block.forward(FeatureMaps(channelsFirst: x), training).channelsFirst, cotangent)
    }
  }

  /// I by both features and by MINE's weights, on both sides of both leaky ReLUs and away from their kinks: a hidden
  /// unit follows the sign of the first motion feature, which is ±1, and the output follows its bias.
  @Test(
    arguments: [(3, 8, .paper), (300, -800, .paper), (3, -8, .linear)] as [(Float, Float, SweepConfiguration.Estimator)]
  )
  func mutualInformationEstimator(
    _ outputScale: Float, _ outputBias: Float, _ ending: SweepConfiguration.Estimator
  ) throws {
    let (motion, identity) = (randomTensor([6, 10], seed: 1), randomTensor([6, 10], seed: 2))
    let shuffle = [1, 2, 0, 4, 5, 3]
    var mine = MutualInformationEstimator(features: 10, ending: ending, seed: 3)
    let (fc1, fc2) = (mine.parameters[0], mine.parameters[2])
    for index in 0..<fc1.value.count { fc1.value[index] *= 0.3 }
    for unit in 0..<64 {
      fc1.value[unit * 20] = unit % 4 < 2 ? 1 : -1
      fc2.value[unit] *= outputScale
    }
    for row in 0..<6 { motion[row * 10] = row % 2 == 0 ? 1 : -1 }
    mine.parameters[3].value[0] = outputBias
    func estimate() -> (estimate: Double, gradient: Tensor) {
      mutualInformation(mine.forward(motion: motion, identity: identity, shuffle: shuffle))
    }
    let gradients = mine.backward(estimate().gradient, shuffle: shuffle, frozen: false)
    let variables = [
      Variable(name: "motion", value: motion, gradient: gradients.motion),
      Variable(name: "identity", value: identity, gradient: gradients.identity),
    ]
    // The last bias changes both terms equally: its gradient is noise.
    let parameters = mine.parameters.filter { $0.name != "fc2.bias" }.map(Variable.init)
    // I is a small difference of large outputs, so their rounding weighs more: a larger step, a wider tolerance.
    expectGradients(of: variables + parameters, step: 5e-3, tolerance: 3e-3) { estimate().estimate }
  }

  @Test func crossEntropyAndDivergence() {
    let logits = randomTensor([6, 5], seed: 1)
    let labels = [0, 4, 2, 2, 1, 3]
    let gradient = crossEntropy(logits, labels: labels).gradient
    expectGradients(of: [Variable(name: "logits", value: logits, gradient: gradient)]) {
      crossEntropy(logits, labels: labels).loss
    }
    let maps = randomTensor([4, 5, 6], seed: 2)
    expectGradients(of: [Variable(name: "maps", value: maps, gradient: divergence(maps).gradient)]) {
      divergence(maps).loss
    }
  }

  /// Scales of 0.3 and shifts of ±2.5, so that ReLU sets every third channel to zero as a whole: thousands of values
  /// near its kink would make the differences inaccurate.
  private func keepFromKinks(_ normalisation: [Parameter]) {
    for parameter in normalisation {
      let isShift = parameter.name.hasSuffix("bias")
      for channel in 0..<parameter.value.count {
        parameter.value[channel] = isShift ? (channel % 3 == 2 ? -2.5 : 2.5) : 0.3
      }
    }
  }

  /// Values near 1 for scales and small ones for shifts, so that no part is inactive.
  private func randomise(_ parameters: [Parameter]) {
    for (index, parameter) in parameters.enumerated() {
      let noise = randomElements(parameter.value.count, seed: UInt64(100 + index))
      let isScale = parameter.name.contains("norm") || parameter.name.contains("bn")
      let centre: Float = isScale && parameter.name.hasSuffix("weight") ? 1 : 0
      for element in noise.indices { parameter.value[element] = centre + 0.3 * noise[element] }
    }
  }
}
