import Core

/// What the steps of one epoch add up to.
struct EpochTally {
  private(set) var losses: MeanLosses
  /// Clips, and their features as the steps saw them, where a step had a mutual information term.
  private(set) var clips: [String]
  private(set) var motion, identity: [[Float]]

  /// - Parameter motion, identity: a row a clip.
  init(
    losses: MeanLosses = MeanLosses(), clips: [String] = [], motion: [[Float]] = [], identity: [[Float]] = []
  ) {
    (self.losses, self.clips, self.motion, self.identity) = (losses, clips, motion, identity)
  }

  mutating func add(_ step: StepLosses, _ outputs: StepOutputs, of members: [FoldData.Member]) {
    losses.add(step, clips: members.count)
    guard step.mutualInformation != nil, let motion = outputs.motionFeature, let identity = outputs.identityFeature
    else { return }
    clips += members.map(\.name)
    self.motion += motion.rows
    self.identity += identity.rows
  }

  /// What an estimator, fitted on some of these clips, says of the others; nil without mutual information.
  func heldOutInformation(seed: UInt64) -> Double? {
    HeldOutInformation.estimate(motion: motion, identity: identity, clips: clips, seed: seed)
  }
}
