/// The cost of running a network on one clip, computed from its shape alone.
public struct NetworkCost: Equatable, Sendable {
  /// Multiply-adds of a forward pass over one clip by direct convolution; taps on the border count too.
  public private(set) var forward = 0.0
  /// Of these, the stem's, whose input needs no gradient.
  public private(set) var stem = 0.0
  /// Floats of the outputs of all convolutions for one clip, and of what other layers keep.
  public private(set) var maps = 0.0
  /// Floats of the largest of them.
  public private(set) var largestMap = 0.0
  /// Number of learned values.
  public private(set) var parameters = 0.0
  /// Kernels of the convolution that has the most: its inputs times its outputs.
  public private(set) var largestKernels = 0.0

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

  /// Of no layers yet; `add` adds them.
  init() {}

  private init(
    _ network: SweepConfiguration.Network, size: Int, stemFrames: Int, blockFrames: Int, isDiverse: Bool,
    blocks: Int = 2, lastStride: Int = 1
  ) {
    let (width, frames) = (network.width, network.frames)
    var side = halved(size)
    add(inputs: 3, outputs: width, taps: stemFrames * 49, positions: frames * side * side, isStem: true)
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

  /// Adds a convolution.
  ///
  /// - Parameters:
  ///   - taps: of a kernel, over time, height and width.
  ///   - positions: of one clip at which it is computed.
  ///   - uses: how often it is computed with the same weights.
  ///   - isStem: whether its input needs no gradient.
  mutating func add(
    inputs: Int, outputs: Int, taps: Int = 1, positions: Int, uses: Int = 1, isStem: Bool = false
  ) {
    let kernels = Double(inputs) * Double(outputs)
    let weights = kernels * Double(taps)
    let map = Double(outputs) * Double(positions)
    let work = weights * Double(positions) * Double(uses)
    forward += work
    if isStem { stem += work }
    parameters += weights
    maps += map * Double(uses)
    largestMap = max(largestMap, map)
    largestKernels = max(largestKernels, kernels)
  }

  /// Adds a fully connected layer.
  ///
  /// - Parameter rows: of one clip.
  mutating func addConnected(inputs: Int, outputs: Int, rows: Int = 1) {
    let weights = Double(inputs) * Double(outputs)
    forward += weights * Double(rows)
    parameters += weights
    maps += Double(outputs * rows)
  }

  /// Adds a layer without learned values.
  ///
  /// - Parameters:
  ///   - work: multiplications with additions of a forward pass over one clip.
  ///   - maps: floats that it keeps.
  mutating func add(work: Int = 0, maps: Int = 0) {
    forward += Double(work)
    self.maps += Double(maps)
  }
}

/// Height after a convolution or a pool with a stride of 2 and a border of half its taps.
private func halved(_ size: Int) -> Int { (size + 1) / 2 }
