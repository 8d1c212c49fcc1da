/// `convolutionForward` by Winograd's F(4 × 4, 3 × 3).
func winogradForward(_ geometry: ConvolutionGeometry, _ x: FeatureMaps, weight: Tensor) -> FeatureMaps {
  convolveByWinograd(WinogradWeights(geometry, weight, turned: false), x, channels: geometry.outputChannels)
}

/// `convolutionInputGradient` by Winograd's F(4 × 4, 3 × 3).
func winogradInputGradient(_ geometry: ConvolutionGeometry, _ dy: FeatureMaps, weight: Tensor) -> FeatureMaps {
  convolveByWinograd(WinogradWeights(geometry, weight, turned: true), dy, channels: geometry.inputChannels)
}

/// A convolution of 3 × 3 (and one or three frames) with a stride of 1, by Winograd's F(4 × 4, 3 × 3).
///
/// Over height and width the products are Winograd's; over time and channels they are summed up as they are, tap after
/// tap, channel after channel, in one chain of fused multiply-adds an output. What a tile's sums are does not depend on
/// the tiles that are computed beside it.
///
/// It serves the forward pass, and over the output's gradient with turned weights the gradient of the input.
private func convolveByWinograd(_ weights: WinogradWeights, _ source: FeatureMaps, channels: Int) -> FeatureMaps {
  let result = FeatureMaps(
    samples: source.samples, frames: source.frames, height: source.height, width: source.width, channels: channels)
  let tiles = WinogradTiles(height: source.height, width: source.width)
  let total = source.samples * tiles.count
  guard total > 0 else { return result }
  let reader = PatchReader(source, side: WinogradSize.patch, border: 1)
  // Sixteen tiles keep the transformed input and the products near the second-level cache and use weights often.
  let block = total >= 64 ? (16 + tileRows - 1) / tileRows * tileRows : tileRows
  Parallel.forEach((total + block - 1) / block) { job in
    let range = job * block..<min(total, (job + 1) * block)
    let pass = WinogradPass(weights, tiles: tiles, range: range, frames: source.frames)
    pass.transform(reader)
    pass.multiply(into: result)
  }
  return result
}

/// Some tiles of a convolution, with all their frames.
private struct WinogradPass {
  let weights: WinogradWeights
  let tiles: WinogradTiles
  /// Tiles of all samples, numbered through.
  let range: Range<Int>
  let frames: Int
  /// `[36][tile][frame][source channel]`, with a gap after each tile that keeps tiles in different sets of the cache.
  let patches: Tensor
  let tileStep: Int

  init(_ weights: WinogradWeights, tiles: WinogradTiles, range: Range<Int>, frames: Int) {
    self.weights = weights
    self.tiles = tiles
    self.range = range
    self.frames = frames
    tileStep = frames * weights.sourceStride + 16
    patches = Tensor([WinogradSize.positions, range.count, tileStep])
  }

  func transform(_ reader: PatchReader) {
    let (stride, step) = (weights.sourceStride, range.count * tileStep)
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: 36) { buffer in
      withUnsafeTemporaryAllocation(byteCount: 36 * 64, alignment: 64) { memory in
        let patch = buffer.baseAddress!
        let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
        for tile in range {
          let (sample, index) = tile.quotientAndRemainder(dividingBy: tiles.count)
          for frame in 0..<frames {
            reader.point(patch, sample: sample, frame: frame, tile: index)
            let to = patches.pointer + (tile - range.lowerBound) * tileStep + frame * stride
            forEachVector(stride) {
              transformPatch(TransformRegister.self, patch, channel: $0, scratch: scratch, to: to + $0, step: step)
            } eight: {
              transformPatch(SIMD8<Float>.self, patch, channel: $0, scratch: scratch, to: to + $0, step: step)
            }
          }
        }
      }
    }
  }

  /// Multiplies, and writes all channels of the tiles of the result.
  func multiply(into result: FeatureMaps) {
    let rows = (range.count + tileRows - 1) / tileRows * tileRows
    let widest = weights.tiles.first?.width ?? 8
    let products = Tensor([WinogradSize.positions, frames, rows, widest])
    for tile in weights.tiles {
      let step = frames * rows * tile.width
      for position in 0..<WinogradSize.positions {
        multiply(tile, position, rows: rows, into: products.pointer + position * step)
      }
      write(tile, UnsafePointer(products.pointer), rows: rows, into: result)
    }
  }

  /// The products of a position with a tile of channels, `[frame][row][tile width]`.
  private func multiply(
    _ tile: ChannelTiles.Tile, _ position: Int, rows: Int, into products: UnsafeMutablePointer<Float>
  ) {
    let stride = weights.sourceStride
    let panel = weights.panel(tile, position: position)
    let source = UnsafePointer(patches.pointer + position * range.count * tileStep)
    // As many weights at a time as fit the first-level cache.
    let most = 6144 / tile.width
    let padding = weights.frameTaps / 2
    for start in Swift.stride(from: 0, to: weights.terms, by: most) {
      for frame in 0..<frames {
        let first = max(0, padding - frame) * stride
        let last = min(weights.frameTaps, frames + padding - frame) * stride
        let (low, high) = (max(start, first), min(start + most, last))
        guard low < high else { continue }
        gatherRows(
          count: range.count, width: tile.width, terms: high - low,
          source: source + (frame - padding) * stride + low, sourceStep: tileStep, weights: panel + low * tile.width,
          destination: products + frame * rows * tile.width, continues: low > first)
      }
    }
  }

  private func write(
    _ channels: ChannelTiles.Tile, _ products: UnsafePointer<Float>, rows: Int, into result: FeatureMaps
  ) {
    let step = frames * rows * channels.width
    withUnsafeTemporaryAllocation(byteCount: 40 * 64, alignment: 64) { memory in
      let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      for tile in range {
        let (sample, index) = tile.quotientAndRemainder(dividingBy: tiles.count)
        let (row, column) = tiles.origin(index)
        let (height, width) = (min(4, result.height - row), min(4, result.width - column))
        for frame in 0..<frames {
          let from = products + (frame * rows + tile - range.lowerBound) * channels.width
          let to = result.frame(sample, frame) + (row * result.width + column) * result.stride + channels.start
          forEachVector(channels.width) {
            writeTile(
              TransformRegister.self, from + $0, step, scratch, to + $0, height: height, width: width,
              line: result.width * result.stride, place: result.stride)
          } eight: {
            writeTile(
              SIMD8<Float>.self, from + $0, step, scratch, to + $0, height: height, width: width,
              line: result.width * result.stride, place: result.stride)
          }
        }
      }
    }
  }
}

/// A^T m A of one vector of channels, of which `height` × `width` places are inside the frame.
@inline(__always)
private func writeTile<V: TransformVector>(
  _: V.Type, _ from: UnsafePointer<Float>, _ step: Int, _ scratch: UnsafeMutablePointer<Float>,
  _ to: UnsafeMutablePointer<Float>, height: Int, width: Int, line: Int, place: Int
) {
  for column in 0..<6 {
    TileTransform.apply(V.self, from + column &* step, 6 &* step, scratch + column &* V.width, 6 &* V.width)
  }
  for row in 0..<height {
    if width == 4 {
      TileTransform.apply(V.self, scratch + row &* 6 &* V.width, V.width, to + row &* line, place)
    } else {
      let whole = scratch + 24 &* V.width
      TileTransform.apply(V.self, scratch + row &* 6 &* V.width, V.width, whole, V.width)
      for column in 0..<width { V.load(whole + column &* V.width).store(to + row &* line + column &* place) }
    }
  }
}
