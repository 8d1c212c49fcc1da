import Testing

@testable import Core

/// Graph attention against plain loops, finite differences and PyTorch.
@Suite struct GraphAttentionTests {
  /// Four nodes; node 1 has one edge, node 3 none, and nobody looks at it.
  private let adjacency = Tensor([4, 4], [1, 0.5, 0.25, 0, 0, 1, 0, 0, 0.125, 2, 1, 0, 0, 0, 0, 0])

  private func layer() -> GraphAttention { GraphAttention("graph", inputs: 3, outputs: 5, anyInitializer) }

  /// The same by the equations, in double precision.
  private func expected(_ layer: GraphAttention, _ x: Tensor) -> [Double] {
    let values = layer.parameters.map { $0.value.elements.map(Double.init) }
    let (weight, bias, source, target) = (values[0], values[1], values[2], values[3])
    var result: [Double] = []
    for row in 0..<x.shape[0] / 4 {
      let z = (0..<4).map { node in
        (0..<5).map { output in
          (0..<3).reduce(bias[output]) { $0 + weight[3 * output + $1] * Double(x[(4 * row + node) * 3 + $1]) }
        }
      }
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      for node in 0..<4 {
        var (sum, weights) = ([Double](repeating: 0, count: 5), 0.0)
        for other in 0..<4 {
          let score = dot(source, z[node]) + dot(target, z[other])
          let share = Double(adjacency[4 * node + other]) * exponential(max(score, 0.2 * score))
          weights += share
          for output in 0..<5 { sum[output] += share * z[other][output] }
        }
        result += sum.map { weights == 0 ? 0 : $0 < 0 ? exponential($0 / weights) - 1 : $0 / weights }
      }
    }
    return result
  }

  @Test func outputsAreThoseOfPlainLoops() {
    var layer = layer()
    let x = randomTensor([12, 3], seed: 4)
    let y = layer.forward(x, adjacency: adjacency, .evaluation)
    let expected = expected(layer, x)
    #expect(y.shape == [12, 5] && expected.count == 60)
    #expect(normError(y.elements, expected.map { Float($0) }) < forwardTolerance)
    #expect((15..<20).allSatisfy { y[$0] == 0 }, "a node without edges is 0")
    #expect(y.elements.contains { $0 < 0 } && y.elements.contains { $0 > 0 })
  }

  /// Scores are moved to one side of the leaky ReLU's kink by the bias, along s and t. There s · z_i is in all scores
  /// of node i alike and cancels; PyTorch's gradient of s is compared below.
  @Test(arguments: [Float(3), -3]) func gradientsAreThoseOfTheLoss(_ shift: Float) throws {
    var layer = layer()
    let square = Float(squares(layer.source.value.elements))
    let bias = try #require(layer.parameters.first { $0.name == "graph.bias" })
    for index in 0..<5 {
      layer.target.value[index] = layer.source.value[index] * 0.9
      bias.value[index] = shift * layer.source.value[index] / square
    }
    let (x, cotangent) = (randomTensor([12, 3], seed: 5), randomTensor([12, 5], seed: 6))
    let adjacency = adjacency
    _ = layer.forward(x, adjacency: adjacency, .training(Lanes(batch: 3)))
    let gradient = layer.backward(cotangent)
    #expect(layer.source.gradient.elements.allSatisfy { abs($0) < 1e-4 })
    let learned = layer.parameters.filter { $0.name != "graph.source" }.map { Variable($0) }
    expectGradients(of: [Variable(name: "x", value: x, gradient: gradient)] + learned) {
      weighted(layer.forward(x, adjacency: adjacency, .evaluation), cotangent)
    }
  }

  @Test func theLayerEqualsPyTorch() throws {
    let fixture = try Fixture("augacn/attention")
    var layer = GraphAttention("attention", inputs: 4, outputs: 7, anyInitializer)
    try fixture.fill(layer.parameters, [])
    let x = try Tensor(fixture.tensor("input"), shape: [15, 4])
    let y = try layer.forward(x, adjacency: fixture.tensor("adjacency"), .training(Lanes(batch: 3)))
    try fixture.expect(y, equals: "output", within: forwardTolerance)
    let gradient = try layer.backward(Tensor(fixture.tensor("output_gradient"), shape: [15, 7]))
    try fixture.expect(gradient, equals: "input_gradient", within: gradientTolerance)
    for parameter in layer.parameters {
      try fixture.expect(parameter.gradient, equals: "gradient.\(parameter.name)", within: gradientTolerance)
    }
  }
}
