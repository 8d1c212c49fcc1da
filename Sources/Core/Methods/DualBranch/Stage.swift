/// The four training stages (Table 4).
public enum Stage: Int, CaseIterable, Codable, Sendable {
  /// IDNet learns identities.
  case identity = 1
  /// MENet learns emotions; its features are decoupled from IDNet's.
  case motion = 2
  /// IDNet is trained further; its features are decoupled from MENet's.
  case identityAgain = 3
  /// MENet is trained further, from the end of stage 2.
  case motionAgain = 4

  /// Whether MENet is trained; otherwise IDNet is.
  public var trainsMotion: Bool { self == .motion || self == .motionAgain }

  /// Epochs of this stage.
  public func epochs(_ training: SweepConfiguration.Training) -> Int {
    trainsMotion ? training.motionEpochs : training.identityEpochs
  }
}
