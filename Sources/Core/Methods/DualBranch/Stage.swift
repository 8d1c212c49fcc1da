/// The four training stages (Table 4).
public enum Stage: Int, CaseIterable, Codable, Sendable {
  /// IDNet learns identities.
  case identity = 1
  /// MENet learns emotions, away from what IDNet knows.
  case motion = 2
  /// IDNet is trained further, away from what MENet knows.
  case identityAgain = 3
  /// MENet is trained further, from where stage 2 ended.
  case motionAgain = 4

  /// Whether MENet is trained, else IDNet.
  public var trainsMotion: Bool { self == .motion || self == .motionAgain }

  /// Epochs of this stage.
  public func epochs(_ training: SweepConfiguration.Training) -> Int {
    trainsMotion ? training.motionEpochs : training.identityEpochs
  }
}
