/// Transformed patches of some tiles of a clip, `[36 positions][tile][frame][12 channels]`.
struct StemPatches {
  let tensor: Tensor
  /// Floats from one tile to the next, and from one position to the next.
  let row, position: Int

  /// - Parameter most: the largest number of tiles.
  init(most: Int, frames: Int) {
    // A vector of the last frame is written past its channels.
    row = frames * StemSize.channels + 4
    position = most * row + 16
    tensor = Tensor([StemSize.positions, position])
  }

  func pointer(_ position: Int) -> UnsafePointer<Float> { UnsafePointer(tensor.pointer + position * self.position) }

  /// Transforms some tiles of a clip.
  ///
  /// - Parameter clips: `[samples, frames, height, width, 3]`.
  func fill(_ tiles: WinogradTiles, _ range: Range<Int>, _ clips: Tensor, sample: Int) {
    let (frames, height, width) = (clips.shape[1], clips.shape[2], clips.shape[3])
    let frameCount = height * width * StemSize.colours
    let clip = UnsafePointer(clips.pointer) + sample * frames * frameCount
    withUnsafeTemporaryAllocation(byteCount: (StemPatches.side * StemPatches.line + 36 * 8) * 4, alignment: 64) {
      let pixels = $0.baseAddress!.assumingMemoryBound(to: Float.self)
      // Zeros behind each line, which vectors of eight reach, and outside the frame.
      pixels.update(repeating: 0, count: StemPatches.side * StemPatches.line)
      let scratch = pixels + StemPatches.side * StemPatches.line
      for tile in range {
        let to = tensor.pointer + (tile - range.lowerBound) * row
        let (top, left) = tiles.origin(tile)
        for frame in 0..<frames {
          read(clip + frame * frameCount, height, width, 2 * top - 4, 2 * left - 4, into: pixels)
          transform(pixels, scratch, to: to + frame * StemSize.channels)
        }
      }
    }
  }

  /// Pixels on the side of the square that a patch's phases come from, and floats of a line of it.
  private static let (side, line) = (2 * StemSize.patch, 40)

  /// Copies the square whose first pixel is (top, left), with zeros outside the frame.
  @inline(__always)
  private func read(
    _ frame: UnsafePointer<Float>, _ height: Int, _ width: Int, _ top: Int, _ left: Int,
    into pixels: UnsafeMutablePointer<Float>
  ) {
    let (first, last) = (max(0, -left), min(StemPatches.side, width - left))
    let isWhole = first == 0 && last == StemPatches.side
    for line in 0..<StemPatches.side {
      let to = pixels + line &* StemPatches.line
      let y = top &+ line
      let isInside = y >= 0 && y < height && first < last
      if !isWhole || !isInside { to.update(repeating: 0, count: 36) }
      guard isInside else { continue }
      let from = frame + (y &* width &+ left) &* 3
      if isWhole {
        SIMD16<Float>.load(from).store(to)
        SIMD16<Float>.load(from + 16).store(to + 16)
        UnsafeMutableRawPointer(to + 32).storeBytes(
          of: UnsafeRawPointer(from + 32).loadUnaligned(as: SIMD4<Float>.self), as: SIMD4<Float>.self)
      } else {
        (to + first &* 3).update(from: from + first &* 3, count: (last &- first) &* 3)
      }
    }
  }

  /// B^T x B of the four phases. The six floats of two adjacent pixels are one vector: both phases of a column.
  @inline(__always)
  private func transform(
    _ pixels: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>
  ) {
    for isOdd in 0..<2 {
      let phase = pixels + isOdd &* StemPatches.line
      for column in 0..<6 {
        PatchTransform.apply(
          SIMD8<Float>.self, phase + column &* 6, 2 &* StemPatches.line, scratch + column &* 8, 48)
      }
      for row in 0..<6 {
        let first = row &* 6 &* position &+ isOdd &* 6
        PatchTransform.apply(SIMD8<Float>.self, scratch + row &* 48, 8, to + first, position)
      }
    }
  }
}

extension Tensor {
  /// Clips `[samples, frames, height, width, 3]` with every frame as a sample.
  var singleFrames: Tensor { Tensor(self, shape: [shape[0] * shape[1], 1] + shape.dropFirst(2)) }
}
