/// One batch as a rank sees it: the clips of its own lanes, and the labels of all.
public struct TrainingBatch {
  public let lanes: Lanes
  /// Own samples, `[samples, frames, size, size, 3]`, at MENet's size and at IDNet's.
  public let motionClips, identityClips: Tensor
  /// Classes of the whole batch.
  public let emotions, identities: [Int]
  /// π, a derangement of the whole batch; empty where the batch is a single clip, which has no other to pair with.
  public let shuffle: [Int]

  public init(
    lanes: Lanes, motionClips: Tensor, identityClips: Tensor, emotions: [Int], identities: [Int], shuffle: [Int]
  ) {
    self.lanes = lanes
    self.motionClips = motionClips
    self.identityClips = identityClips
    self.emotions = emotions
    self.identities = identities
    self.shuffle = shuffle
  }
}

/// What one step computed besides its losses, of the whole batch.
public struct StepOutputs {
  public var logits: Tensor
  public var motionFeature, identityFeature: Tensor?
  /// MENet's attention maps, `[batch, frames, positions]`.
  public var attentionMaps: Tensor?
}
