/// The part that decouples motion and identity features: IDNet, the mutual information estimator MINE, and their
/// optimizers.
public struct Decoupling {
  public var idnet: RecognitionNetwork
  public var mine: MutualInformationEstimator
  public var identityOptimizer, mineOptimizer: Adam
  public var movingAverage = MovingAverage()

  /// - Parameters:
  ///   - idnet, mine: for features of the same length; they get new optimizers.
  public init(idnet: RecognitionNetwork, mine: MutualInformationEstimator, learningRate: Double) {
    (self.idnet, self.mine) = (idnet, mine)
    identityOptimizer = Adam(idnet.parameters, learningRate: learningRate)
    mineOptimizer = Adam(mine.parameters, learningRate: learningRate)
  }

  /// f^d of the whole batch, from IDNet in evaluation mode.
  mutating func frozenFeature(_ batch: TrainingBatch) throws -> Tensor {
    try batch.lanes.gather(idnet.forward(batch.identityClips, .evaluation).features)
  }

  /// Trains IDNet on CE_d, plus λ I where there is a motion feature.
  ///
  /// - Parameters:
  ///   - motion: the feature of a frozen MENet for the whole batch; nil where IDNet is trained alone.
  ///   - weight: λ.
  mutating func identityStep(
    _ batch: TrainingBatch, awayFrom motion: RecognitionNetwork.Output?, weight: Double
  ) throws -> (StepLosses, StepOutputs) {
    let output = try idnet.forward(batch.identityClips, .training(batch.lanes))
    let (loss, logitGradient) = crossEntropy(output.logits, labels: batch.identities)
    var losses = StepLosses(crossEntropy: loss)
    let featureGradient = motion.flatMap { motion in
      decouple(motion: motion.features, identity: output.features, batch, weight: weight, &losses)
    }?.identity

    try losses.requireFinite()
    try idnet.backward(logits: logitGradient, features: featureGradient, maps: nil, batch.lanes)
    identityOptimizer.step()
    return (
      losses,
      StepOutputs(
        logits: output.logits, motionFeature: motion?.features, identityFeature: output.features,
        attentionMaps: motion?.maps)
    )
  }

  /// Takes MINE's ascent step, then computes I with its new weights; adds λ I to the losses and returns λ times the
  /// gradient of I with respect to both features.
  ///
  /// - Returns: nil for a batch of one clip, which has no other clip to be paired with.
  mutating func decouple(
    motion: Tensor, identity: Tensor, _ batch: TrainingBatch, weight: Double, _ losses: inout StepLosses
  ) -> (motion: Tensor, identity: Tensor)? {
    guard !batch.shuffle.isEmpty else { return nil }
    let before = mine.forward(motion: motion, identity: identity, shuffle: batch.shuffle)
    _ = mine.backward(movingAverage.descentGradient(before), shuffle: batch.shuffle, frozen: false)
    mineOptimizer.step()

    let after = mine.forward(motion: motion, identity: identity, shuffle: batch.shuffle)
    let (estimate, gradient) = mutualInformation(after)
    losses.mutualInformation = estimate
    losses.total += weight * estimate
    return mine.backward(gradient.scaled(by: weight), shuffle: batch.shuffle, frozen: true)
  }
}
