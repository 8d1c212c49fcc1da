import Foundation
import Testing

@testable import Core

/// RCN-A's and BDCNN's networks, whole, against PyTorch; and that they learn.
@Suite struct FlowNetworkTests {
  private static let recurrent = RecurrentConvolutionalNetwork.Shape(side: 24, inputs: 3, channels: 5, dropped: 0)
  private static let blocks = BlockDivisionNetwork.Shape(
    side: 20, images: 4, blocks: 2, channels: 3, mixed: 6, hidden: 7, features: 5)

  private static func network(_ name: String) -> any EmotionNetwork {
    name == "rcn"
      ? RecurrentConvolutionalNetwork(recurrent, classes: 3, anyInitializer)
      : BlockDivisionNetwork(blocks, classes: 3, anyInitializer)
  }

  @Test(arguments: ["rcn", "bdcnn"]) func evaluationEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("\(name)/network")
    try fixture.expectEvaluation(Self.network(name), of: fixture.tensor("images"))
  }

  /// PyTorch's own gradients are within 3e-6 of double precision's. BDCNN's loss is at λ = 0.25, half of its strength.
  @Test(arguments: ["rcn", "bdcnn"]) func trainingEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("\(name)/network")
    try fixture.expectTraining(Self.network(name), of: fixture.tensor("images"), batch: 6, progress: 0.5)
  }

  /// Twelve images of noise with a patch that moves left, right or not at all.
  @Test(arguments: ["rcn", "bdcnn"]) func theLossFallsOnAHandfulOfClips(_ name: String) throws {
    var network = Self.network(name)
    let labels = (0..<12).map { $0 % 3 }
    let (side, planes) = name == "rcn" ? (24, 3) : (20, 4)
    let images = randomTensor([12, side * side * planes], seed: 9)
    for (clip, label) in labels.enumerated() {
      for position in 0..<side * side where (4..<8).contains(position % side) {
        images.row(clip)[planes * position] += Float(label - 1)
      }
    }
    let lanes = Lanes(batch: 12)
    var optimizer = Adam(network.parameters, learningRate: 5e-3)
    var losses: [Double] = []
    for step in 0..<80 {
      _ = try network.forward(images, .training(lanes), CounterRandom(3, UInt64(step)))
      losses.append(try network.backward(labels: labels, progress: Double(step) / 80, lanes))
      optimizer.step()
    }
    #expect(losses[0] > 0.9 && losses.suffix(10).reduce(0, +) / 10 < 0.3, "\(losses[0]) … \(losses[79])")
  }

  @Test(arguments: ["rcn", "bdcnn"]) func gradientsHaveTheBitsOfOneThread(_ name: String) throws {
    let fixture = try Fixture("\(name)/network")
    var shape = Self.recurrent
    shape.dropped = 0.5
    try fixture.expectBitsOfOneThread(of: fixture.tensor("images"), batch: 6, progress: 0.5) {
      name == "rcn" ? RecurrentConvolutionalNetwork(shape, classes: 3, anyInitializer) : Self.network(name)
    }
  }

  /// The attention's maps depend on the classifier's weights, on the earlier features, and on nothing of the last ones.
  @Test func attentionHasTheGradientsOfItsLoss() {
    let (last, earlier) = (randomTensor([3, 8], seed: 1), randomTensor([3, 8], seed: 2))
    let (weight, cotangent) = (randomTensor([4, 8], seed: 3), randomTensor([3, 8], seed: 4))
    var attention = ActivationAttention(channels: 2, positions: 4)
    _ = attention.forward(last, earlier, weight: weight, .training(Lanes(batch: 3)))
    let gradient = Tensor([4, 8], filledWith: 0)
    guard let gradients = attention.backward(cotangent, addingTo: gradient) else {
      Issue.record("nothing was remembered")
      return
    }
    expectGradients(
      of: [
        Variable(name: "last", value: last, gradient: gradients.last),
        Variable(name: "earlier", value: earlier, gradient: gradients.earlier),
        Variable(name: "weight", value: weight, gradient: gradient),
      ], step: 1e-3
    ) { weighted(attention.forward(last, earlier, weight: weight, .evaluation), cotangent) }
  }

  @Test func anEvenMapGivesNoAttention() {
    var attention = ActivationAttention(channels: 1, positions: 3)
    let ones = Tensor([1, 3], [1, 1, 1])
    #expect(attention.forward(ones, ones, weight: ones, .training(Lanes(batch: 1))).elements == [0, 0, 0])
    let gradients = attention.backward(ones, addingTo: Tensor([1, 3], filledWith: 0))
    #expect(gradients?.earlier.elements == [0, 0, 0])
  }

  @Test func averagesAreThoseOfPlainLoops() {
    let x = FeatureMaps(channelsFirst: randomTensor([2, 3, 2, 4, 6], seed: 5))
    let y = AveragePooling(taps: 2).forward(x)
    let (dense, means) = (x.channelsFirst, y.channelsFirst)
    for plane in 0..<12 {
      for position in 0..<6 {
        let corner = plane * 24 + position / 3 * 12 + position % 3 * 2
        let expected = [0, 1, 6, 7].reduce(Float(0)) { $0 + dense[corner + $1] } / 4
        #expect(abs(means[plane * 6 + position] - expected) < 1e-6)
      }
    }
    let back = AveragePooling(taps: 2).backward(y).channelsFirst
    #expect(back.shape == dense.shape && back[0] == means[0] / 4 && back[7] == means[0] / 4)
  }

  /// What is dropped depends on a sample's position in the batch, not on the rank that holds it.
  @Test func dropoutIsOfTheBatch() {
    let x = FeatureMaps(channelsFirst: Tensor([6, 8, 1, 5, 5], filledWith: 1))
    var dropout = Dropout(share: 0.5)
    let y = dropout.forward(x, .training(Lanes(batch: 6)), CounterRandom(4))
    let values = y.channelsFirst.elements
    let kept = values.count { $0 == 2 }
    #expect(values.allSatisfy { $0 == 0 || $0 == 2 } && abs(kept - 600) < 80)
    #expect(dropout.backward(x).channelsFirst.elements == values)
    #expect(dropout.forward(x, .evaluation, CounterRandom(4)).channelsFirst.elements == x.channelsFirst.elements)
    let second = SecondOfTwo()
    let half = FeatureMaps(channelsFirst: Tensor([3, 8, 1, 5, 5], filledWith: 1))
    let own = dropout.forward(half, .training(Lanes(batch: 6, count: 2, exchange: second)), CounterRandom(4))
    #expect(own.channelsFirst.elements == Array(values.suffix(600)))
  }

  /// A still clip has no flow; one that drifts has the same flow everywhere, in per cent of the frame.
  @Test func flowImagesAreInPerCent() {
    let side = 64
    let clip = Clip(
      name: "c", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 1, offset: 1, frames: 2, height: side,
      width: side)
    func pixels(_ shift: Int) -> [UInt8] {
      [0, shift].flatMap { moved in
        (0..<side * side).flatMap { position -> [UInt8] in
          let (y, x) = (Double(position / side), Double(position % side - moved))
          let value = UInt8(128 + 50 * sin(0.35 * x + 0.1 * y) + 40 * sin(0.27 * y - 0.12 * x))
          return [value, value, value]
        }
      }
    }
    let image = FlowImage(side: 16, channels: 4)
    let still = pixels(0).withUnsafeBufferPointer { image.features(of: ClipFrames(clip, pixels: $0.baseAddress!)) }
    // At the edges Farnebäck's method, as OpenCV has it, sees the second frame end.
    let inner = (6..<10).flatMap { row in still[row * 64 + 24..<row * 64 + 40] }
    #expect(still.count == 1024 && inner.allSatisfy { abs($0) < 0.01 }, "\(inner.map(abs).max() ?? 0)")
    let moved = pixels(1).withUnsafeBufferPointer { image.features(of: ClipFrames(clip, pixels: $0.baseAddress!)) }
    let middle = (8 * 16 + 8) * 4
    #expect(abs(moved[middle] - 100.0 / 64) < 0.05 && abs(moved[middle + 1]) < 0.05, "\(moved[middle..<middle + 4])")
    #expect(moved[middle + 3] >= abs(moved[middle]) - 0.1)
  }
}

/// The second of two ranks that never exchange anything.
private final class SecondOfTwo: LaneExchange {
  let size = 2
  let rank = 1
  func add(_ values: UnsafeMutableBufferPointer<Float>) {}
  func add(_ values: UnsafeMutableBufferPointer<Double>) {}
  func gather(_ values: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>]) {}
}
