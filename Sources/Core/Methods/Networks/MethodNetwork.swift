/// A network that predicts emotions from features of clips, with its loss; `NetworkMethod` trains it.
protocol MethodNetwork: Module {
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
  ///   - progress: the share of all steps that are done, 0 ..< 1.
  /// - Returns: the loss, mean over the batch.
  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double
}
