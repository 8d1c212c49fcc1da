/// MENet or IDNet while it is trained, with its optimizer and, where `training.weightAveraging` asks for it, the moving
/// average of its weights.
public struct TrainedNetwork {
  /// The network that steps move.
  public var network: RecognitionNetwork
  public var optimizer: Adam
  /// Nil without averaging.
  var average: WeightAverage?

  /// - Parameter network: gets a new optimizer; the average starts with its weights.
  public init(_ network: RecognitionNetwork, _ training: SweepConfiguration.Training) {
    self.network = network
    optimizer = Adam(
      network.parameters, learningRate: training.learningRate, weightDecay: training.weightDecay)
    if training.weightAveraging > 0 { average = WeightAverage(of: network, decay: training.weightAveraging) }
  }

  /// The network for everything but its own training: it is evaluated, stored and probed, and frozen in the stages that
  /// train the other network. Its tensors are the trained ones, or their averages.
  public var result: RecognitionNetwork { average?.network ?? network }

  /// The outputs of `result` for own samples, in evaluation mode.
  mutating func frozen(_ clips: Tensor) throws -> RecognitionNetwork.Output {
    if let output = try average?.network.forward(clips, .evaluation) { return output }
    return try network.forward(clips, .evaluation)
  }

  /// A step of the optimizer with the gradients of the last backward pass, which then counts in the average.
  ///
  /// - Parameter factor: by which the learning rate is multiplied.
  mutating func step(rateTimes factor: Double) {
    optimizer.step(rateTimes: factor)
    average?.add(network, steps: optimizer.steps)
  }
}
