import Testing

@testable import Core

/// Both networks, whole, against PyTorch: outputs and running statistics within 1e-5 of the tensor's norm, gradients
/// within 1e-4 (about twenty convolutions deep, each in another order of additions).
@Suite struct NetworkFixtureTests {
  static let networks = ["menet", "menet-without-attention", "menet-code-stem", "idnet", "idnet-code-stem"]

  @Test(arguments: networks) func evaluationEqualsPyTorch(_ name: String) throws {
    let expected = try Fixture("networks/\(name)/expected")
    var network = try load(name, expected)
    let output = try network.forward(expected.clips("clips"), .evaluation)
    #expect(try expected.error(output.logits, "evaluation.logits") < 1e-5)
    #expect(try expected.error(output.features, "evaluation.feature") < 1e-5)
    if let maps = output.maps { #expect(try expected.error(maps, "evaluation.maps") < 1e-5) }
  }

  @Test(arguments: networks) func trainingEqualsPyTorch(_ name: String) throws {
    let expected = try Fixture("networks/\(name)/expected")
    var network = try load(name, expected)
    let clips = try expected.clips("clips")
    let lanes = Lanes(batch: clips.shape[0])
    let output = try network.forward(clips, .training(lanes))
    #expect(try expected.error(output.logits, "training.logits") < 1e-5)
    #expect(try expected.error(output.features, "training.feature") < 1e-5)
    if let maps = output.maps { #expect(try expected.error(maps, "training.maps") < 1e-5) }

    let after = try Fixture("networks/\(name)/after")
    for statistic in network.statistics where !statistic.isCounter {
      #expect(try after.error(statistic.value, statistic.name) < 1e-5, "\(statistic.name)")
    }
    // IDNet's maps are no output of the network here, so only MENet's take a gradient of their own.
    guard output.maps != nil || !expected.file.contains("cotangent.maps") else { return }
    try network.backward(
      logits: expected.tensor("cotangent.logits"), features: expected.tensor("cotangent.feature"),
      maps: output.maps == nil ? nil : expected.tensor("cotangent.maps"), lanes)
    try checkGradients(network, Fixture("networks/\(name)/gradients"))
  }

  private func checkGradients(_ network: RecognitionNetwork, _ expected: Fixture) throws {
    let whole = try network.parameters.reduce(0.0) { sum, parameter in
      try expected.file.floats(parameter.name).reduce(sum) { $0 + Double($1) * Double($1) }
    }.squareRoot()
    for parameter in network.parameters {
      let error = try expected.error(parameter.gradient, parameter.name)
      let norm = parameter.gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      // A gradient that is zero but for rounding (a bias before a batch norm) has no digits to compare.
      #expect(error < 1e-4 || norm < 1e-6 * whole, "\(parameter.name)")
    }
  }

  /// The network whose weights lie beside `expected`, its shape taken from them.
  private func load(_ name: String, _ expected: Fixture) throws -> RecognitionNetwork {
    let weights = try Fixture("networks/\(name)/weights").file
    let clips = try expected.file.entry("clips").shape
    var shape = SweepConfiguration.Network()
    shape.width = try weights.entry("conv1.weight").shape[0]
    shape.frames = clips[2]
    (shape.motionSize, shape.identitySize) = (clips[3], clips[3])
    shape.stem = name.hasSuffix("code-stem") ? .code : .paper
    let classes = try weights.entry("classifier.bias").shape[0]
    let network =
      name.hasPrefix("idnet")
      ? RecognitionNetwork.idnet(shape, classes: classes, seed: 1)
      : RecognitionNetwork.menet(
        shape, attention: weights.contains("attention.norm.0.weight"), classes: classes, seed: 1)
    try network.load(weights)
    return network
  }
}
