import Core

/// The networks of one fold with their optimizers: MENet, and IDNet and MINE where the variant has them.
public struct DualBranch {
  public var menet: RecognitionNetwork
  public var idnet: RecognitionNetwork?
  public var mine: MutualInformationEstimator?
  public var motionOptimizer: Adam
  public var identityOptimizer, mineOptimizer: Adam?
  public var movingAverage = MovingAverage()

  private let variant: Variant
  private let training: SweepConfiguration.Training

  /// Freshly initialised networks.
  ///
  /// - Parameters:
  ///   - emotions, identities: classes of MENet and of IDNet.
  ///   - pretrained: what MENet and IDNet start from instead, as far as it goes.
  /// - Throws: a `Fault` when the pretrained weights can no longer be read.
  public init(
    _ network: SweepConfiguration.Network, _ training: SweepConfiguration.Training, variant: Variant, emotions: Int,
    identities: Int, seed: UInt64, pretrained: PretrainedWeights? = nil
  ) throws {
    let menet = RecognitionNetwork.menet(network, attention: variant.attention, classes: emotions, seed: seed)
    try pretrained?.load(into: menet)
    guard variant.mutualInformation else {
      self.init(menet: menet, idnet: nil, mine: nil, training, variant: variant)
      return
    }
    let idnet = RecognitionNetwork.idnet(network, classes: identities, seed: seed)
    try pretrained?.load(into: idnet)
    let mine = MutualInformationEstimator(
      features: menet.shape.features, ending: network.estimator, seed: seed)
    self.init(menet: menet, idnet: idnet, mine: mine, training, variant: variant)
  }

  /// Networks that are there already, with new optimizers.
  ///
  /// - Parameters:
  ///   - idnet, mine: of the same features as MENet; nil where the variant or the stages to come do without.
  public init(
    menet: RecognitionNetwork, idnet: RecognitionNetwork?, mine: MutualInformationEstimator?,
    _ training: SweepConfiguration.Training, variant: Variant
  ) {
    (self.menet, self.idnet, self.mine, self.training, self.variant) = (menet, idnet, mine, training, variant)
    motionOptimizer = Adam(menet.parameters, learningRate: training.learningRate)
    identityOptimizer = idnet.map { Adam($0.parameters, learningRate: training.learningRate) }
    mineOptimizer = mine.map { Adam($0.parameters, learningRate: training.learningRate) }
  }

  /// One training step of a stage (Table 4): the trained network's forward pass, MINE's ascent on detached features,
  /// the losses with MINE's new weights, the backward pass and Adam.
  ///
  /// - Throws: what the ranks' exchange throws, and a `Fault` when a loss is not finite (on all ranks alike).
  public mutating func step(_ stage: Stage, _ batch: TrainingBatch) throws -> (StepLosses, StepOutputs) {
    switch stage {
    case .identity: try identityStep(batch, decoupled: false)
    case .identityAgain: try identityStep(batch, decoupled: true)
    case .motion, .motionAgain: try motionStep(batch)
    }
  }

  /// MENet descends CE_e + λ L_div + λ I; IDNet stands still in evaluation mode.
  private mutating func motionStep(_ batch: TrainingBatch) throws -> (StepLosses, StepOutputs) {
    let output = try menet.forward(batch.motionClips, .training(batch.lanes))
    var (losses, logitGradient) = classification(output.logits, batch.emotions)

    var mapGradient: Tensor?
    if variant.divergence, let maps = output.maps {
      let (loss, gradient) = divergence(maps)
      losses.divergence = loss
      losses.total += training.divergenceWeight * loss
      mapGradient = scaled(gradient, training.divergenceWeight)
    }

    var identityFeature: Tensor?
    var featureGradient: Tensor?
    if idnet != nil {
      let identity = try batch.lanes.gather(idnet!.forward(batch.identityClips, .evaluation).features)
      identityFeature = identity
      featureGradient = try decouple(
        motion: output.features, identity: identity, batch, weight: training.mutualInformationWeight, &losses)?.motion
    }

    try requireFinite(losses)
    try menet.backward(logits: logitGradient, features: featureGradient, maps: mapGradient, batch.lanes)
    motionOptimizer.step()
    return (
      losses,
      StepOutputs(
        logits: output.logits, motionFeature: output.features, identityFeature: identityFeature,
        attentionMaps: output.maps)
    )
  }

  /// IDNet descends CE_d, and λ I with MENet standing still in evaluation mode.
  private mutating func identityStep(_ batch: TrainingBatch, decoupled: Bool) throws -> (StepLosses, StepOutputs) {
    guard idnet != nil else { throw Fault(at: "variant \(variant.rawValue)", "has no IDNet, so no stage trains it") }
    let output = try idnet!.forward(batch.identityClips, .training(batch.lanes))
    var (losses, logitGradient) = classification(output.logits, batch.identities)

    var motion: RecognitionNetwork.Output?
    var featureGradient: Tensor?
    if decoupled {
      let frozen = try menet.forward(batch.motionClips, .evaluation)
      let feature = try batch.lanes.gather(frozen.features)
      motion = RecognitionNetwork.Output(
        features: feature, logits: frozen.logits, maps: try frozen.maps.map(batch.lanes.gather))
      featureGradient = try decouple(
        motion: feature, identity: output.features, batch, weight: training.identityMutualInformationWeight, &losses
      )?.identity
    }

    try requireFinite(losses)
    try idnet!.backward(logits: logitGradient, features: featureGradient, maps: nil, batch.lanes)
    identityOptimizer!.step()
    return (
      losses,
      StepOutputs(
        logits: output.logits, motionFeature: motion?.features, identityFeature: output.features,
        attentionMaps: motion?.maps)
    )
  }

  private func classification(_ logits: Tensor, _ labels: [Int]) -> (StepLosses, Tensor) {
    let (loss, gradient) = crossEntropy(logits, labels: labels)
    var losses = StepLosses()
    (losses.crossEntropy, losses.total) = (loss, loss)
    return (losses, gradient)
  }

  /// MINE's ascent, then I with its new weights; adds λ I to the losses and returns λ dI by both features.
  private mutating func decouple(
    motion: Tensor, identity: Tensor, _ batch: TrainingBatch, weight: Double, _ losses: inout StepLosses
  ) throws -> (motion: Tensor, identity: Tensor)? {
    guard !batch.shuffle.isEmpty else { return nil }
    let before = mine!.forward(motion: motion, identity: identity, shuffle: batch.shuffle)
    _ = mine!.backward(movingAverage.descentGradient(before), shuffle: batch.shuffle, frozen: false)
    mineOptimizer!.step()

    let after = mine!.forward(motion: motion, identity: identity, shuffle: batch.shuffle)
    let (estimate, gradient) = mutualInformation(after)
    losses.mutualInformation = estimate
    losses.total += weight * estimate
    return mine!.backward(scaled(gradient, weight), shuffle: batch.shuffle, frozen: true)
  }

  private func requireFinite(_ losses: StepLosses) throws {
    guard losses.total.isFinite else {
      throw Fault(at: "training", "the loss is \(losses.total); clips, weights or learningRate are too large")
    }
  }
}

private func scaled(_ tensor: Tensor, _ factor: Double) -> Tensor {
  for index in 0..<tensor.count { tensor[index] = Float(Double(tensor[index]) * factor) }
  return tensor
}
