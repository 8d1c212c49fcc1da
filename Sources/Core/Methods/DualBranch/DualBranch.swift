/// The networks of one fold with their optimizers: MENet, and where the variant has the mutual information term IDNet
/// and what decouples their features.
public struct DualBranch {
  public var menet: TrainedNetwork
  /// Nil for variants without the mutual information term.
  public var decoupling: Decoupling?

  private let ablation: Ablation
  private let training: SweepConfiguration.Training

  /// Makes newly initialised networks.
  ///
  /// - Parameters:
  ///   - emotions, identities: classes of MENet and of IDNet.
  ///   - pretrained: weights that MENet and IDNet start from instead, for the layers that they contain.
  /// - Throws: a `Fault` when the pretrained weights cannot be read.
  public init(
    _ network: SweepConfiguration.Network, _ training: SweepConfiguration.Training, _ ablation: Ablation, emotions: Int,
    identities: Int, seed: UInt64, pretrained: PretrainedWeights? = nil
  ) throws {
    let menet = RecognitionNetwork.menet(network, attention: ablation.attention, classes: emotions, seed: seed)
    try pretrained?.load(into: menet)
    var decoupling: Decoupling?
    if ablation.mutualInformation {
      let idnet = RecognitionNetwork.idnet(network, classes: identities, seed: seed)
      try pretrained?.load(into: idnet)
      let penalty = Penalty(training) {
        MutualInformationEstimator(features: menet.shape.features, ending: network.estimator, seed: seed)
      }
      decoupling = Decoupling(idnet: idnet, penalty: penalty, training)
    }
    self.init(menet: menet, decoupling: decoupling, training, ablation)
  }

  /// Takes existing networks.
  ///
  /// - Parameters:
  ///   - menet: gets a new optimizer.
  ///   - decoupling: for features of the same length as MENet's; nil where the variant or the stages do not need it.
  public init(
    menet: RecognitionNetwork, decoupling: Decoupling?, _ training: SweepConfiguration.Training, _ ablation: Ablation
  ) {
    (self.decoupling, self.training, self.ablation) = (decoupling, training, ablation)
    self.menet = TrainedNetwork(menet, training)
  }

  /// One training step of a stage (Table 4): the trained network's forward pass, MINE's ascent on detached features,
  /// the losses with MINE's new weights, the backward pass and Adam.
  ///
  /// - Parameter moment: where in its stage the step is, which decides the learning rate and the penalty's weight.
  /// - Throws: errors of the exchange between ranks, and on all ranks a `Fault` when a loss is not finite.
  public mutating func step(
    _ stage: Stage, _ batch: TrainingBatch, at moment: StageStep = .only
  ) throws -> (StepLosses, StepOutputs) {
    let weight = training.decouplingWeight(in: stage, at: moment)
    let factor = training.rateFactor(at: moment)
    if stage.trainsMotion { return try motionStep(batch, weight: weight, rateTimes: factor) }
    let motion = stage == .identityAgain ? try frozenMotion(batch) : nil
    guard
      let step = try decoupling?.identityStep(batch, awayFrom: motion, weight: weight, rateTimes: factor)
    else {
      throw Fault(at: "variant \(ablation.rawValue)", "has no IDNet, so no stage trains it")
    }
    return step
  }

  /// f^e and the attention maps of the whole batch, from the frozen MENet.
  private mutating func frozenMotion(_ batch: TrainingBatch) throws -> RecognitionNetwork.Output {
    let own = try menet.frozen(batch.motionClips)
    return RecognitionNetwork.Output(
      features: try batch.lanes.gather(own.features), logits: own.logits, maps: try own.maps.map(batch.lanes.gather))
  }

  /// Trains MENet on CE_e + λ L_div + λ times the penalty; IDNet is frozen.
  private mutating func motionStep(
    _ batch: TrainingBatch, weight: Double, rateTimes factor: Double
  ) throws -> (StepLosses, StepOutputs) {
    let output = try menet.network.forward(batch.motionClips, .training(batch.lanes))
    let (loss, logitGradient) = crossEntropy(output.logits, labels: batch.emotions)
    var losses = StepLosses(crossEntropy: loss)

    var mapGradient: Tensor?
    if ablation.divergence, let maps = output.maps {
      let (loss, gradient) = divergence(maps)
      losses.divergence = loss
      losses.total += training.divergenceWeight * loss
      mapGradient = gradient.scaled(by: training.divergenceWeight)
    }

    let identityFeature = try decoupling?.frozenFeature(batch)
    let featureGradient = identityFeature.flatMap { identity in
      decoupling?.penalty.apply(
        to: .motion, motion: output.features, identity: identity, batch, weight: weight, rateTimes: factor, &losses)
    }

    try losses.requireFinite()
    try menet.network.backward(logits: logitGradient, features: featureGradient, maps: mapGradient, batch.lanes)
    menet.step(rateTimes: factor)
    return (
      losses,
      StepOutputs(
        logits: output.logits, motionFeature: output.features, identityFeature: identityFeature,
        attentionMaps: output.maps)
    )
  }
}

extension StepLosses {
  /// - Throws: a `Fault` unless the losses are finite.
  func requireFinite() throws {
    guard total.isFinite else {
      throw Fault(at: "training", "the loss is \(total); clips, weights or learningRate are too large")
    }
  }
}

extension Tensor {
  /// Multiplies each element of this tensor in place, and returns it.
  func scaled(by factor: Double) -> Tensor {
    for index in 0..<count { self[index] = Float(Double(self[index]) * factor) }
    return self
  }
}
