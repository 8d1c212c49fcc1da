/// The part that decouples motion and identity features: IDNet, and the penalty on their dependence.
public struct Decoupling {
  public var idnet: TrainedNetwork
  public var penalty: Penalty

  /// - Parameter idnet: gets a new optimizer.
  public init(idnet: RecognitionNetwork, penalty: Penalty, _ training: SweepConfiguration.Training) {
    (self.idnet, self.penalty) = (TrainedNetwork(idnet, training), penalty)
  }

  /// f^d of the whole batch, from the frozen IDNet.
  mutating func frozenFeature(_ batch: TrainingBatch) throws -> Tensor {
    try batch.lanes.gather(idnet.frozen(batch.identityClips).features)
  }

  /// Trains IDNet on CE_d, plus λ times the penalty where there is a motion feature.
  ///
  /// - Parameters:
  ///   - motion: the output of a frozen MENet for the whole batch; nil where IDNet is trained alone.
  ///   - weight: λ.
  ///   - factor: by which every learning rate is multiplied.
  mutating func identityStep(
    _ batch: TrainingBatch, awayFrom motion: RecognitionNetwork.Output?, weight: Double, rateTimes factor: Double
  ) throws -> (StepLosses, StepOutputs) {
    let output = try idnet.network.forward(batch.identityClips, .training(batch.lanes))
    let (loss, logitGradient) = crossEntropy(output.logits, labels: batch.identities)
    var losses = StepLosses(crossEntropy: loss)
    let featureGradient = motion.flatMap { motion in
      penalty.apply(
        to: .identity, motion: motion.features, identity: output.features, batch, weight: weight, rateTimes: factor,
        &losses)
    }

    try losses.requireFinite()
    try idnet.network.backward(logits: logitGradient, features: featureGradient, maps: nil, batch.lanes)
    idnet.step(rateTimes: factor)
    return (
      losses,
      StepOutputs(
        logits: output.logits, motionFeature: motion?.features, identityFeature: output.features,
        attentionMaps: motion?.maps)
    )
  }
}
