/// Transformed weights of Winograd's convolution, G g G^T and G over time, packed for `gatherTile`:
/// `[channel tile][36 positions][point in time][source channel][tile width]`.
struct WinogradWeights {
  /// Points in time: 1 or 5.
  let points: Int
  /// Channels of the source and of the destination, padded.
  let sourceStride, stride: Int
  let tiles: [ChannelTiles.Tile]
  private let tensor: Tensor

  /// Packed weights of a channel tile at a position and a point in time, `[source channel][tile width]`.
  @inline(__always)
  func panel(_ tile: ChannelTiles.Tile, position: Int, point: Int) -> UnsafePointer<Float> {
    UnsafePointer(
      tensor.pointer + sourceStride
        * (points * (tile.start * WinogradSize.positions + position * tile.width) + point * tile.width))
  }

  /// - Parameters:
  ///   - weight: PyTorch's layout, `geometry.weightShape`.
  ///   - flipped: whether input and output are exchanged and taps reversed, for the gradient of the input.
  init(_ geometry: ConvolutionGeometry, _ weight: Tensor, flipped: Bool) {
    let (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
    let taps = geometry.frameTaps * WinogradSize.kernel * WinogradSize.kernel
    let source = KernelSource(
      weight: UnsafePointer(weight.pointer), taps: taps, flipped: flipped, sources: flipped ? outputs : inputs,
      channels: flipped ? inputs : outputs, sourceStep: flipped ? inputs * taps : taps,
      channelStep: flipped ? taps : inputs * taps)
    points = WinogradFrames(0, taps: geometry.frameTaps).points
    sourceStride = FeatureMaps.stride(of: source.sources)
    stride = FeatureMaps.stride(of: source.channels)
    tiles = ChannelTiles(stride: stride).tiles
    tensor = Tensor([stride, WinogradSize.positions, points, sourceStride])

    let (whole, blocks) = (self, sourceStride / 8)
    Parallel.forEach(tiles.count * blocks) { job in
      whole.transform(source, whole.tiles[job / blocks], sources: job % blocks * 8..<job % blocks * 8 + 8)
    }
  }

  /// Transforms the kernels between some source channels and the channels of a tile.
  private func transform(_ source: KernelSource, _ tile: ChannelTiles.Tile, sources: Range<Int>) {
    let (width, taps) = (tile.width, source.taps)
    withUnsafeTemporaryAllocation(byteCount: (taps * width + (18 + 3 * 36) * 16) * 4, alignment: 64) { memory in
      let kernels = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      let scratch = kernels + taps * width
      for channel in sources {
        source.gather(channel, tile, into: kernels)
        let to = UnsafeMutablePointer(mutating: panel(tile, position: 0, point: 0)) + channel * width
        forEachVector(width) {
          transform(TransformRegister.self, kernels + $0, width, scratch, to + $0)
        } eight: {
          transform(SIMD8<Float>.self, kernels + $0, width, scratch, to + $0)
        }
      }
    }
  }

  /// Transforms one vector of kernels; `kernels` is `[t · h · w][width]`.
  @inline(__always)
  private func transform<V: TransformVector>(
    _: V.Type, _ kernels: UnsafePointer<Float>, _ width: Int, _ scratch: UnsafeMutablePointer<Float>,
    _ to: UnsafeMutablePointer<Float>
  ) {
    let pointStep = sourceStride &* width
    guard points > 1 else {
      transformSquare(KernelTransform.self, V.self, kernels, width, scratch: scratch, to, pointStep)
      return
    }
    let squares = scratch + 18 &* V.width
    let square = WinogradSize.positions &* V.width
    for tap in 0..<3 {
      transformSquare(
        KernelTransform.self, V.self, kernels + 9 &* tap &* width, width, scratch: scratch, squares + tap &* square,
        V.width)
    }
    for position in 0..<WinogradSize.positions {
      let from = squares + position &* V.width
      FrameTransform.kernel(
        V.load(from), V.load(from + square), V.load(from + 2 &* square), to + 5 &* position &* pointStep, pointStep)
    }
  }
}

/// Where the kernel between a source channel and a channel is.
private struct KernelSource {
  let weight: UnsafePointer<Float>
  /// Floats per kernel, and whether they are read in reverse order.
  let taps: Int
  let flipped: Bool
  let sources, channels: Int
  /// Floats to the kernel of the next source channel, and of the next channel.
  let sourceStep, channelStep: Int

  /// Writes `[tap][tile width]`, zeros for channels that are padding.
  func gather(_ source: Int, _ tile: ChannelTiles.Tile, into kernels: UnsafeMutablePointer<Float>) {
    let width = tile.width
    let valid = source < sources ? max(0, min(width, channels - tile.start)) : 0
    if valid < width { kernels.update(repeating: 0, count: taps * width) }
    for column in 0..<valid {
      let kernel = weight + (source &* sourceStep &+ (tile.start &+ column) &* channelStep)
      var to = kernels + column
      if flipped {
        for tap in 0..<taps {
          to.pointee = kernel[taps &- 1 &- tap]
          to += width
        }
      } else {
        for tap in 0..<taps {
          to.pointee = kernel[tap]
          to += width
        }
      }
    }
  }
}
