import Testing

@testable import Core

/// Both pools against PyTorch. They choose and copy, so outputs are equal to the bit; only sums of gradients are not.
@Suite struct PoolingFixtureTests {
  static let maxPools = [
    ("3x3x3-s122", 3, 3, 1), ("1x3x3-s122", 1, 3, 1), ("1x2x2-s122", 1, 2, 0),
  ].flatMap { name, frameTaps, taps, padding in
    ["", "-even", "-ties"].map {
      (name + $0, PoolGeometry(frameTaps: frameTaps, taps: taps, padding: padding))
    }
  }

  @Test(arguments: maxPools) func maxPoolEqualsPyTorch(_ name: String, _ geometry: PoolGeometry) throws {
    let fixture = try Fixture("layers/max-pool-\(name)")
    var layer = MaxPooling(geometry)
    let input = try fixture.maps("input")
    let output = layer.forward(input, .training(Lanes(batch: input.samples)))
    #expect(try output.channelsFirst.elements == fixture.file.floats("output"))
    let gradient = try layer.backward(fixture.maps("output_gradient"))
    try fixture.expect(gradient, equals: "input_gradient", within: 1e-6)
    // Where PyTorch sends nothing, nothing may arrive: ties go to the first.
    let sent = try fixture.file.floats("input_gradient").map { $0 != 0 }
    #expect(gradient.channelsFirst.elements.map { $0 != 0 } == sent)
  }

  @Test func maximumThenMeanEqualsPyTorch() throws {
    let fixture = try Fixture("layers/maximum-then-mean")
    var layer = FeaturePooling()
    let input = try fixture.maps("input")
    let features = layer.forward(input, .training(Lanes(batch: input.samples)))
    #expect(features.shape == [input.samples, input.channels])
    try fixture.expect(features, equals: "output", within: forwardTolerance)
    try fixture.expect(
      layer.backward(fixture.tensor("output_gradient")), equals: "input_gradient", within: gradientTolerance)
  }
}
