import Foundation
import Testing

@testable import Core

/// The ResNet-10 of Transfer Learning against PyTorch, its cost, and the frame that it sees.
@Suite struct ApexNetworkTests {
  /// As in Tests/Reference/make_transfer_learning.py.
  static func network(classes: Int = 3, width: Int = 4) -> ApexNetwork {
    ApexNetwork(width: width, size: 48, classes: classes, anyInitializer)
  }

  @Test func evaluationEqualsPyTorch() throws {
    let fixture = try Fixture("transfer-learning/network")
    try fixture.expectEvaluation(Self.network(), of: fixture.clips("frames"))
  }

  /// PyTorch's own gradients are within 3e-6 of double precision's.
  @Test func aTrainingStepEqualsPyTorch() throws {
    let fixture = try Fixture("transfer-learning/network")
    var network = Self.network()
    try fixture.fill(network.parameters, network.statistics)
    var optimizer = Adam(network.parameters, learningRate: 1e-2)
    let lanes = Lanes(batch: 6)
    let logits = try network.forward(fixture.clips("frames"), .training(lanes), CounterRandom(1))
    try fixture.expect(logits, equals: "training.logits", within: forwardTolerance)
    let loss = try network.backward(labels: fixture.integers("labels"), progress: 0, lanes)
    #expect(abs(loss - Double(try fixture.tensor("training.loss")[0])) < 1e-5)
    try fixture.expectGradients(of: network)
    optimizer.step()
    for parameter in network.parameters {
      // Adam's first step is the sign of a gradient, which rounding decides where it is nearly 0.
      let (after, gradient) = (
        try fixture.tensor("after.\(parameter.name)"), try fixture.tensor("gradient.\(parameter.name)")
      )
      let largest = gradient.elements.map(abs).max() ?? 0
      let sure = gradient.elements.indices.filter { abs(gradient[$0]) > 1e-3 * largest }
      #expect(sure.count > gradient.count / 4, "\(parameter.name): \(sure.count) of \(gradient.count)")
      let worst = sure.map { abs(parameter.value[$0] - after[$0]) }.max() ?? .infinity
      #expect(worst < 2e-6, "\(parameter.name) is off by \(worst)")
    }
    for statistic in network.statistics where statistic.isCounter {
      #expect(try fixture.integers("after.\(statistic.name)") == [1] && statistic.value[0] == 1)
    }
    try fixture.expectStatistics(network.statistics.filter { !$0.isCounter })
  }

  @Test func gradientsHaveTheBitsOfOneThread() throws {
    let fixture = try Fixture("transfer-learning/network")
    try fixture.expectBitsOfOneThread(of: fixture.clips("frames"), batch: 6) { Self.network() }
  }

  /// Counted by hooks on PyTorch's network at width 64: 888 717 312 multiplications and 4 900 032 weights of
  /// convolutions for a frame of 224 × 224; the stem's are 64 · 147 · 112².
  @Test func theCostIsThatOfPyTorchsNetwork() {
    var network = SweepConfiguration.Network()
    network.motionSize = 224
    let cost = NetworkCost.apex(network)
    #expect(cost.forward == 888_717_312 && cost.parameters == 4_900_032)
    #expect(cost.stem == 64 * 147 * 112 * 112)
    // Neither the number of frames nor the stem of MENet matters.
    (network.frames, network.stem) = (9, .code)
    #expect(NetworkCost.apex(network) == cost)
  }

  /// Frame t of clip c is c + 10 t in the upper half, and 100 more in the lower one; the apex is frame 2.
  @Test func itSeesTheApexFrameAlone() throws {
    let store = try PatternStore().store
    let frames = try ApexFrames(store, size: 4).load([7, 3])
    #expect(frames.shape == [2, 1, 4, 4, 3])
    for (row, clip) in [7, 3].enumerated() {
      for position in 0..<48 {
        let value = Float(clip + 20 + (position < 24 ? 0 : 100))
        #expect(abs(frames.row(row)[position] - (value / 255 - 0.5) / 0.5) < 1e-6)
      }
    }
    #expect(try ApexFrames(store, size: 4).load([]).count == 0)
  }
}
