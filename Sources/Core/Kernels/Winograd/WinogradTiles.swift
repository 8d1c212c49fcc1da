/// The tiles of 4 × 4 output pixels into which Winograd's convolution divides frames, sample after sample.
struct WinogradTiles {
  let rows, columns: Int

  init(height: Int, width: Int) {
    rows = (height + WinogradSize.tile - 1) / WinogradSize.tile
    columns = (width + WinogradSize.tile - 1) / WinogradSize.tile
  }

  /// Tiles per frame.
  var count: Int { rows * columns }

  /// Row and column of a tile's first pixel.
  func origin(_ tile: Int) -> (row: Int, column: Int) {
    (tile / columns * WinogradSize.tile, tile % columns * WinogradSize.tile)
  }
}

/// Makes pointers to the pixels of squares of a frame; those of pixels outside the frame point to zeros.
struct PatchReader {
  private let maps: FeatureMaps
  private let tiles: WinogradTiles
  private let zeros: Tensor
  /// Side of a square in pixels, and how many pixels before its tile it begins.
  private let side, border: Int

  /// - Parameters:
  ///   - side, border: 6 and 1 for patches of the input, 4 and 0 for tiles of the output.
  init(_ maps: FeatureMaps, side: Int, border: Int) {
    self.maps = maps
    self.side = side
    self.border = border
    tiles = WinogradTiles(height: maps.height, width: maps.width)
    zeros = Tensor([maps.stride], filledWith: 0)
  }

  /// Writes `side` × `side` pointers.
  @inline(__always)
  func point(
    _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, sample: Int, frame: Int, tile: Int
  ) {
    let (top, left) = tiles.origin(tile)
    let base = maps.frame(sample, frame)
    let (height, width, stride) = (maps.height, maps.width, maps.stride)
    var index = 0
    for row in top &- border..<top &- border &+ side {
      let line = base + row &* width &* stride
      for column in left &- border..<left &- border &+ side {
        let inside = row >= 0 && row < height && column >= 0 && column < width
        pointers[index] = inside ? UnsafePointer(line + column &* stride) : UnsafePointer(zeros.pointer)
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

/// B^T x B of one vector of channels of a patch.
///
/// - Parameters:
///   - patch: 36 pointers to pixels.
///   - scratch: 36 vectors.
///   - to: position p goes to p · step.
@inline(__always)
func transformPatch<V: TransformVector>(
  _: V.Type, _ patch: UnsafePointer<UnsafePointer<Float>>, channel: Int, scratch: UnsafeMutablePointer<Float>,
  to: UnsafeMutablePointer<Float>, step: Int
) {
  for column in 0..<6 {
    let pixel = patch + column
    PatchTransform.write(
      V.load(pixel[0] + channel), V.load(pixel[6] + channel), V.load(pixel[12] + channel),
      V.load(pixel[18] + channel), V.load(pixel[24] + channel), V.load(pixel[30] + channel),
      scratch + column &* V.width, 6 &* V.width)
  }
  for row in 0..<6 {
    PatchTransform.apply(V.self, scratch + row &* 6 &* V.width, V.width, to + row &* 6 &* step, step)
  }
}

/// A dy A^T of one vector of channels of a tile; parameters as in `transformPatch`, with 16 pointers.
@inline(__always)
func transformTile<V: TransformVector>(
  _: V.Type, _ tile: UnsafePointer<UnsafePointer<Float>>, channel: Int, scratch: UnsafeMutablePointer<Float>,
  to: UnsafeMutablePointer<Float>, step: Int
) {
  for column in 0..<4 {
    let pixel = tile + column
    GradientTransform.write(
      V.load(pixel[0] + channel), V.load(pixel[4] + channel), V.load(pixel[8] + channel),
      V.load(pixel[12] + channel), scratch + column &* V.width, 4 &* V.width)
  }
  for row in 0..<6 {
    GradientTransform.apply(V.self, scratch + row &* 4 &* V.width, V.width, to + row &* 6 &* step, step)
  }
}
