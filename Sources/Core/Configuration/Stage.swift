/// The four training stages (Table 4).
public enum Stage: Int, CaseIterable, Codable, Sendable {
  /// IDNet learns identities.
  case identity = 1
  /// MENet learns emotions, away from what IDNet knows.
  case motion = 2
  /// IDNet goes on, away from what MENet knows.
  case identityAgain = 3
  /// MENet goes on from stage 2.
  case motionAgain = 4

  /// Whether MENet is trained, else IDNet.
  public var trainsMotion: Bool { self == .motion || self == .motionAgain }

  /// The stages that a variant goes through. Without the mutual information term there is no IDNet to train, and
  /// MENet still gets the epochs of both its stages, so that the variants of the ablation are trained equally long.
  /// Methods without networks have no stages.
  public static func of(_ variant: Variant) -> [Stage] {
    guard variant.isDualBranch else { return [] }
    return variant.mutualInformation ? allCases : [.motion, .motionAgain]
  }

  /// Epochs of this stage.
  public func epochs(_ training: SweepConfiguration.Training) -> Int {
    trainsMotion ? training.motionEpochs : training.identityEpochs
  }
}
