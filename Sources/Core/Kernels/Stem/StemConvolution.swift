/// `convolutionForward` of a stem by Winograd on its phases.
///
/// - Parameter clips: `[samples, frames, height, width, 3]`.
func stemForward(_ geometry: ConvolutionGeometry, _ clips: Tensor, weight: Tensor) -> FeatureMaps {
  let (samples, frames, height, width) = (clips.shape[0], clips.shape[1], clips.shape[2], clips.shape[3])
  let result = FeatureMaps(
    samples: samples, frames: frames, height: geometry.outputSize(height), width: geometry.outputSize(width),
    channels: geometry.outputChannels)
  // Frames that no tap joins are samples: what a pass transforms is then small enough for the second-level cache.
  if geometry.frameTaps == 1, frames > 1 {
    stemForward(geometry, clips.singleFrames, weight: weight, into: result.singleFrames)
  } else {
    stemForward(geometry, clips, weight: weight, into: result)
  }
  return result
}

private func stemForward(_ geometry: ConvolutionGeometry, _ clips: Tensor, weight: Tensor, into result: FeatureMaps) {
  let samples = clips.shape[0]
  let tiles = WinogradTiles(height: result.height, width: result.width, side: StemSize.tile)
  let weights = StemWeights(geometry, weight)
  let most = StemPass.tiles
  let blocks = (tiles.count + most - 1) / most
  Parallel.forEach(samples * blocks) { job in
    let (sample, block) = job.quotientAndRemainder(dividingBy: blocks)
    let range = block * most..<min(tiles.count, (block + 1) * most)
    StemPass(weights: weights, geometry: geometry, tiles: tiles, range: range)
      .compute(clips, sample: sample, into: result)
  }
}

/// Some tiles of a clip, with all their frames.
private struct StemPass {
  let weights: StemWeights
  let geometry: ConvolutionGeometry
  let tiles: WinogradTiles
  let range: Range<Int>

  /// Tiles of a pass: their products, 36 positions of all frames and channels, stay in the second-level cache.
  static let tiles = 2 * tileRows

  func compute(_ clips: Tensor, sample: Int, into result: FeatureMaps) {
    let frames = result.frames
    let patches = StemPatches(most: range.count, frames: frames)
    patches.fill(tiles, range, clips, sample: sample)
    // `[36 positions][frame][tile][channels]`; a gap puts positions in different sets of a cache.
    let rows = (range.count + tileRows - 1) / tileRows * tileRows
    let step = frames * rows * result.stride + 16
    let products = Tensor([StemSize.positions, step])
    for position in 0..<StemSize.positions {
      for frame in 0..<frames {
        let taps = geometry.frameTaps(at: frame, of: frames)
        let source =
          patches.pointer(position) + (frame - geometry.framePadding + taps.lowerBound) * StemSize.channels
        let to = products.pointer + position * step + frame * rows * result.stride
        for tile in weights.tiles {
          gatherRows(
            count: range.count, width: tile.width, terms: taps.count * StemSize.channels, source: source,
            sourceStep: patches.row, weights: weights.panel(tile, position: position, frameTap: taps.lowerBound),
            destination: to + tile.start, destinationStep: result.stride, continues: false)
        }
      }
    }
    write(products.pointer, step, rows, sample, into: result)
  }

  /// A^T m A of every tile and frame, into the pixels that are inside the frame.
  private func write(
    _ products: UnsafePointer<Float>, _ step: Int, _ rows: Int, _ sample: Int, into result: FeatureMaps
  ) {
    let (line, pixel) = (result.width * result.stride, result.stride)
    withUnsafeTemporaryAllocation(byteCount: 27 * 64, alignment: 64) { memory in
      let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      for frame in 0..<result.frames {
        for tile in range {
          let (top, left) = tiles.origin(tile)
          let (height, width) = (min(3, result.height - top), min(3, result.width - left))
          let from = products + (frame * rows + tile - range.lowerBound) * result.stride
          let to = result.frame(sample, frame) + top * line + left * pixel
          forEachVector(result.stride) {
            writeTile(
              StemTileTransform.self, TransformRegister.self, from + $0, step, scratch, to + $0, height: height,
              width: width, line: line, pixel: pixel)
          } eight: {
            writeTile(
              StemTileTransform.self, SIMD8<Float>.self, from + $0, step, scratch, to + $0, height: height,
              width: width, line: line, pixel: pixel)
          }
        }
      }
    }
  }
}

/// Transformed weights of a stem, packed for `gatherTile`: `[channel tile][36 positions][tap in time][12][tile width]`.
private struct StemWeights {
  let tiles: [ChannelTiles.Tile]
  private let frameTaps: Int
  private let tensor: Tensor

  init(_ geometry: ConvolutionGeometry, _ weight: Tensor) {
    frameTaps = geometry.frameTaps
    let stride = FeatureMaps.stride(of: geometry.outputChannels)
    tiles = ChannelTiles(stride: stride).tiles
    tensor = Tensor([stride, StemSize.positions, frameTaps, StemSize.channels])
    let whole = self
    Parallel.forEach(tiles.count * frameTaps) { job in
      let (tile, frameTap) = job.quotientAndRemainder(dividingBy: whole.frameTaps)
      for channel in 0..<StemSize.channels { whole.transform(geometry, weight, whole.tiles[tile], frameTap, channel) }
    }
  }

  /// Packed weights of a channel tile at a position, from a tap in time on.
  func panel(_ tile: ChannelTiles.Tile, position: Int, frameTap: Int) -> UnsafePointer<Float> {
    UnsafePointer(tensor.pointer)
      + ((tile.start * StemSize.positions + position * tile.width) * frameTaps + frameTap * tile.width)
      * StemSize.channels
  }

  /// G g G^T of the kernels between one of the twelve channels and the channels of a tile.
  private func transform(
    _ geometry: ConvolutionGeometry, _ weight: Tensor, _ tile: ChannelTiles.Tile, _ frameTap: Int, _ channel: Int
  ) {
    let (phase, colour) = channel.quotientAndRemainder(dividingBy: StemSize.colours)
    let (isOddRow, isOddColumn) = (phase / 2 == 1, phase % 2 == 1)
    let (side, width) = (StemSize.phaseTaps, tile.width)
    let to = UnsafeMutablePointer(mutating: panel(tile, position: 0, frameTap: frameTap)) + channel * width
    withUnsafeTemporaryAllocation(byteCount: (side * side * 32 + 24 * 16) * 4, alignment: 64) { memory in
      let kernels = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      kernels.update(repeating: 0, count: side * side * width)
      for row in 0..<side {
        guard let line = StemSize.tap(row, isOdd: isOddRow) else { continue }
        for column in 0..<side {
          guard let tap = StemSize.tap(column, isOdd: isOddColumn) else { continue }
          for output in 0..<max(0, min(width, geometry.outputChannels - tile.start)) {
            let kernel = ((tile.start + output) * geometry.inputChannels + colour) * frameTaps + frameTap
            kernels[(row * side + column) * width + output] =
              weight[(kernel * StemSize.taps + line) * StemSize.taps + tap]
          }
        }
      }
      let step = frameTaps * StemSize.channels * width
      let scratch = kernels + side * side * 32
      forEachVector(width) {
        transformSquare(
          StemKernelTransform.self, TransformRegister.self, kernels + $0, width, scratch: scratch, to + $0, step)
      } eight: {
        transformSquare(
          StemKernelTransform.self, SIMD8<Float>.self, kernels + $0, width, scratch: scratch, to + $0, step)
      }
    }
  }
}
