/// A factor of the weights' gradient: patches of the input, or tiles of the output's gradient.
protocol WinogradOperandKind {
  /// The transform of a square of pixels.
  associatedtype Square: LineTransform
  /// How many pixels before its tile a square begins, and the stride of the phases that are read.
  static var border: Int { get }
  static var stride: Int { get }
  /// Transforms the frames of the tile in time whose first frame is `first` into five points.
  static func frames<V: TransformVector>(
    _: V.Type, first: Int, to: UnsafeMutablePointer<Float>, step: Int, _ frame: (Int) -> V)
}

enum PatchOperand<Form: WinogradForm>: WinogradOperandKind {
  typealias Square = Form.Patch
  static var border: Int { 1 }
  static var stride: Int { Form.stride }

  @inline(__always)
  static func frames<V: TransformVector>(
    _: V.Type, first: Int, to: UnsafeMutablePointer<Float>, step: Int, _ frame: (Int) -> V
  ) {
    FrameTransform.patch(
      frame(first - 1), frame(first), frame(first + 1), frame(first + 2), frame(first + 3), to, step)
  }
}

enum GradientOperand<Form: WinogradForm>: WinogradOperandKind {
  typealias Square = Form.Gradient
  static var border: Int { 0 }
  static var stride: Int { 1 }

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

/// A transformed operand: `[positions · points in time][panel][row][panel width]`; the channels of one phase follow
/// those of another.
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

  /// - Parameter channels: of all phases; vectors do not reach from one phase into the next.
  init<Kind: WinogradOperandKind>(
    _: Kind.Type, _ maps: FeatureMaps, _ tiles: WinogradTiles, _ pass: WinogradTilePass, _ channels: ChannelPanels
  ) {
    let (rows, time) = (pass.rows, pass.time)
    self.rows = rows
    let step = rows * channels.stride + 16
    self.step = step
    let positions = Kind.Square.outputs * Kind.Square.outputs
    tensor = Tensor([positions * time.points, step])
    let reader = PatchReader(maps, tiles, side: Kind.Square.inputs, border: Kind.border, stride: Kind.stride)
    let base = tensor.pointer
    let pixels = Kind.Square.inputs * Kind.Square.inputs
    let ofPhase = time.frames * pixels
    Parallel.forEach(pass.samples.count * pass.tiles.count) { job in
      let (sample, tile) = job.quotientAndRemainder(dividingBy: pass.tiles.count)
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: reader.phases * ofPhase) { pointers in
        withUnsafeTemporaryAllocation(byteCount: (time.frames + 1) * positions * 64, alignment: 64) { memory in
          let square = memory.baseAddress!.assumingMemoryBound(to: Float.self)
          for index in 0..<reader.phases * time.frames {
            let (phase, frame) = index.quotientAndRemainder(dividingBy: time.frames)
            reader.point(
              pointers.baseAddress! + index * pixels, sample: pass.samples.lowerBound + sample, frame: frame,
              tile: pass.tiles.lowerBound + tile, phase: phase)
          }
          let row = sample * time.tiles * pass.tiles.count + tile
          for panel in channels.panels {
            let to = base + panel.start * rows + row * panel.width
            let rowStep = pass.tiles.count * panel.width
            forEachVector(panel.width) {
              let (phase, channel) = (panel.start + $0).quotientAndRemainder(dividingBy: reader.channels)
              transformClip(
                Kind.self, TransformRegister.self, time, pointers.baseAddress! + phase * ofPhase, channel: channel,
                square, to + $0, step, rowStep)
            } eight: {
              let (phase, channel) = (panel.start + $0).quotientAndRemainder(dividingBy: reader.channels)
              transformClip(
                Kind.self, SIMD8<Float>.self, time, pointers.baseAddress! + phase * ofPhase, channel: channel, square,
                to + $0, step, rowStep)
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
///   - squares: room for a square of positions for each frame and one more.
///   - step, rowStep: floats from one position or point to the next, and from one tile in time to the next.
@inline(__always)
private func transformClip<Kind: WinogradOperandKind, V: TransformVector>(
  _: Kind.Type, _: V.Type, _ time: WinogradFrames, _ pointers: UnsafePointer<UnsafePointer<Float>>, channel: Int,
  _ squares: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ step: Int, _ rowStep: Int
) {
  let positions = Kind.Square.outputs &* Kind.Square.outputs
  let pixels = Kind.Square.inputs &* Kind.Square.inputs
  let scratch = squares + time.frames &* positions &* V.width
  if time.points == 1 {
    for frame in 0..<time.frames {
      transformPixels(
        Kind.Square.self, V.self, pointers + frame &* pixels, channel: channel, scratch: scratch,
        to: to + frame &* rowStep, step: step)
    }
    return
  }
  for frame in 0..<time.frames {
    transformPixels(
      Kind.Square.self, V.self, pointers + frame &* pixels, channel: channel, scratch: scratch,
      to: squares + frame &* positions &* V.width, step: V.width)
  }
  let frames = time.frames
  for part in 0..<time.tiles {
    for position in 0..<positions {
      Kind.frames(
        V.self, first: part &* time.tile, to: to + part &* rowStep + 5 &* position &* step, step: step
      ) { frame in
        frame >= 0 && frame < frames ? V.load(squares + (frame &* positions &+ position) &* V.width) : .zero
      }
    }
  }
}
