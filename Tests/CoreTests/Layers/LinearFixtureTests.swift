import Testing

@testable import Core

/// The fully connected layer and softmax against PyTorch.
@Suite struct LinearFixtureTests {
  @Test func fullConnectionEqualsPyTorch() throws {
    let fixture = try Fixture("layers/linear")
    let shape = try fixture.file.entry("weight").shape
    var layer = Linear("fc", inputs: shape[1], outputs: shape[0], anyInitializer)
    try fixture.fill(layer.weight.value, "weight")
    try fixture.fill(layer.bias.value, "bias")
    let input = try fixture.tensor("input")
    let mode = Mode.training(Lanes(batch: input.shape[0]))
    try fixture.expect(layer.forward(input, mode), equals: "output", within: forwardTolerance)
    try fixture.expect(
      layer.backward(fixture.tensor("output_gradient")), equals: "input_gradient", within: gradientTolerance)
    try fixture.expect(layer.weight.gradient, equals: "weight_gradient", within: gradientTolerance)
    try fixture.expect(layer.bias.gradient, equals: "bias_gradient", within: gradientTolerance)
  }

  @Test func aFrozenLayerKeepsItsGradients() throws {
    let fixture = try Fixture("layers/linear")
    let shape = try fixture.file.entry("weight").shape
    var layer = Linear("fc", inputs: shape[1], outputs: shape[0], anyInitializer)
    try fixture.fill(layer.weight.value, "weight")
    layer.weight.gradient[0] = 7
    _ = layer.forward(try fixture.tensor("input"), .training(Lanes(batch: 5)))
    let gradient = try layer.backward(fixture.tensor("output_gradient"), frozen: true)
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    #expect(layer.weight.gradient.elements == [7] + [Float](repeating: 0, count: layer.weight.value.count - 1))
  }

  /// With values up to 100 and down to -200, where e^x alone is no finite float.
  @Test func softmaxEqualsPyTorch() throws {
    let fixture = try Fixture("layers/softmax")
    let (x, dy) = (try fixture.tensor("input"), try fixture.tensor("output_gradient"))
    let (y, dx) = (Tensor(x.shape), Tensor(x.shape))
    let count = x.shape[2]
    for start in stride(from: 0, to: x.count, by: count) {
      softmax(x.pointer + start, y.pointer + start, count: count)
      softmaxGradient(y.pointer + start, dy.pointer + start, dx.pointer + start, count: count)
    }
    try fixture.expect(y, equals: "output", within: forwardTolerance)
    try fixture.expect(dx, equals: "input_gradient", within: gradientTolerance)
  }
}
