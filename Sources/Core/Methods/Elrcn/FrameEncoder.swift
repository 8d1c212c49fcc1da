/// Convolutions over single frames, as in VGG: 3 × 3 convolutions, each with batch normalisation and ReLU, and a 2 × 2
/// max pool after each block.
struct FrameEncoder {
  private var convolutions: [ConvolutionLayer] = []
  private var normalizations: [BatchNormalization] = []
  private var pools: [MaxPooling] = []
  /// The convolutions of each block.
  private var blocks: [Range<Int>] = []
  /// Channels of the output.
  let channels: Int

  /// - Parameters:
  ///   - inputs: channels of a frame.
  ///   - blocks: for each block, the number of convolutions and their channels.
  init(inputs: Int, blocks: [(convolutions: Int, channels: Int)], _ initializer: Initializer) {
    var inputs = inputs
    for block in blocks {
      let start = convolutions.count
      for _ in 0..<block.convolutions {
        let geometry = ConvolutionGeometry(
          inputChannels: inputs, outputChannels: block.channels, frameTaps: 1, taps: 3, stride: 1)
        let number = convolutions.count + 1
        convolutions.append(ConvolutionLayer("conv\(number)", geometry, initializer))
        normalizations.append(
          BatchNormalization("bn\(number)", channels: block.channels, rectified: true, initializer))
        inputs = block.channels
      }
      self.blocks.append(start..<convolutions.count)
      pools.append(MaxPooling(PoolGeometry(frameTaps: 1, taps: 2, padding: 0)))
    }
    channels = inputs
  }

  var parameters: [Parameter] { zip(convolutions, normalizations).flatMap { [$0.weight] + $1.state.parameters } }
  var statistics: [Statistic] { normalizations.flatMap(\.state.statistics) }

  /// Height (or width) of the output for frames of this height (or width).
  func outputSize(_ size: Int) -> Int { pools.reduce(size) { $1.geometry.outputSize($0) } }

  mutating func forward(_ frames: FeatureMaps, _ mode: Mode) throws -> FeatureMaps {
    var x = frames
    for (block, members) in blocks.enumerated() {
      for index in members {
        x = try normalizations[index].forward(convolutions[index].forward(.maps(x), mode), mode)
      }
      x = pools[block].forward(x, mode)
    }
    return x
  }

  /// Sets the parameters' gradients, from the gradient of the output of the last training pass.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    var dx = dy
    for (block, members) in blocks.enumerated().reversed() {
      dx = pools[block].backward(dx)
      for index in members.reversed() {
        let gradient = try normalizations[index].backward(dx, lanes)
        // The frames need no gradient.
        guard index > 0 else { return try convolutions[index].backwardWeight(gradient, lanes) }
        dx = try convolutions[index].backward(gradient, lanes)
      }
    }
  }
}
