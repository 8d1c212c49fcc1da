import Testing

@testable import Core

/// What is expected of every method's network: the values of PyTorch, and the same bits on one thread and on three.
extension Fixture {
  /// Fills a network with the fixture's weights and expects its logits in evaluation.
  func expectEvaluation(_ network: some MethodNetwork, of inputs: Tensor) throws {
    var network = network
    try fill(network.parameters, network.statistics)
    let logits = try network.forward(inputs, .evaluation, CounterRandom(1))
    try expect(logits, equals: "evaluation.logits", within: forwardTolerance)
  }

  /// Fills a network with the fixture's weights and expects logits, loss, gradients and statistics of a training pass.
  ///
  /// - Parameters:
  ///   - batch: number of the inputs' samples.
  ///   - progress: the share of all steps that are done.
  func expectTraining(_ network: some EmotionNetwork, of inputs: Tensor, batch: Int, progress: Double = 0) throws {
    var network = network
    try fill(network.parameters, network.statistics)
    let lanes = Lanes(batch: batch)
    let logits = try network.forward(inputs, .training(lanes), CounterRandom(1))
    try expect(logits, equals: "training.logits", within: forwardTolerance)
    let loss = try network.backward(labels: integers("labels"), progress: progress, lanes)
    #expect(abs(loss - Double(try tensor("training.loss")[0])) < 1e-5)
    try expectGradients(of: network)
    try expectStatistics(network.statistics.filter { !$0.isCounter })
  }

  func expectGradients(of network: some MethodNetwork) throws {
    for parameter in network.parameters {
      try expect(parameter.gradient, equals: "gradient.\(parameter.name)", within: gradientTolerance)
    }
  }

  /// - Parameter statistics: after a training pass.
  func expectStatistics(_ statistics: [Statistic]) throws {
    for statistic in statistics {
      try expect(statistic.value, equals: "after.\(statistic.name)", within: forwardTolerance)
    }
  }

  /// Expects the same gradients on one thread and on three.
  ///
  /// - Parameter make: a new network, the same each time.
  func expectBitsOfOneThread(
    of inputs: Tensor, batch: Int, progress: Double = 0, _ make: () throws -> any MethodNetwork
  ) throws {
    let labels = try integers("labels")
    func gradients() -> [[Float]]? {
      let lanes = Lanes(batch: batch)
      guard var network = try? make(), (try? network.forward(inputs, .training(lanes), CounterRandom(1))) != nil,
        (try? network.backward(labels: labels, clips: Array(0..<batch), progress: progress, lanes)) != nil
      else { return nil }
      return network.parameters.map(\.gradient.elements)
    }
    let (one, three) = onOneAndThreeThreads(gradients)
    #expect(three != nil && one == .some(three))
  }
}
