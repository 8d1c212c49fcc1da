/// The square tiles of output pixels into which Winograd's convolution divides frames, sample after sample.
struct WinogradTiles {
  let rows, columns: Int
  /// Side of a tile in pixels.
  let side: Int

  init(height: Int, width: Int, side: Int = winogradTile) {
    (rows, columns) = ((height + side - 1) / side, (width + side - 1) / side)
    self.side = side
  }

  /// Tiles per frame.
  var count: Int { rows * columns }

  /// Row and column of a tile's first pixel.
  @inline(__always)
  func origin(_ tile: Int) -> (row: Int, column: Int) { (tile / columns &* side, tile % columns &* side) }

  /// Divides tiles, numbered over all samples, into runs that are in one row of tiles of a frame.
  ///
  /// - Parameter most: the largest number of tiles of a run.
  func runs(_ range: Range<Int>, most: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var first = range.lowerBound
    while first < range.upperBound {
      let end = min(range.upperBound, first + most, (first / columns + 1) * columns)
      runs.append(first..<end)
      first = end
    }
    return runs
  }
}

/// The vector of the transforms: one register.
#if WIDE_VECTORS
  typealias TransformRegister = SIMD16<Float>
#else
  typealias TransformRegister = SIMD8<Float>
#endif

/// Calls one of two bodies for each vector of the channels: with whole registers, and with eight floats for the rest.
@inline(__always)
func forEachVector(_ stride: Int, whole: (Int) -> Void, eight: (Int) -> Void) {
  var channel = 0
  while channel &+ TransformRegister.width <= stride {
    whole(channel)
    channel &+= TransformRegister.width
  }
  while channel < stride {
    eight(channel)
    channel &+= 8
  }
}

/// A^T m A of one vector of channels, of which `height` × `width` pixels are inside the frame.
///
/// - Parameters:
///   - from: position p is at p · step.
///   - scratch: room for (outputs + 1) · inputs vectors.
///   - line, pixel: floats to the next line and pixel of the result.
@inline(__always)
func writeTile<T: LineTransform, V: TransformVector>(
  _: T.Type, _: V.Type, _ from: UnsafePointer<Float>, _ step: Int, _ scratch: UnsafeMutablePointer<Float>,
  _ to: UnsafeMutablePointer<Float>, height: Int, width: Int, line: Int, pixel: Int
) {
  let (side, tile) = (T.inputs, T.outputs)
  for column in 0..<side {
    T.apply(V.self, from + column &* step, side &* step, scratch + column &* V.width, side &* V.width)
  }
  for row in 0..<max(0, height) {
    let sums = scratch + row &* side &* V.width
    if width == tile {
      T.apply(V.self, sums, V.width, to + row &* line, pixel)
    } else {
      let whole = scratch + tile &* side &* V.width
      T.apply(V.self, sums, V.width, whole, V.width)
      for column in 0..<max(0, width) { V.load(whole + column &* V.width).store(to + row &* line + column &* pixel) }
    }
  }
}
