import Testing

@testable import Core

/// AU-GACN's network, whole, against PyTorch; that it learns; and what it needs.
@Suite struct ActionUnitNetworkTests {
  private static let shape = ActionUnitNetwork.Shape(
    steps: 4, side: 10, channels: [3, 5], nodes: 5, width: 6, layers: 2, dropped: 0, unitWeight: 0.7, leastClips: 1)

  /// The action units of the fixture's clips.
  private static let texts = ["1+12", nil, "1+4?", "4+17", "12+17", "1+4"]

  private func clips(_ texts: [String?]) -> [Clip] {
    texts.map {
      Clip(
        name: "c", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 1, offset: 1, actionUnits: $0,
        frames: 2, height: 4, width: 4)
    }
  }

  /// Prepared for its clips, and then with the fixture's graph.
  private func loaded(_ fixture: Fixture, dropped: Double = 0) throws -> ActionUnitNetwork {
    var shape = Self.shape
    shape.dropped = dropped
    var network = ActionUnitNetwork(shape, classes: 3, anyInitializer)
    try network.prepare(for: clips(Self.texts))
    try fixture.fill(network.parameters, network.statistics)
    return network
  }

  @Test func evaluationEqualsPyTorch() throws {
    let fixture = try Fixture("augacn/network")
    try fixture.expectEvaluation(loaded(fixture), of: fixture.tensor("clips"))
  }

  /// PyTorch's own gradients are within 4e-6 of double precision's.
  @Test func trainingEqualsPyTorch() throws {
    let fixture = try Fixture("augacn/network")
    var network = try loaded(fixture)
    let lanes = Lanes(batch: 6)
    let logits = try network.forward(fixture.tensor("clips"), .training(lanes), CounterRandom(1))
    try fixture.expect(logits, equals: "training.logits", within: forwardTolerance)
    let losses = try network.backward(
      labels: fixture.integers("labels"), clips: Array(0..<6), progress: 0, lanes)
    let expected = try fixture.tensor("training.loss").elements.map(Double.init)
    #expect(abs(losses.crossEntropy - expected[0]) < 1e-5)
    #expect(abs((losses.actionUnits ?? 0) - expected[1]) < 1e-5)
    #expect(abs(losses.total - expected[0] - 0.7 * expected[1]) < 1e-5)
    try fixture.expectGradients(of: network)
    try fixture.expectStatistics(network.statistics.filter { !$0.isCounter && !$0.name.hasPrefix("graph.") })
  }

  @Test func gradientsHaveTheBitsOfOneThread() throws {
    let fixture = try Fixture("augacn/network")
    try fixture.expectBitsOfOneThread(of: fixture.tensor("clips"), batch: 6) { try loaded(fixture, dropped: 0.5) }
  }

  /// Twelve clips of noise with a patch that is brighter, darker or neither; each class has an action unit of its own.
  @Test func bothLossesFallOnAHandfulOfClips() throws {
    var network = ActionUnitNetwork(
      ActionUnitNetwork.Shape(steps: 3, side: 16, channels: [4, 8], nodes: 4, width: 8, dropped: 0.25), classes: 3,
      anyInitializer)
    let labels = (0..<12).map { $0 % 3 }
    try network.prepare(for: clips(labels.map { ["4+7", "12", "1+4"][$0] }))
    let frames = randomTensor([12, 3 * 16 * 16], seed: 9)
    for (clip, label) in labels.enumerated() {
      for position in 0..<3 * 16 * 16 where (4..<8).contains(position % 16) {
        frames.row(clip)[position] += Float(label - 1)
      }
    }
    let lanes = Lanes(batch: 12)
    var optimizer = Adam(network.parameters, learningRate: 5e-3)
    var losses: [StepLosses] = []
    for step in 0..<80 {
      _ = try network.forward(frames, .training(lanes), CounterRandom(3, UInt64(step)))
      losses.append(try network.backward(labels: labels, clips: Array(0..<12), progress: 0, lanes))
      optimizer.step()
    }
    let last = losses.suffix(10)
    let (emotions, units) = (
      last.reduce(0) { $0 + $1.crossEntropy } / 10, last.reduce(0) { $0 + ($1.actionUnits ?? 1) } / 10
    )
    #expect(losses[0].crossEntropy > 0.9 && emotions < 0.3, "\(losses[0].crossEntropy) … \(emotions)")
    #expect((losses[0].actionUnits ?? 0) > 0.5 && units < 0.3, "\(losses[0].actionUnits ?? 0) … \(units)")
  }

  /// Another network needs nothing but the tensors, the graph among them, to predict the same.
  @Test func theTensorsHaveTheGraph() throws {
    let fixture = try Fixture("augacn/network")
    let frames = try fixture.tensor("clips")
    var network = ActionUnitNetwork(Self.shape, classes: 3, anyInitializer)
    try network.prepare(for: clips(Self.texts))
    let units = try #require(network.tensors.first { $0.name == "graph.units" }?.tensor)
    #expect(units.elements == [1, 4, 12, 17, 0])
    let adjacency = try #require(network.tensors.first { $0.name == "graph.adjacency" }?.tensor)
    // Of the three clips with 1 one has 12 and one has 4 for certain.
    #expect(Array(adjacency.elements.prefix(5)) == [1, Float(1.0 / 3), Float(1.0 / 3), 0, 0])
    var other = ActionUnitNetwork(Self.shape, classes: 3, Initializer(seed: 9, module: "other"))
    for (from, to) in zip(network.tensors, other.tensors) {
      #expect(from.name == to.name)
      to.tensor.pointer.update(from: from.tensor.pointer, count: from.tensor.count)
    }
    let expected = try network.forward(frames, .evaluation, CounterRandom(1)).elements
    #expect(try other.forward(frames, .evaluation, CounterRandom(1)).elements == expected)
    adjacency.clear()
    #expect(try network.forward(frames, .evaluation, CounterRandom(1)).elements != expected)
  }

  @Test func tooFewActionUnitsAreAFault() throws {
    var shape = Self.shape
    shape.leastClips = 2
    func fault(_ texts: [String?]) -> String {
      var network = ActionUnitNetwork(shape, classes: 3, anyInitializer)
      do { try network.prepare(for: clips(texts)) } catch { return "\(error)" }
      return ""
    }
    #expect(fault(["4", "4+7", nil, nil]) == "")
    #expect(
      fault(["4", "4", nil, "?", "cheek"])
        == "training clips: 2 of 5 have action units, 3 are needed; import them from a coding sheet with action units, "
        + "or leave this method out of `methods`")
    #expect(fault([nil]).contains("0 of 1 have action units, 1 are needed"))
    #expect(fault(["4", "7", "12?+1"]).contains("no action unit occurs in 2 of the 3 that have some"))
  }

  @Test func auGacnIsAMethodOfTheComparison() throws {
    let about = try #require(Catalogue.method(named: "au-gacn")?.about)
    #expect(about.title == "AU-GACN" && about.changes.contains { $0.contains("AU-ICGAN") })
  }
}
