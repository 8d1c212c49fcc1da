/// Transformed weights of Winograd's convolution, G g G^T, packed for `gatherTile`:
/// `[channel tile][36 positions][t][source channel][tile width]`.
struct WinogradWeights {
  let frameTaps: Int
  /// Channels of the source and of the destination, padded.
  let sourceStride, stride: Int
  let tiles: [ChannelTiles.Tile]
  private let tensor: Tensor

  /// Products that a sum has: taps over time × source channels.
  var terms: Int { frameTaps * sourceStride }

  /// Packed weights of a channel tile at a position, `[terms][tile width]`.
  func panel(_ tile: ChannelTiles.Tile, position: Int) -> UnsafePointer<Float> {
    UnsafePointer(tensor.pointer + terms * (tile.start * WinogradSize.positions + position * tile.width))
  }

  /// - Parameters:
  ///   - weight: PyTorch's layout, `geometry.weightShape`.
  ///   - turned: whether input and output change places and taps are reversed, as the gradient of the input needs it.
  init(_ geometry: ConvolutionGeometry, _ weight: Tensor, turned: Bool) {
    let (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
    let (sources, channels) = turned ? (outputs, inputs) : (inputs, outputs)
    let taps = geometry.frameTaps * WinogradSize.kernel * WinogradSize.kernel
    let (sourceStep, channelStep) = turned ? (inputs * taps, taps) : (taps, inputs * taps)
    frameTaps = geometry.frameTaps
    sourceStride = FeatureMaps.stride(of: sources)
    stride = FeatureMaps.stride(of: channels)
    tiles = ChannelTiles(stride: stride).tiles
    let terms = frameTaps * sourceStride
    tensor = Tensor([stride, WinogradSize.positions, terms])

    let (from, base, tiles, sourceStride, frameTaps) = (
      UnsafePointer(weight.pointer), tensor.pointer, tiles, sourceStride, frameTaps
    )
    Parallel.forEach(tiles.count * frameTaps * (sourceStride / 8)) { job in
      let (tileIndex, rest) = job.quotientAndRemainder(dividingBy: frameTaps * (sourceStride / 8))
      let (frameTap, block) = rest.quotientAndRemainder(dividingBy: sourceStride / 8)
      let tile = tiles[tileIndex]
      let width = tile.width
      let panels = base + terms * tile.start * WinogradSize.positions
      let kernel = from + (turned ? frameTaps - 1 - frameTap : frameTap) * 9 + tile.start * channelStep
      let valid = max(0, min(width, channels - tile.start))
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 9 * width + 18 * 16) { buffer in
        let kernels = buffer.baseAddress!
        kernels.update(repeating: 0, count: 9 * width)
        for source in block * 8..<block * 8 + 8 {
          let to = panels + (frameTap * sourceStride + source) * width
          if source < sources {
            for column in 0..<valid {
              let nine = kernel + source * sourceStep + column * channelStep
              for tap in 0..<9 { kernels[tap * width + column] = nine[turned ? 8 - tap : tap] }
            }
          } else {
            kernels.update(repeating: 0, count: 9 * width)
          }
          forEachVector(width) {
            transformSquare(
              KernelTransform.self, TransformRegister.self, kernels + $0, width, scratch: kernels + 9 * width, to + $0,
              terms * width)
          } eight: {
            transformSquare(
              KernelTransform.self, SIMD8<Float>.self, kernels + $0, width, scratch: kernels + 9 * width, to + $0,
              terms * width)
          }
        }
      }
    }
  }
}
