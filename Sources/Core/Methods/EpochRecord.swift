/// One line of `metrics.jsonl`.
public struct EpochRecord: Codable, Equatable, Sendable {
  /// Of the dual-branch network; nil for other methods.
  public var stage: Stage?
  /// From 1, in its stage.
  public var epoch: Int
  /// Steps so far, all stages.
  public var steps: Int
  /// Means over the epoch's clips.
  public var losses: StepLosses
  /// What is left to decouple, by an estimator on training clips that it was not fitted on, nats; where there is one.
  public var heldOutInformation: Double?
  /// Accuracy on the test fold, which chooses nothing but `leakyAccuracy`; MENet's stages only.
  public var testAccuracy: Double?
  /// Accuracy on the inner validation fold, where there is one.
  public var validationAccuracy: Double?

  init(_ epoch: TrainingSchedule.Epoch, steps: Int, losses: StepLosses) {
    (stage, self.epoch, self.steps, self.losses) = (epoch.stage, epoch.number, steps, losses)
  }

  /// What the result keeps of the mutual information; nil where it was not measured.
  public var information: UnitResult.InformationEpoch? {
    guard let stage, let climbed = losses.mutualInformation, let heldOut = heldOutInformation else { return nil }
    return UnitResult.InformationEpoch(stage: stage, epoch: epoch, climbed: climbed, heldOut: heldOut)
  }
}

/// The losses of one step, means over the whole batch, before the step.
public struct StepLosses: Codable, Equatable, Sendable {
  public var crossEntropy = 0.0
  public var divergence: Double?
  /// The estimate I by MINE's new weights.
  public var mutualInformation: Double?
  /// What the trained network descends.
  public var total = 0.0

  public init() {}

  /// Of a network that has no other loss.
  init(crossEntropy: Double) { (self.crossEntropy, total) = (crossEntropy, crossEntropy) }
}

/// Losses of steps, averaged over clips.
struct MeanLosses: Codable, Equatable {
  private var sum = StepLosses()
  private var clips = 0.0
  /// Clips of the steps that had a mutual information term.
  private var paired = 0.0

  mutating func add(_ losses: StepLosses, clips count: Int) {
    let weight = Double(count)
    clips += weight
    sum.crossEntropy += weight * losses.crossEntropy
    sum.total += weight * losses.total
    if let divergence = losses.divergence { sum.divergence = (sum.divergence ?? 0) + weight * divergence }
    if let information = losses.mutualInformation {
      sum.mutualInformation = (sum.mutualInformation ?? 0) + weight * information
      paired += weight
    }
  }

  var mean: StepLosses {
    var mean = sum
    mean.crossEntropy /= max(1, clips)
    mean.total /= max(1, clips)
    mean.divergence = mean.divergence.map { $0 / max(1, clips) }
    mean.mutualInformation = mean.mutualInformation.map { $0 / max(1, paired) }
    return mean
  }
}
