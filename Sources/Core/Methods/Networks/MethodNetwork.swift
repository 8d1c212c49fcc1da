/// A network that predicts emotions from features of clips, with its loss; `NetworkMethod` trains it.
protocol MethodNetwork: Module {
  /// Takes what it needs of the training clips besides their features and emotions: other targets, and what it keeps
  /// of them in its statistics. It is called once, before the first step, with the same clips on every rank, and never
  /// where the network is loaded from a file.
  ///
  /// - Throws: a `Fault` when it cannot be trained on them.
  mutating func prepare(for clips: [Clip]) throws

  /// Runs the network.
  ///
  /// - Parameters:
  ///   - inputs: this rank's samples, `[samples, features]`.
  ///   - random: the random stream of the step. It is the same on all ranks, so the random numbers of a sample must
  ///     depend on its position in the batch.
  /// - Returns: logits, `[batch, classes]`: of all samples in training, of this rank's samples in evaluation.
  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor

  /// Computes the gradients of all parameters, from the loss of the last training pass.
  ///
  /// - Parameters:
  ///   - labels: classes of the whole batch.
  ///   - clips: the clips of the whole batch, as indices of `prepare`'s.
  ///   - progress: the share of all steps that are done, 0 ..< 1.
  /// - Returns: the losses, means over the batch.
  mutating func backward(labels: [Int], clips: [Int], progress: Double, _ lanes: Lanes) throws -> StepLosses
}

/// A network whose only targets are the emotions, with one loss.
protocol EmotionNetwork: MethodNetwork {
  /// Computes the gradients of all parameters, from the loss of the last training pass.
  ///
  /// - Parameters:
  ///   - labels: classes of the whole batch.
  ///   - progress: the share of all steps that are done, 0 ..< 1.
  /// - Returns: the loss, mean over the batch.
  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double
}

extension EmotionNetwork {
  mutating func prepare(for clips: [Clip]) {}

  mutating func backward(labels: [Int], clips: [Int], progress: Double, _ lanes: Lanes) throws -> StepLosses {
    StepLosses(crossEntropy: try backward(labels: labels, progress: progress, lanes))
  }
}
