/// One line of `metrics.jsonl`.
public struct EpochRecord: Codable, Equatable, Sendable {
  /// The stage of the dual-branch network; nil for other methods.
  public var stage: Stage?
  /// From 1, in its stage.
  public var epoch: Int
  /// Steps so far in all stages.
  public var steps: Int
  /// Means over the epoch's clips.
  public var losses: StepLosses
  /// The mutual information of motion and identity features, nats, by an estimator on training clips that it was not
  /// fitted on; nil without a mutual information term.
  public var heldOutInformation: Double?
  /// Accuracy on the test fold, used only for `leakyAccuracy`; in MENet's stages only, every
  /// `testEvery` epochs.
  public var testAccuracy: Double?
  /// Accuracy on the inner validation fold, where there is one.
  public var validationAccuracy: Double?

  init(_ epoch: TrainingSchedule.Epoch, steps: Int, losses: StepLosses) {
    (stage, self.epoch, self.steps, self.losses) = (epoch.stage, epoch.number, steps, losses)
  }

  /// The mutual information for the result; nil where it was not measured.
  public var information: UnitResult.InformationEpoch? {
    guard let stage, let climbed = losses.mutualInformation, let heldOut = heldOutInformation else { return nil }
    return UnitResult.InformationEpoch(stage: stage, epoch: epoch, climbed: climbed, heldOut: heldOut)
  }
}

/// The losses of one step: means over the whole batch, before the update.
public struct StepLosses: Codable, Equatable, Sendable {
  public var crossEntropy = 0.0
  public var divergence: Double?
  /// The estimate I with MINE's new weights.
  public var mutualInformation: Double?
  /// The squared distance correlation of both features.
  public var distanceCorrelation: Double?
  /// The binary cross-entropy of the action units, in methods that recognise them too.
  public var actionUnits: Double?
  /// The loss that the trained network minimises.
  public var total = 0.0

  public init() {}

  /// The losses of a network that has only this one.
  init(crossEntropy: Double) { (self.crossEntropy, total) = (crossEntropy, crossEntropy) }
}

/// The losses of several steps, averaged over clips.
struct MeanLosses: Codable, Equatable {
  private var sum = StepLosses()
  private var clips = 0.0
  /// Clips of the steps that measured the features' dependence: of all but batches of one clip.
  private var paired = 0.0

  mutating func add(_ losses: StepLosses, clips count: Int) {
    let weight = Double(count)
    clips += weight
    sum.crossEntropy += weight * losses.crossEntropy
    sum.total += weight * losses.total
    if let divergence = losses.divergence { sum.divergence = (sum.divergence ?? 0) + weight * divergence }
    if let information = losses.mutualInformation {
      sum.mutualInformation = (sum.mutualInformation ?? 0) + weight * information
    }
    if let correlation = losses.distanceCorrelation {
      sum.distanceCorrelation = (sum.distanceCorrelation ?? 0) + weight * correlation
    }
    if let units = losses.actionUnits { sum.actionUnits = (sum.actionUnits ?? 0) + weight * units }
    if losses.mutualInformation != nil || losses.distanceCorrelation != nil { paired += weight }
  }

  var mean: StepLosses {
    var mean = sum
    mean.crossEntropy /= max(1, clips)
    mean.total /= max(1, clips)
    mean.divergence = mean.divergence.map { $0 / max(1, clips) }
    mean.actionUnits = mean.actionUnits.map { $0 / max(1, clips) }
    mean.mutualInformation = mean.mutualInformation.map { $0 / max(1, paired) }
    mean.distanceCorrelation = mean.distanceCorrelation.map { $0 / max(1, paired) }
    return mean
  }
}
