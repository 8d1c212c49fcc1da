/// A network that names emotions from features of clips, its loss included; `NetworkMethod` trains it.
protocol MethodNetwork: Module {
  /// Runs the network.
  ///
  /// - Parameters:
  ///   - inputs: own samples, `[samples, numbers of a clip]`.
  ///   - random: the step's own stream, for what is drawn in training; the same on all ranks, so that what a sample draws
  ///     has to depend on its position in the batch.
  /// - Returns: logits, `[batch, classes]`: of all samples in training, of own ones in evaluation.
  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor

  /// Sets every parameter's gradient, from the loss of the last training pass.
  ///
  /// - Parameters:
  ///   - labels: classes of the whole batch.
  ///   - progress: the share of all steps that came before, 0 ..< 1.
  /// - Returns: the loss, mean over the batch.
  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double
}
