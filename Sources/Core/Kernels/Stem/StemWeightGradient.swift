/// The gradient of a stem's weights by Winograd on its phases: for every tap in time,
/// G^T [sum over tiles and frames of (B^T x B) * (A dy A^T)] G.
///
/// A lane adds sample by sample, in a sample tile by tile, in a tile frame by frame; frames that no tap joins are
/// samples. The sums are transformed back inside the lane, so that lanes and ranks exchange only the gradient itself.
struct StemWeightGradient {
  private let geometry: ConvolutionGeometry
  private let tiles: WinogradTiles
  /// Outputs, padded, and their panels.
  private let outputStride: Int
  private let panels: [ChannelTiles.Tile]

  init(_ geometry: ConvolutionGeometry, height: Int, width: Int) {
    self.geometry = geometry
    tiles = WinogradTiles(
      height: geometry.outputSize(height), width: geometry.outputSize(width), side: StemSize.tile)
    outputStride = FeatureMaps.stride(of: geometry.outputChannels)
    panels = ChannelTiles(stride: outputStride).tiles
  }

  /// Weights of one output channel.
  private var taps: Int { StemSize.colours * geometry.frameTaps * StemSize.taps * StemSize.taps }

  /// Floats of one lane's sum, `[colour, t, h, w][output]`, outputs padded.
  var count: Int { taps * outputStride }

  /// See `WeightGradient.sums`.
  func sums(_ clips: Tensor, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    let frames = dy.frames
    if geometry.frameTaps == 1, frames > 1 {
      return sums(
        clips.singleFrames, dy: dy.singleFrames,
        lanes: lanes.map { $0.lowerBound * frames..<$0.upperBound * frames })
    }
    let sums = Tensor([lanes.count, count])
    let products = Tensor([lanes.count, productCount])
    // With few lanes for each thread, lanes are divided by panels of outputs, which share nothing but the patches.
    let shares = min(panels.count, max(1, Parallel.threads / max(1, lanes.count)))
    Parallel.forEach(lanes.count * shares) { job in
      let (lane, share) = job.quotientAndRemainder(dividingBy: shares)
      let own = share * panels.count / shares..<(share + 1) * panels.count / shares
      accumulate(
        clips, dy, lanes[lane], panels[own], into: products.pointer + lane * productCount)
    }
    let channels = StemSize.channels * geometry.frameTaps
    Parallel.forEach(lanes.count * channels) { job in
      let (lane, channel) = job.quotientAndRemainder(dividingBy: channels)
      transformBack(products.pointer + lane * productCount, channel, to: sums.pointer + lane * count)
    }
    return sums
  }

  /// Converts `[colour, t, h, w][output]` to PyTorch's layout.
  func unpack(_ sums: Tensor, into gradient: Tensor) {
    let (from, to, stride, taps) = (sums.pointer, gradient.pointer, outputStride, taps)
    Parallel.forEachRange(geometry.outputChannels, grain: 8) { outputs in
      for tap in 0..<taps {
        for output in outputs { to[output * taps + tap] = from[tap * stride + output] }
      }
    }
  }

  // MARK: - Products

  /// Floats of one lane's products, `[36 positions][output panel][t][12][panel width]`, with a gap after each position.
  private var productCount: Int { StemSize.positions * productStep }
  private var productStep: Int { geometry.frameTaps * StemSize.channels * outputStride + 16 }

  private func product(_ position: Int, _ panel: ChannelTiles.Tile, _ frameTap: Int) -> Int {
    position * productStep + (panel.start * geometry.frameTaps + frameTap * panel.width) * StemSize.channels
  }

  /// Tiles that are transformed together; with more the sums are read and written less often, with fewer the operands
  /// stay in the second-level cache.
  private static let together = 16

  /// Adds the products of a lane's samples with some panels of outputs.
  private func accumulate(
    _ clips: Tensor, _ dy: FeatureMaps, _ samples: Range<Int>, _ panels: ArraySlice<ChannelTiles.Tile>,
    into products: UnsafeMutablePointer<Float>
  ) {
    let frames = dy.frames
    clearUnmet(frames, panels, isEmpty: samples.isEmpty, products)
    let most = StemWeightGradient.together
    let patches = StemPatches(most: most, frames: frames)
    let gradients = StemGradients(most: most, frames: frames, panels)
    let reader = StripTransform(StemGradientTransform.self, dy, tiles, border: 0, stride: 1)
    for sample in samples {
      for first in stride(from: 0, to: tiles.count, by: most) {
        let range = first..<min(tiles.count, first + most)
        patches.fill(tiles, range, clips, sample: sample)
        gradients.fill(reader, tiles, range, frames: frames, sample: sample)
        for position in 0..<StemSize.positions {
          for panel in panels {
            add(
              patches.pointer(position), patches.row, gradients.pointer(position, panel), panel, frames: frames,
              tiles: range.count, continues: sample > samples.lowerBound || first > 0,
              to: products + product(position, panel, 0))
          }
        }
      }
    }
  }

  /// Sets the products to zero of taps in time that meet no frame, or all of a lane without samples.
  private func clearUnmet(
    _ frames: Int, _ panels: ArraySlice<ChannelTiles.Tile>, isEmpty: Bool, _ products: UnsafeMutablePointer<Float>
  ) {
    for frameTap in 0..<geometry.frameTaps where isEmpty || abs(frameTap - geometry.framePadding) >= frames {
      for position in 0..<StemSize.positions {
        for panel in panels {
          (products + product(position, panel, frameTap))
            .update(repeating: 0, count: StemSize.channels * panel.width)
        }
      }
    }
  }

  /// Adds the products of some tiles at a position to those of a panel, `[t][12][panel width]`.
  private func add(
    _ patches: UnsafePointer<Float>, _ patchRow: Int, _ gradients: UnsafePointer<Float>, _ panel: ChannelTiles.Tile,
    frames: Int, tiles: Int, continues: Bool, to products: UnsafeMutablePointer<Float>
  ) {
    let width = panel.width
    #if WIDE_VECTORS
      let rows = width == 32 ? 12 : 4
    #else
      let rows = 6
    #endif
    for frameTap in 0..<geometry.frameTaps {
      let shift = frameTap - geometry.framePadding
      let (first, end) = (max(0, -shift), min(frames, frames - shift))
      guard first < end else { continue }
      let lines = PositionLines(
        frames: tiles, lines: 1, positions: end - first, sourceStep: StemSize.channels, sourceLine: 0,
        gradientStep: width, sourceFrame: patchRow, gradientFrame: frames * width
      ).joined
      for row in stride(from: 0, to: StemSize.channels, by: rows) {
        outer(
          rows: rows, width: width, lines, patches + (first + shift) * StemSize.channels + row,
          gradients + first * width, products + (frameTap * StemSize.channels + row) * width, continues: continues)
      }
    }
  }

  // MARK: - The way back

  /// G^T s G of one tap in time and one of the twelve channels, into the taps that it stands for.
  private func transformBack(
    _ products: UnsafePointer<Float>, _ index: Int, to destination: UnsafeMutablePointer<Float>
  ) {
    let (frameTap, channel) = index.quotientAndRemainder(dividingBy: StemSize.channels)
    for panel in panels {
      let from = products + product(0, panel, frameTap) + channel * panel.width
      forEachVector(panel.width) {
        transformBack(TransformRegister.self, from + $0, frameTap, channel, to: destination + panel.start + $0)
      } eight: {
        transformBack(SIMD8<Float>.self, from + $0, frameTap, channel, to: destination + panel.start + $0)
      }
    }
  }

  private func transformBack<V: TransformVector>(
    _: V.Type, _ from: UnsafePointer<Float>, _ frameTap: Int, _ channel: Int,
    to destination: UnsafeMutablePointer<Float>
  ) {
    let (phase, colour) = channel.quotientAndRemainder(dividingBy: StemSize.colours)
    let side = StemSize.phaseTaps
    withUnsafeTemporaryAllocation(byteCount: (24 + side * side) * 64, alignment: 64) { memory in
      let kernel = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      transformSquare(
        StemKernelGradientTransform.self, V.self, from, productStep, scratch: kernel + side * side * 16, kernel,
        V.width)
      for row in 0..<side {
        guard let line = StemSize.tap(row, isOdd: phase / 2 == 1) else { continue }
        for column in 0..<side {
          guard let tap = StemSize.tap(column, isOdd: phase % 2 == 1) else { continue }
          let index = ((colour * geometry.frameTaps + frameTap) * StemSize.taps + line) * StemSize.taps + tap
          V.load(kernel + (row * side + column) * V.width).store(destination + index * outputStride)
        }
      }
    }
  }
}

/// Transformed tiles of the output's gradient, `[36 positions][panel][tile][frame][panel width]`.
private struct StemGradients {
  private let tensor: Tensor
  private let panels: ArraySlice<ChannelTiles.Tile>
  private let rows, step: Int

  init(most: Int, frames: Int, _ panels: ArraySlice<ChannelTiles.Tile>) {
    self.panels = panels
    rows = most * frames
    step = rows * panels.reduce(0) { $0 + $1.width } + 16
    tensor = Tensor([StemSize.positions, step])
  }

  func pointer(_ position: Int, _ panel: ChannelTiles.Tile) -> UnsafePointer<Float> {
    UnsafePointer(tensor.pointer + offset(position, panel))
  }

  private func offset(_ position: Int, _ panel: ChannelTiles.Tile) -> Int {
    position * step + rows * (panel.start - (panels.first?.start ?? 0))
  }

  /// Transforms some tiles of a sample.
  func fill(
    _ reader: StripTransform<StemGradientTransform>, _ tiles: WinogradTiles, _ range: Range<Int>, frames: Int,
    sample: Int
  ) {
    let most = 4
    let channels = (panels.first?.start ?? 0)..<(panels.last.map { $0.start + $0.width } ?? 0)
    let scratch = Tensor([reader.room(tiles: most, channels: channels.count)])
    for run in tiles.runs(range, most: most) {
      for frame in 0..<frames {
        let row = (run.lowerBound - range.lowerBound) * frames + frame
        let columns = reader.columns(
          run, sample: sample, frame: frame, phase: 0, channels: channels, in: scratch.pointer)
        for panel in panels {
          let first = panel.start - channels.lowerBound
          reader.writeRows(
            columns, first..<first + panel.width, to: tensor.pointer + offset(0, panel) + row * panel.width,
            tileStep: frames * panel.width, step: step)
        }
      }
    }
  }
}
