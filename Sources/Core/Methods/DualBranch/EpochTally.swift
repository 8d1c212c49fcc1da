/// Sums over the steps of one epoch.
struct EpochTally {
  private(set) var losses: MeanLosses
  /// Clips of steps with a mutual information term, and the features that the steps computed.
  private(set) var clips: [String]
  private(set) var motion, identity: [[Float]]

  init() { (losses, clips, motion, identity) = (MeanLosses(), [], [], []) }

  mutating func add(_ step: StepLosses, _ outputs: StepOutputs, of members: [FoldData.Member]) {
    losses.add(step, clips: members.count)
    guard step.mutualInformation != nil, let motion = outputs.motionFeature, let identity = outputs.identityFeature
    else { return }
    clips += members.map(\.name)
    self.motion += motion.rows
    self.identity += identity.rows
  }

  /// The mutual information of the features of some of these clips, by an estimator fitted on the others; nil without a
  /// mutual information term.
  func heldOutInformation(seed: UInt64) -> Double? {
    HeldOutInformation.estimate(motion: motion, identity: identity, clips: clips, seed: seed)
  }
}

// MARK: - What a checkpoint holds

extension EpochTally {
  /// The features, `[clips, features]` each; empty where there are none.
  var tensors: [(name: String, tensor: Tensor)] {
    guard !clips.isEmpty else { return [] }
    return [("tally.motion", motion), ("tally.identity", identity)].map { name, rows in
      (name, Tensor([rows.count, rows[0].count], rows.flatMap { $0 }))
    }
  }

  /// Tensors to receive the features of these clips.
  static func emptyTensors(clips: [String], width: Int) -> [(name: String, tensor: Tensor)] {
    clips.isEmpty ? [] : ["tally.motion", "tally.identity"].map { ($0, Tensor([clips.count, width])) }
  }

  /// - Parameter tensors: in the form of `tensors`.
  init(losses: MeanLosses, clips: [String], tensors: [(name: String, tensor: Tensor)]) {
    (self.losses, self.clips) = (losses, clips)
    (motion, identity) = tensors.count == 2 ? (tensors[0].tensor.rows, tensors[1].tensor.rows) : ([], [])
  }
}
