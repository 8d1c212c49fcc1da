import Testing

@testable import Core

/// The recurrent layer against PyTorch and against differences.
@Suite struct LongShortTermMemoryTests {
  /// Seven steps of single precision, each through exponentials: within the tolerances of one layer.
  @Test func memoryEqualsPyTorch() throws {
    let fixture = try Fixture("elrcn/lstm")
    let input = try fixture.tensor("input")
    var layer = LongShortTermMemory("lstm", inputs: 5, units: 11, anyInitializer)
    try fixture.fill(layer.parameters, [])
    let output = layer.forward(input, .training(Lanes(batch: 6)))
    try fixture.expect(output, equals: "output", within: forwardTolerance)
    try fixture.expect(
      layer.backward(fixture.tensor("output_gradient")), equals: "input_gradient", within: gradientTolerance)
    for parameter in layer.parameters {
      try fixture.expect(parameter.gradient, equals: "gradient.\(parameter.name)", within: gradientTolerance)
    }
  }

  @Test func memoryGradientsMatchFiniteDifferences() throws {
    let (input, cotangent) = (randomTensor([3, 4, 5], seed: 1), randomTensor([3, 4, 6], seed: 2))
    var layer = LongShortTermMemory("lstm", inputs: 5, units: 6, anyInitializer)
    let mode = Mode.training(Lanes(batch: 3))
    _ = layer.forward(input, mode)
    let gradient = layer.backward(cotangent)
    expectGradients(
      of: [Variable(name: "input", value: input, gradient: gradient)] + layer.parameters.map(Variable.init)
    ) {
      weighted(layer.forward(input, .evaluation), cotangent)
    }
  }

  /// With gates far from their middle: no overflow on the way to 0, 1 and -1.
  @Test func squashingEndsAtItsLimits() {
    for (x, low) in [(Float(-800), true), (-100, true), (100, false), (800, false)] {
      #expect(abs(sigmoid(x) - (low ? 0 : 1)) < 1e-6)
      #expect(hyperbolicTangent(x) == (low ? -1 : 1))
    }
    #expect(sigmoid(0) == 0.5)
    #expect(hyperbolicTangent(0) == 0)
    // tanh ½ = (e - 1) / (e + 1), and 1 / (1 + e^-2).
    #expect(abs(hyperbolicTangent(0.5) - 0.46211715726) < 1e-7)
    #expect(abs(hyperbolicTangent(-0.5) + 0.46211715726) < 1e-7)
    #expect(abs(sigmoid(2) - 0.88079707797788) < 1e-7)
    #expect(sigmoid(.nan).isNaN && hyperbolicTangent(.nan).isNaN)
  }
}
