/// A factor of the weights' gradient: patches of the input, or tiles of the output's gradient.
protocol WinogradOperandKind {
  /// Side of a square in pixels, and how many pixels before its tile it begins.
  static var side: Int { get }
  static var border: Int { get }
  /// Transforms one vector of channels of a square, given as side × side pointers, into 36 positions.
  static func square<V: TransformVector>(
    _: V.Type, _ pixels: UnsafePointer<UnsafePointer<Float>>, channel: Int, scratch: UnsafeMutablePointer<Float>,
    to: UnsafeMutablePointer<Float>, step: Int)
  /// Transforms the frames of the tile in time whose first frame is `first` into five points.
  static func frames<V: TransformVector>(
    _: V.Type, first: Int, to: UnsafeMutablePointer<Float>, step: Int, _ frame: (Int) -> V)
}

enum PatchOperand: WinogradOperandKind {
  static var side: Int { WinogradSize.patch }
  static var border: Int { 1 }

  @inline(__always)
  static func square<V: TransformVector>(
    _: V.Type, _ pixels: UnsafePointer<UnsafePointer<Float>>, channel: Int, scratch: UnsafeMutablePointer<Float>,
    to: UnsafeMutablePointer<Float>, step: Int
  ) {
    transformPatch(V.self, pixels, channel: channel, scratch: scratch, to: to, step: step)
  }

  @inline(__always)
  static func frames<V: TransformVector>(
    _: V.Type, first: Int, to: UnsafeMutablePointer<Float>, step: Int, _ frame: (Int) -> V
  ) {
    FrameTransform.patch(
      frame(first - 1), frame(first), frame(first + 1), frame(first + 2), frame(first + 3), to, step)
  }
}

enum GradientOperand: WinogradOperandKind {
  static var side: Int { WinogradSize.tile }
  static var border: Int { 0 }

  @inline(__always)
  static func square<V: TransformVector>(
    _: V.Type, _ pixels: UnsafePointer<UnsafePointer<Float>>, channel: Int, scratch: UnsafeMutablePointer<Float>,
    to: UnsafeMutablePointer<Float>, step: Int
  ) {
    transformTile(V.self, pixels, channel: channel, scratch: scratch, to: to, step: step)
  }

  @inline(__always)
  static func frames<V: TransformVector>(
    _: V.Type, first: Int, to: UnsafeMutablePointer<Float>, step: Int, _ frame: (Int) -> V
  ) {
    FrameTransform.gradient(frame(first), frame(first + 1), frame(first + 2), to, step)
  }
}

/// Tiles that are transformed together: some tiles of some samples.
struct WinogradTilePass {
  let samples, tiles: Range<Int>
  let time: WinogradFrames

  /// Rows of an operand: sample by sample, tile in time by tile in time, tile by tile.
  var rows: Int { samples.count * time.tiles * tiles.count }
}

/// A transformed operand: `[36 positions · points in time][panel][row][panel width]`.
struct WinogradOperand {
  let tensor: Tensor
  let rows: Int
  /// Floats from one position to the next; not a power of two, which would put all positions in the same sets of a
  /// cache.
  private let step: Int

  /// The rows of a panel at a position and point.
  @inline(__always)
  func panel(_ position: Int, _ panel: ChannelTiles.Tile) -> UnsafePointer<Float> {
    UnsafePointer(tensor.pointer + position * step + rows * panel.start)
  }

  init<Kind: WinogradOperandKind>(
    _: Kind.Type, _ maps: FeatureMaps, _ pass: WinogradTilePass, _ channels: ChannelPanels
  ) {
    let (rows, time) = (pass.rows, pass.time)
    self.rows = rows
    let step = rows * channels.stride + 16
    self.step = step
    tensor = Tensor([WinogradSize.positions * time.points, step])
    let reader = PatchReader(maps, side: Kind.side, border: Kind.border)
    let base = tensor.pointer
    Parallel.forEach(pass.samples.count * pass.tiles.count) { job in
      let (sample, tile) = job.quotientAndRemainder(dividingBy: pass.tiles.count)
      let pixels = Kind.side * Kind.side
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: time.frames * pixels) { pointers in
        withUnsafeTemporaryAllocation(byteCount: (time.frames + 1) * 36 * 64, alignment: 64) { memory in
          let square = memory.baseAddress!.assumingMemoryBound(to: Float.self)
          for frame in 0..<time.frames {
            reader.point(
              pointers.baseAddress! + frame * pixels, sample: pass.samples.lowerBound + sample, frame: frame,
              tile: pass.tiles.lowerBound + tile)
          }
          let row = sample * time.tiles * pass.tiles.count + tile
          for panel in channels.panels {
            let to = base + panel.start * rows + row * panel.width
            let rowStep = pass.tiles.count * panel.width
            forEachVector(panel.width) {
              transformClip(
                Kind.self, TransformRegister.self, time, pointers.baseAddress!, channel: panel.start + $0, square,
                to + $0, step, rowStep)
            } eight: {
              transformClip(
                Kind.self, SIMD8<Float>.self, time, pointers.baseAddress!, channel: panel.start + $0, square, to + $0,
                step, rowStep)
            }
          }
        }
      }
    }
  }
}

/// Transforms one vector of channels of all frames of a tile.
///
/// - Parameters:
///   - pointers: `[frame][pixels of a square]`.
///   - squares: room for (frames + 1) · 36 vectors.
///   - step, rowStep: floats from one position or point to the next, and from one tile in time to the next.
@inline(__always)
private func transformClip<Kind: WinogradOperandKind, V: TransformVector>(
  _: Kind.Type, _: V.Type, _ time: WinogradFrames, _ pointers: UnsafePointer<UnsafePointer<Float>>, channel: Int,
  _ squares: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ step: Int, _ rowStep: Int
) {
  let scratch = squares + time.frames &* 36 &* V.width
  let pixels = Kind.side &* Kind.side
  if time.points == 1 {
    for frame in 0..<time.frames {
      Kind.square(
        V.self, pointers + frame &* pixels, channel: channel, scratch: scratch, to: to + frame &* rowStep, step: step)
    }
    return
  }
  for frame in 0..<time.frames {
    Kind.square(
      V.self, pointers + frame &* pixels, channel: channel, scratch: scratch, to: squares + frame &* 36 &* V.width,
      step: V.width)
  }
  let frames = time.frames
  for part in 0..<time.tiles {
    for position in 0..<WinogradSize.positions {
      Kind.frames(
        V.self, first: part &* time.tile, to: to + part &* rowStep + 5 &* position &* step, step: step
      ) { frame in
        frame >= 0 && frame < frames ? V.load(squares + (frame &* 36 &+ position) &* V.width) : .zero
      }
    }
  }
}
