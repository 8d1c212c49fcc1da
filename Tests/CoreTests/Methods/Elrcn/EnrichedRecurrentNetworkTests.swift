import Testing

@testable import Core

/// ELRCN's network, whole, against PyTorch; and that it learns.
@Suite struct EnrichedRecurrentNetworkTests {
  private static let shape = EnrichedRecurrentNetwork.Shape(
    steps: 4, side: 18, channels: 4, width: 3, blocks: [1, 1, 2], code: 7, units: 6, hidden: 5, dropped: 0)

  private static func network(_ shape: EnrichedRecurrentNetwork.Shape = shape) -> EnrichedRecurrentNetwork {
    EnrichedRecurrentNetwork(shape, classes: 3, anyInitializer)
  }

  @Test func evaluationEqualsPyTorch() throws {
    let fixture = try Fixture("elrcn/network")
    try fixture.expectEvaluation(Self.network(), of: fixture.tensor("clips"))
  }

  /// Four convolutions and four recurrent steps deep; PyTorch's own gradients are within 3e-6 of double precision's.
  @Test func trainingEqualsPyTorch() throws {
    let fixture = try Fixture("elrcn/network")
    try fixture.expectTraining(Self.network(), of: fixture.tensor("clips"), batch: 5)
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
    var shape = Self.shape
    shape.dropped = 0.5
    try fixture.expectBitsOfOneThread(of: fixture.tensor("clips"), batch: 5) { Self.network(shape) }
  }

  @Test func elrcnIsAMethodOfTheComparison() throws {
    let about = try #require(Catalogue.method(named: "elrcn")?.about)
    #expect(about.name == "elrcn" && about.title == "ELRCN" && !about.changes.isEmpty)
    #expect(Catalogue.names.contains("elrcn"))
  }
}
