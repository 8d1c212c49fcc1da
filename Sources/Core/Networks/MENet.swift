extension RecognitionNetwork {
  /// MENet, the motion branch: a 3-D ResNet-18 whose kernels span three frames, with diverse attention.
  ///
  /// - Parameters:
  ///   - attention: false for the variants without DAO.
  ///   - classes: the number of emotions.
  public static func menet(
    _ network: SweepConfiguration.Network, attention: Bool, classes: Int, seed: UInt64
  ) -> RecognitionNetwork {
    RecognitionNetwork(
      Shape(
        width: network.width, frames: network.frames, size: network.motionSize, classes: classes, stem: network.stem,
        attention: attention ? .diverse : .none, stemFrames: 7, blockFrames: 3),
      Initializer(seed: seed, module: "menet"))
  }
}
