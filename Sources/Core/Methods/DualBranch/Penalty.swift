/// What decouples motion and identity features: a measure of their dependence, which the trained network lowers.
public enum Penalty {
  /// MINE's estimate of the mutual information (Eq. 7); MINE is trained beside the networks.
  case mutualInformation(TrainedEstimator)
  /// The squared distance correlation in the batch, which needs no estimator.
  case distanceCorrelation(given: SweepConfiguration.Condition)

  /// f^e or f^d.
  enum Feature { case motion, identity }

  /// The penalty that the settings name.
  ///
  /// - Parameter mine: makes MINE, where it is needed.
  public init(
    _ training: SweepConfiguration.Training, mine: () throws -> MutualInformationEstimator
  ) rethrows {
    switch training.decoupling {
    case .mutualInformation: self = .mutualInformation(TrainedEstimator(try mine(), training))
    case .distanceCorrelation: self = .distanceCorrelation(given: training.decoupleGiven)
    }
  }

  /// MINE, where it is trained.
  public var estimator: TrainedEstimator? {
    get { if case .mutualInformation(let estimator) = self { estimator } else { nil } }
    set { if let newValue, estimator != nil { self = .mutualInformation(newValue) } }
  }

  /// Measures the dependence of the features of the whole batch; adds λ times it to the losses.
  ///
  /// - Parameters:
  ///   - trained: whose network gets the gradient.
  ///   - motion, identity: f^e and f^d, `[batch, features]`.
  ///   - weight: λ.
  ///   - factor: by which the learning rate of MINE's ascent is multiplied.
  /// - Returns: λ times the gradient with respect to the trained network's feature; nil for a batch of one clip, which
  ///   has no other clip to be compared with.
  mutating func apply(
    to trained: Feature, motion: Tensor, identity: Tensor, _ batch: TrainingBatch, weight: Double,
    rateTimes factor: Double, _ losses: inout StepLosses
  ) -> Tensor? {
    guard motion.shape[0] > 1 else { return nil }
    switch self {
    case .mutualInformation(var estimator):
      let (estimate, gradients) = estimator.ascend(
        motion: motion, identity: identity, shuffle: batch.shuffle, weight: weight, rateTimes: factor)
      self = .mutualInformation(estimator)
      losses.mutualInformation = estimate
      losses.total += weight * estimate
      return trained == .motion ? gradients.motion : gradients.identity
    case .distanceCorrelation(let condition):
      let (learned, fixed) = trained == .motion ? (motion, identity) : (identity, motion)
      let (value, gradient) = Core.distanceCorrelation(
        of: learned, with: fixed, given: condition == .emotion ? batch.emotions : nil)
      losses.distanceCorrelation = value
      losses.total += weight * value
      return gradient.scaled(by: weight)
    }
  }
}

/// MINE while it is trained, with its optimizer and the moving average of its ascent.
///
/// Its weights do not decay and are not averaged: it is a measure, whose bound would only become looser.
public struct TrainedEstimator {
  public var mine: MutualInformationEstimator
  public var optimizer: Adam
  public var movingAverage = MovingAverage()

  /// - Parameter mine: gets a new optimizer.
  public init(_ mine: MutualInformationEstimator, _ training: SweepConfiguration.Training) {
    self.mine = mine
    optimizer = Adam(mine.parameters, learningRate: training.learningRate)
  }

  /// Takes MINE's ascent step, then computes I with its new weights, and λ times its gradient with respect to both
  /// features.
  mutating func ascend(
    motion: Tensor, identity: Tensor, shuffle: [Int], weight: Double, rateTimes factor: Double
  ) -> (estimate: Double, gradients: (motion: Tensor, identity: Tensor)) {
    let before = mine.forward(motion: motion, identity: identity, shuffle: shuffle)
    _ = mine.backward(movingAverage.descentGradient(before), shuffle: shuffle, frozen: false)
    optimizer.step(rateTimes: factor)

    let after = mine.forward(motion: motion, identity: identity, shuffle: shuffle)
    let (estimate, gradient) = mutualInformation(after)
    return (estimate, mine.backward(gradient.scaled(by: weight), shuffle: shuffle, frozen: true))
  }
}
