/// The square tiles of output pixels into which Winograd's convolution divides frames, sample after sample.
struct WinogradTiles {
  let rows, columns: Int
  /// Side of a tile in pixels.
  private let side: Int

  init(height: Int, width: Int, side: Int = winogradTile) {
    (rows, columns) = ((height + side - 1) / side, (width + side - 1) / side)
    self.side = side
  }

  /// Tiles per frame.
  var count: Int { rows * columns }

  /// Row and column of a tile's first pixel.
  @inline(__always)
  func origin(_ tile: Int) -> (row: Int, column: Int) { (tile / columns &* side, tile % columns &* side) }
}

/// Makes pointers to the pixels of squares of a phase of a frame; those of pixels outside the frame point to zeros.
struct PatchReader {
  private let maps: FeatureMaps
  private let tiles: WinogradTiles
  private let zeros: Tensor
  /// Side of a square in pixels of a phase, and how many of them before its tile it begins.
  private let side, border: Int
  /// 1 where the only phase is the frame itself, else 2.
  private let stride: Int

  /// - Parameters:
  ///   - side: that of a patch of the input, or of a tile of the output.
  ///   - stride: 2 to read phases.
  init(_ maps: FeatureMaps, _ tiles: WinogradTiles, side: Int, border: Int, stride: Int) {
    (self.maps, self.tiles, self.side, self.border, self.stride) = (maps, tiles, side, border, stride)
    zeros = Tensor([maps.stride], filledWith: 0)
  }

  var phases: Int { stride * stride }
  /// Floats per pixel.
  var channels: Int { maps.stride }

  /// Writes `side` × `side` pointers.
  @inline(__always)
  func point(
    _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, sample: Int, frame: Int, tile: Int, phase: Int
  ) {
    let (top, left) = tiles.origin(tile)
    let base = maps.frame(sample, frame)
    let (height, width, channels) = (maps.height, maps.width, maps.stride)
    let firstRow = (top &- border) &* stride &+ (phase &>> 1)
    let firstColumn = (left &- border) &* stride &+ (phase & 1)
    var index = 0
    for row in 0..<side {
      let y = firstRow &+ row &* stride
      let line = base + y &* width &* channels
      for column in 0..<side {
        let x = firstColumn &+ column &* stride
        let inside = y >= 0 && y < height && x >= 0 && x < width
        pointers[index] = inside ? UnsafePointer(line + x &* channels) : UnsafePointer(zeros.pointer)
        index &+= 1
      }
    }
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

/// Transforms a square of pixels, one vector of channels: B^T x B, or A dy A^T.
///
/// - Parameters:
///   - pixels: inputs × inputs pointers.
///   - scratch: room for outputs × inputs vectors.
///   - to: position p goes to p · step.
@inline(__always)
func transformPixels<T: LineTransform, V: TransformVector>(
  _: T.Type, _: V.Type, _ pixels: UnsafePointer<UnsafePointer<Float>>, channel: Int,
  scratch: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>, step: Int
) {
  for column in 0..<T.inputs {
    T.apply(V.self, to: scratch + column &* V.width, T.inputs &* V.width) {
      V.load(pixels[$0 &* T.inputs &+ column] + channel)
    }
  }
  for row in 0..<T.outputs {
    T.apply(V.self, scratch + row &* T.inputs &* V.width, V.width, to + row &* T.outputs &* step, step)
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
