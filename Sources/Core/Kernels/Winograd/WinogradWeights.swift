/// Transformed weights of Winograd's convolution, G g G^T and G over time, packed for `gatherTile`:
/// `[channel tile][positions][point in time][source channel][tile width]`.
///
/// With a stride of 2 the source has the channels of all phases, or, in the gradient of the input, the result.
struct WinogradWeights<Form: WinogradForm> {
  /// Points in time: 1 or 5.
  let points: Int
  /// Channels of the source and of the destination, padded.
  let sourceStride, stride: Int
  /// 2 where the result has phases, else 1.
  let resultStride: Int
  let tiles: [ChannelTiles.Tile]
  /// For each position, the source channels of phases whose weights are not all zeros.
  let sources: [[Range<Int>]]
  private let tensor: Tensor

  /// Packed weights of a channel tile at a position and a point in time, `[source channel][tile width]`.
  @inline(__always)
  func panel(_ tile: ChannelTiles.Tile, position: Int, point: Int) -> UnsafePointer<Float> {
    UnsafePointer(
      tensor.pointer + sourceStride
        * (points * (tile.start * Form.positions + position * tile.width) + point * tile.width))
  }

  /// - Parameters:
  ///   - weight: PyTorch's layout, `geometry.weightShape`.
  ///   - flipped: whether input and output are exchanged and taps reversed, for the gradient of the input.
  init(_ geometry: ConvolutionGeometry, _ weight: Tensor, flipped: Bool) {
    let source = KernelSource(Form.self, geometry, UnsafePointer(weight.pointer), flipped: flipped)
    points = WinogradFrames(0, taps: geometry.frameTaps).points
    resultStride = flipped ? Form.stride : 1
    sourceStride = source.sourcePhases * FeatureMaps.stride(of: source.sources)
    stride = resultStride * resultStride * FeatureMaps.stride(of: source.channels)
    tiles = ChannelTiles(stride: stride).tiles
    let perPhase = sourceStride / source.sourcePhases
    sources = (0..<Form.positions).map { position in
      guard !flipped else { return [0..<source.sourcePhases * perPhase] }
      return (0..<source.sourcePhases)
        .filter { !Form.isZero(phase: $0, position: position, flipped: false) }
        .map { $0 * perPhase..<($0 + 1) * perPhase }
    }
    tensor = Tensor([stride, Form.positions, points, sourceStride])

    let (whole, blocks) = (self, sourceStride / 8)
    Parallel.forEach(tiles.count * blocks) { job in
      whole.transform(source, whole.tiles[job / blocks], sources: job % blocks * 8..<job % blocks * 8 + 8)
    }
  }

  /// Whether all products of a channel tile at a position are zeros.
  func isZero(_ tile: ChannelTiles.Tile, position: Int) -> Bool {
    guard resultStride > 1 else { return false }
    let perPhase = stride / Form.phases
    return (tile.start / perPhase...(tile.start + tile.width - 1) / perPhase)
      .allSatisfy { Form.isZero(phase: $0, position: position, flipped: true) }
  }

  /// Transforms the kernels between some source channels and the channels of a tile.
  private func transform(_ source: KernelSource, _ tile: ChannelTiles.Tile, sources: Range<Int>) {
    let (width, taps) = (tile.width, source.taps.first?.count ?? 0)
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
      transformSquare(Form.Kernel.self, V.self, kernels, width, scratch: scratch, to, pointStep)
      return
    }
    let squares = scratch + 18 &* V.width
    let square = Form.positions &* V.width
    for tap in 0..<3 {
      transformSquare(
        Form.Kernel.self, V.self, kernels + Form.kernel &* Form.kernel &* tap &* width, width, scratch: scratch,
        squares + tap &* square, V.width)
    }
    for position in 0..<Form.positions {
      let from = squares + position &* V.width
      FrameTransform.kernel(
        V.load(from), V.load(from + square), V.load(from + 2 &* square), to + 5 &* position &* pointStep, pointStep)
    }
  }
}

/// Where the kernel between a source channel and a channel is.
private struct KernelSource {
  let weight: UnsafePointer<Float>
  /// For each phase, where the taps of its kernel are, `[t · h · w]`; below 0 for a zero.
  let taps: [[Int]]
  /// Channels of one phase.
  let sources, channels: Int
  /// Phases of the source; those of the result are the others.
  let sourcePhases: Int
  /// Floats to the kernel of the next source channel, and of the next channel.
  private let sourceStep, channelStep: Int

  /// - Parameter flipped: whether input and output are exchanged and taps reversed, for the gradient of the input.
  init<Form: WinogradForm>(
    _: Form.Type, _ geometry: ConvolutionGeometry, _ weight: UnsafePointer<Float>, flipped: Bool
  ) {
    self.weight = weight
    let (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
    (sources, channels) = flipped ? (outputs, inputs) : (inputs, outputs)
    sourcePhases = flipped ? 1 : Form.phases
    let whole = geometry.frameTaps * 9
    (sourceStep, channelStep) = flipped ? (inputs * whole, whole) : (whole, inputs * whole)
    taps = (0..<Form.phases).map { phase in
      let all = (0..<geometry.frameTaps).flatMap { frameTap in
        Form.taps(ofPhase: phase).map { $0.map { 9 * frameTap + $0 } ?? -1 }
      }
      return flipped ? all.reversed() : all
    }
  }

  /// Writes `[tap][tile width]`, zeros for channels that are padding.
  func gather(_ source: Int, _ tile: ChannelTiles.Tile, into kernels: UnsafeMutablePointer<Float>) {
    let width = tile.width
    let (sourcePhase, channel) = source.quotientAndRemainder(dividingBy: FeatureMaps.stride(of: sources))
    let stride = FeatureMaps.stride(of: channels)
    for column in 0..<width {
      let (phase, result) = (tile.start &+ column).quotientAndRemainder(dividingBy: stride)
      let isValid = channel < sources && result < channels
      let kernel = weight + (channel &* sourceStep &+ result &* channelStep)
      var to = kernels + column
      for tap in taps[sourcePhase &+ phase] {
        to.pointee = isValid && tap >= 0 ? kernel[tap] : 0
        to += width
      }
    }
  }
}
