import Testing

@testable import Core

/// ELRCN's network, whole, against PyTorch; and that it learns.
@Suite struct EnrichedRecurrentNetworkTests {
  private static let shape = EnrichedRecurrentNetwork.Shape(
    steps: 4, side: 18, channels: 4, width: 3, blocks: [1, 1, 2], code: 7, units: 6, hidden: 5, dropped: 0)

  private func loaded(_ fixture: Fixture) throws -> EnrichedRecurrentNetwork {
    let network = EnrichedRecurrentNetwork(Self.shape, classes: 3, anyInitializer)
    try fixture.fill(network.parameters, network.statistics)
    return network
  }

  @Test func evaluationEqualsPyTorch() throws {
    let fixture = try Fixture("elrcn/network")
    var network = try loaded(fixture)
    let logits = try network.forward(fixture.tensor("clips"), .evaluation, CounterRandom(1))
    try fixture.expect(logits, equals: "evaluation.logits", within: forwardTolerance)
  }

  /// Four convolutions and four recurrent steps deep; PyTorch's own gradients are within 3e-6 of double precision's.
  @Test func trainingEqualsPyTorch() throws {
    let fixture = try Fixture("elrcn/network")
    var network = try loaded(fixture)
    let lanes = Lanes(batch: 5)
    let logits = try network.forward(fixture.tensor("clips"), .training(lanes), CounterRandom(1))
    try fixture.expect(logits, equals: "training.logits", within: forwardTolerance)
    let loss = try network.backward(labels: fixture.integers("labels"), progress: 0, lanes)
    #expect(abs(loss - Double(try fixture.tensor("training.loss")[0])) < 1e-5)
    for parameter in network.parameters {
      try fixture.expect(parameter.gradient, equals: "gradient.\(parameter.name)", within: gradientTolerance)
    }
    for statistic in network.statistics where !statistic.isCounter {
      try fixture.expect(statistic.value, equals: "after.\(statistic.name)", within: forwardTolerance)
    }
  }

  /// Twelve clips of noise in which a weak patch moves left, right or stands still.
  @Test func theLossFallsOnAHandfulOfClips() throws {
    let shape = EnrichedRecurrentNetwork.Shape(
      steps: 3, side: 16, channels: 4, width: 4, blocks: [1, 1], code: 16, units: 12, hidden: 8, dropped: 0.25)
    var network = EnrichedRecurrentNetwork(shape, classes: 3, anyInitializer)
    let labels = (0..<12).map { $0 % 3 }
    let clips = randomTensor([12, 3 * 16 * 16 * 4], seed: 9)
    for (clip, label) in labels.enumerated() {
      for position in 0..<3 * 16 * 16 where (4..<8).contains(position % 16) {
        clips.row(clip)[4 * position] += Float(label - 1)
      }
    }
    let lanes = Lanes(batch: 12)
    var optimizer = Adam(network.parameters, learningRate: 5e-3)
    var losses: [Double] = []
    for step in 0..<80 {
      _ = try network.forward(clips, .training(lanes), CounterRandom(3, UInt64(step)))
      losses.append(try network.backward(labels: labels, progress: 0, lanes))
      optimizer.step()
    }
    // At first the three classes are as likely, log 3 = 1.1; in the end dropout alone is in the way.
    #expect(losses[0] > 0.9 && losses.suffix(10).reduce(0, +) / 10 < 0.3, "\(losses[0]) … \(losses[79])")
  }

  @Test func gradientsHaveTheBitsOfOneThread() throws {
    let fixture = try Fixture("elrcn/network")
    let clips = try fixture.tensor("clips")
    let labels = try fixture.integers("labels")
    var shape = Self.shape
    shape.dropped = 0.5
    func gradients() -> [[Float]]? {
      var network = EnrichedRecurrentNetwork(shape, classes: 3, anyInitializer)
      let lanes = Lanes(batch: 5)
      guard (try? network.forward(clips, .training(lanes), CounterRandom(1))) != nil,
        (try? network.backward(labels: labels, progress: 0, lanes)) != nil
      else { return nil }
      return network.parameters.map(\.gradient.elements)
    }
    let (one, three) = onOneAndThreeThreads(gradients)
    #expect(three != nil && one == .some(three))
  }

  @Test func elrcnIsAMethodOfTheComparison() throws {
    let about = try #require(Catalogue.method(named: "elrcn")?.about)
    #expect(about.name == "elrcn" && about.title == "ELRCN" && !about.changes.isEmpty)
    #expect(Catalogue.names.contains("elrcn"))
  }
}
