extension RecognitionNetwork {
  /// IDNet, the identity branch: a ResNet-18 on single frames, with self-attention.
  ///
  /// - Parameter classes: the number of subjects in the training folds.
  public static func idnet(_ network: SweepConfiguration.Network, classes: Int, seed: UInt64) -> RecognitionNetwork {
    RecognitionNetwork(
      Shape(
        width: network.width, frames: network.frames, size: network.identitySize, classes: classes,
        stem: network.stem, attention: .same, stemFrames: 1, blockFrames: 1),
      Initializer(seed: seed, module: "idnet"))
  }
}
