/// One batch on a rank: the clips of its own lanes, and the labels of the whole batch.
public struct TrainingBatch {
  public let lanes: Lanes
  /// This rank's samples, `[samples, frames, size, size, 3]`, at MENet's size and at IDNet's.
  public let motionClips, identityClips: Tensor
  /// Classes of the whole batch.
  public let emotions, identities: [Int]
  /// π, a permutation of the whole batch without fixed points; empty for a batch of one clip.
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

/// The outputs of one step besides its losses, for the whole batch.
public struct StepOutputs {
  public var logits: Tensor
  public var motionFeature, identityFeature: Tensor?
  /// MENet's attention maps, `[batch, frames, positions]`.
  public var attentionMaps: Tensor?
}
