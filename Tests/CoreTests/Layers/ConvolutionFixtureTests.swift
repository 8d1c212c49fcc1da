import Testing

@testable import Core

/// The convolution layer against PyTorch's conv3d.
@Suite struct ConvolutionFixtureTests {
  static let names = [
    "1x1x1-s111", "1x1x1-s122", "1x3x3-s111", "1x3x3-s111-wide", "1x3x3-s122", "1x7x7-s122", "3x3x3-s111",
    "3x3x3-s111-even", "3x3x3-s111-one-frame", "3x3x3-s111-one-place", "3x3x3-s111-wide", "3x3x3-s122", "7x7x7-s122",
    "7x7x7-s122-even",
  ]

  @Test(arguments: names) func convolutionEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/conv3d-\(name)")
    var layer = try layer(fixture, stride: name.contains("s122") ? 2 : 1)
    let input = try fixture.maps("input")
    let lanes = Lanes(batch: input.samples)
    try fixture.expect(layer.forward(.maps(input), .training(lanes)), equals: "output", within: forwardTolerance)
    let gradient = try layer.backward(fixture.maps("output_gradient"), lanes)
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    try fixture.expect(layer.weight.gradient, equals: "weight_gradient", within: gradientTolerance)
  }

  /// The stem reads clips, colours last and without padding, and needs no gradient of its input.
  @Test(arguments: names.filter { $0.contains("7x7") }) func theStemEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/conv3d-\(name)")
    var layer = try layer(fixture, stride: 2)
    let clips = try fixture.clips("input")
    let lanes = Lanes(batch: clips.shape[0])
    try fixture.expect(layer.forward(.clips(clips), .training(lanes)), equals: "output", within: forwardTolerance)
    try layer.backwardWeight(fixture.maps("output_gradient"), lanes)
    try fixture.expect(layer.weight.gradient, equals: "weight_gradient", within: gradientTolerance)
  }

  private func layer(_ fixture: Fixture, stride: Int) throws -> ConvolutionLayer {
    let shape = try fixture.file.entry("weight").shape
    let geometry = ConvolutionGeometry(
      inputChannels: shape[1], outputChannels: shape[0], frameTaps: shape[2], taps: shape[3], stride: stride)
    let layer = ConvolutionLayer("conv", geometry, anyInitializer)
    try fixture.fill(layer.weight.value, "weight")
    return layer
  }
}
