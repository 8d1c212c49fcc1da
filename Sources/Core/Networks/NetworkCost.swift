/// The cost of running a network on one clip, computed from its shape alone.
public struct NetworkCost: Equatable, Sendable {
  /// Multiply-adds of a forward pass over one clip by direct convolution; taps on the border count too.
  public private(set) var forward = 0.0
  /// Of these, the stem's, whose input needs no gradient.
  public private(set) var stem = 0.0
  /// Floats of the outputs of all convolutions for one clip.
  public private(set) var maps = 0.0
  /// Floats of the largest of them.
  public private(set) var largestMap = 0.0
  /// Number of learned values.
  public private(set) var parameters = 0.0

  /// Multiply-adds of a training step: forward, and both gradients of every convolution except for the stem's input.
  public var training: Double { 3 * forward - stem }

  /// The cost of MENet at these settings, with or without diverse attention.
  public static func motion(_ network: SweepConfiguration.Network, attention: Bool) -> NetworkCost {
    NetworkCost(network, size: network.motionSize, stemFrames: 7, blockFrames: 3, isDiverse: attention)
  }

  /// The cost of IDNet at these settings.
  public static func identity(_ network: SweepConfiguration.Network) -> NetworkCost {
    NetworkCost(network, size: network.identitySize, stemFrames: 1, blockFrames: 1, isDiverse: false)
  }

  /// The cost of `ApexNetwork` at these settings: one frame, one block a layer, the last one with stride 2 as well.
  public static func apex(_ network: SweepConfiguration.Network) -> NetworkCost {
    var own = network
    (own.frames, own.stem) = (1, .paper)
    return NetworkCost(
      own, size: network.motionSize, stemFrames: 1, blockFrames: 1, isDiverse: false, blocks: 1, lastStride: 2)
  }

  /// Height and width of the last feature maps of `ApexNetwork`, from those of the frame.
  static func apexSide(_ size: Int) -> Int { (0..<5).reduce(size) { side, _ in halved(side) } }

  private init(
    _ network: SweepConfiguration.Network, size: Int, stemFrames: Int, blockFrames: Int, isDiverse: Bool,
    blocks: Int = 2, lastStride: Int = 1
  ) {
    let (width, frames) = (network.width, network.frames)
    var side = halved(size)
    add(inputs: 3, outputs: width, taps: stemFrames * 49, positions: frames * side * side)
    stem = forward
    side = halved(side)
    if network.stem == .code { side /= 2 }
    for (layer, stride) in [(1, 1), (2, 2), (3, 2), (4, lastStride)] {
      let outputs = width << (layer - 1)
      let inputs = layer == 1 ? width : outputs / 2
      if stride == 2 { side = halved(side) }
      let positions = frames * side * side
      add(inputs: inputs, outputs: outputs, taps: 9 * blockFrames, positions: positions)
      for _ in 1..<2 * blocks { add(inputs: outputs, outputs: outputs, taps: 9 * blockFrames, positions: positions) }
      if inputs != outputs { add(inputs: inputs, outputs: outputs, taps: 1, positions: positions) }
      if layer == 3, isDiverse {
        // A fully connected layer over all positions, for each frame after the first.
        let mixing = Double(frames - 1) * Double(side * side) * Double(side * side)
        (forward, parameters) = (forward + mixing, parameters + mixing)
      }
    }
  }

  private mutating func add(inputs: Int, outputs: Int, taps: Int, positions: Int) {
    let weights = Double(inputs) * Double(outputs) * Double(taps)
    let map = Double(outputs) * Double(positions)
    forward += weights * Double(positions)
    parameters += weights
    maps += map
    largestMap = max(largestMap, map)
  }
}

/// Height after a convolution or a pool with a stride of 2 and a border of half its taps.
private func halved(_ size: Int) -> Int { (size + 1) / 2 }
