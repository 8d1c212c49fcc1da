import Testing

@testable import Core

/// Graph-TCN's network, whole, against PyTorch; and that it learns.
@Suite struct GraphTemporalNetworkTests {
  private static let shape = GraphTemporalNetwork.Shape(
    nodes: [2, 3], cells: 5, taps: 3, dilations: [1, 2], channels: 3, hidden: 6, dropped: 0)

  private static func network(_ shape: GraphTemporalNetwork.Shape = shape) -> GraphTemporalNetwork {
    GraphTemporalNetwork(shape, classes: 3, anyInitializer)
  }

  @Test func evaluationEqualsPyTorch() throws {
    let fixture = try Fixture("graph-tcn/network")
    try fixture.expectEvaluation(Self.network(), of: fixture.tensor("patches"))
  }

  /// PyTorch's own gradients are within 6e-7 of double precision's.
  @Test func trainingEqualsPyTorch() throws {
    let fixture = try Fixture("graph-tcn/network")
    try fixture.expectTraining(Self.network(), of: fixture.tensor("patches"), batch: 6)
  }

  /// Twelve clips of noise whose third node is brighter, darker or neither.
  @Test func theLossFallsOnAHandfulOfClips() throws {
    var shape = Self.shape
    (shape.channels, shape.dropped) = (6, 0.05)
    var network = GraphTemporalNetwork(shape, classes: 3, anyInitializer)
    let labels = (0..<12).map { $0 % 3 }
    let patches = randomTensor([12, 25], seed: 9)
    for (clip, label) in labels.enumerated() {
      for cell in 10..<15 { patches.row(clip)[cell] += Float(label - 1) }
    }
    let lanes = Lanes(batch: 12)
    var optimizer = Adam(network.parameters, learningRate: 5e-3)
    var losses: [Double] = []
    for step in 0..<80 {
      _ = try network.forward(patches, .training(lanes), CounterRandom(3, UInt64(step)))
      losses.append(try network.backward(labels: labels, progress: 0, lanes))
      optimizer.step()
    }
    #expect(losses[0] > 0.9 && losses.suffix(10).reduce(0, +) / 10 < 0.3, "\(losses[0]) … \(losses[79])")
  }

  @Test func gradientsHaveTheBitsOfOneThread() throws {
    let fixture = try Fixture("graph-tcn/network")
    var shape = Self.shape
    shape.dropped = 0.5
    try fixture.expectBitsOfOneThread(of: fixture.tensor("patches"), batch: 6) { Self.network(shape) }
  }

  @Test func graphTCNSaysThatItNeedsLandmarks() throws {
    let about = try #require(Catalogue.method(named: "graph-tcn")?.about)
    #expect(about.title == "Graph-TCN" && about.landmarks == .needed && !about.changes.isEmpty)
    #expect(Catalogue.methods.map(\.about).filter { $0.landmarks == .followed }.map(\.name) == ["mdmo", "sparse-mdmo"])
  }
}
