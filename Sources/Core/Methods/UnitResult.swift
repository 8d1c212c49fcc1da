/// One work unit: one fold of a dataset, trained as one variant, with the settings of one arm, from one seed; or the
/// pretraining for a dataset, whose fold is 0; or a final model, trained on all clips of a dataset.
public struct WorkUnit: Codable, Hashable, Sendable, CustomStringConvertible {
  public var dataset: String
  /// The test fold, from 0; `noFold` for a final model.
  public var fold: Int
  public var variant: Variant
  /// The arm's name; nil in a sweep without arms.
  public var arm: String?
  public var seed: UInt64

  /// The fold of a final model, which has no test clips.
  public static let noFold = -1

  /// Whether it is trained on all clips and not tested.
  public var isFinal: Bool { fold == WorkUnit.noFold }

  public init(dataset: String, fold: Int, variant: Variant, arm: String? = nil, seed: UInt64) {
    self.dataset = dataset
    self.fold = fold
    self.variant = variant
    self.arm = arm
    self.seed = seed
  }

  /// The test fold for people: its number, or `all` for a final model.
  public var foldText: String { isFinal ? "all" : "\(fold)" }

  /// The variant with its arm.
  public var recogniser: Recogniser { Recogniser(variant, arm: arm) }

  /// For example `casme2 fold 0, full, seed 2022`; with arms `casme2 fold 0, full, arm recipe, seed 2022`.
  public var description: String {
    let part = variant.isPretraining ? dataset : "\(dataset) \(isFinal ? "all clips" : "fold \(fold)")"
    return "\(part), \(variant.rawValue)\(arm.map { ", arm \($0)" } ?? ""), seed \(seed)"
  }
}

/// The result of training one work unit: `result.json`.
public struct UnitResult: Codable, Equatable, Sendable {
  public var dataset: String
  public var fold: Int
  public var variant: Variant
  /// The arm's name; nil in a sweep without arms.
  public var arm: String?
  public var seed: UInt64
  /// Class names, in the order of `confusion`.
  public var classes: [String]
  /// Number of test clips: rows are true classes, columns predicted classes.
  public var confusion: [[Int]]
  public var accuracy: Double
  /// Unweighted F1 (macro F1), 0 to 1.
  public var uf1: Double
  /// Unweighted average recall, 0 to 1.
  public var uar: Double
  /// Accuracy of the epoch that was best on the test fold: the figure that one would report if one chose the epoch by
  /// the test fold.
  public var leakyAccuracy: Double
  /// Accuracy of a linear probe that predicts the subject from MENet's features; nil if it cannot be fitted.
  public var identityProbe: Double?
  /// The same probe on IDNet's features; nil for variants without IDNet.
  public var identityProbeOfIdentity: Double?
  /// Accuracy of always predicting the most frequent subject.
  public var identityChance: Double?
  /// The linear probe's floor: its accuracy on the true emotion alone. Results of version 0.1 have no floors.
  public var identityFloor: Double?
  /// Accuracy of the non-linear probe on MENet's features; nil as above.
  public var identityProbeNonlinear: Double?
  /// The non-linear probe on IDNet's features; nil for variants without IDNet.
  public var identityProbeNonlinearOfIdentity: Double?
  /// The non-linear probe's own floor.
  public var identityFloorNonlinear: Double?
  /// The similarity of the attention maps of a test clip's frames, mean over the clips; nil without diverse attention.
  public var attention: AttentionSimilarity?
  /// The mean attention map of each frame over the test clips, `[frames][positions]`, positions row by row; nil without
  /// diverse attention.
  public var attentionMaps: [[Float]]?
  /// The mutual information after each epoch that measured it; empty for variants without this term.
  public var information: [InformationEpoch]
  /// For a program that was run twice with the same file, the largest difference of a probability; else nil.
  public var repeatDifference: Float?
  /// Wall-clock seconds. Differs between runs, like `ranks`.
  public var seconds: Double
  public var ranks: Int
  /// Optimizer steps in all stages.
  public var steps: Int
  /// SHA-256 of the last model file, hexadecimal: menet.safetensors, model.safetensors, or for a program
  /// probabilities.safetensors.
  public var weightsDigest: String
  public var predictions: [Prediction]

  /// The mutual information of motion and identity features in one epoch, nats.
  public struct InformationEpoch: Codable, Equatable, Sendable {
    public var stage: Stage
    /// From 1.
    public var epoch: Int
    /// MINE's estimate on the clips on which it is trained, mean over the epoch's steps.
    public var climbed: Double
    /// The estimate on training clips to which the estimator was not fitted; see `HeldOutInformation`.
    public var heldOut: Double

    public init(stage: Stage, epoch: Int, climbed: Double, heldOut: Double) {
      (self.stage, self.epoch, self.climbed, self.heldOut) = (stage, epoch, climbed, heldOut)
    }
  }

  /// One test clip's prediction.
  public struct Prediction: Codable, Equatable, Sendable {
    public var clip: String
    public var subject: String
    /// The true and the predicted class, as indices.
    public var truth: Int
    public var predicted: Int
    /// One probability per class.
    public var probabilities: [Float]

    public init(clip: String, subject: String, truth: Int, predicted: Int, probabilities: [Float]) {
      self.clip = clip
      self.subject = subject
      self.truth = truth
      self.predicted = predicted
      self.probabilities = probabilities
    }
  }

  public init(
    dataset: String, fold: Int, variant: Variant, arm: String? = nil, seed: UInt64, classes: [String],
    confusion: [[Int]],
    accuracy: Double, uf1: Double, uar: Double, leakyAccuracy: Double, identityProbe: Double?,
    identityProbeOfIdentity: Double?, identityChance: Double?, identityFloor: Double? = nil,
    identityProbeNonlinear: Double? = nil, identityProbeNonlinearOfIdentity: Double? = nil,
    identityFloorNonlinear: Double? = nil, attention: AttentionSimilarity? = nil, attentionMaps: [[Float]]? = nil,
    information: [InformationEpoch] = [], repeatDifference: Float? = nil, seconds: Double, ranks: Int, steps: Int,
    weightsDigest: String, predictions: [Prediction]
  ) {
    self.dataset = dataset
    self.fold = fold
    self.variant = variant
    self.arm = arm
    self.seed = seed
    self.classes = classes
    self.confusion = confusion
    self.accuracy = accuracy
    self.uf1 = uf1
    self.uar = uar
    self.leakyAccuracy = leakyAccuracy
    self.identityProbe = identityProbe
    self.identityProbeOfIdentity = identityProbeOfIdentity
    self.identityChance = identityChance
    self.identityFloor = identityFloor
    self.identityProbeNonlinear = identityProbeNonlinear
    self.identityProbeNonlinearOfIdentity = identityProbeNonlinearOfIdentity
    self.identityFloorNonlinear = identityFloorNonlinear
    self.attention = attention
    self.attentionMaps = attentionMaps
    self.information = information
    self.repeatDifference = repeatDifference
    self.seconds = seconds
    self.ranks = ranks
    self.steps = steps
    self.weightsDigest = weightsDigest
    self.predictions = predictions
  }

  /// The work unit of this result.
  public var unit: WorkUnit { WorkUnit(dataset: dataset, fold: fold, variant: variant, arm: arm, seed: seed) }
}

/// How one unit ended.
public enum UnitOutcome: Codable, Equatable, Sendable {
  case finished(UnitResult)
  /// Failed, with the reason in one line.
  case failed(WorkUnit, reason: String)

  /// The unit that ended.
  public var unit: WorkUnit {
    switch self {
    case .finished(let result): result.unit
    case .failed(let unit, _): unit
    }
  }
}
