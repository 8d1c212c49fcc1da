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
    let reader = StripTransform(Kind.Square.self, maps, tiles, border: Kind.border, stride: Kind.stride)
    let groups = channels.groups(ofPhase: reader.channels, most: 64)
    let widest = groups.reduce(0) { max($0, $1.channels.count) }
    let writer = OperandWriter<Kind>(reader: reader, pass: pass, base: tensor.pointer, step: step)
    let runs = tiles.runs(pass.tiles, most: 4)
    Parallel.forEach(pass.samples.count * runs.count) { job in
      let (sample, index) = job.quotientAndRemainder(dividingBy: runs.count)
      let memory = Tensor([writer.room(tiles: runs[index].count, channels: widest)])
      for group in groups { writer.write(sample, runs[index], group, memory.pointer) }
    }
  }
}

/// Writes what some tiles of a sample give to an operand.
private struct OperandWriter<Kind: WinogradOperandKind> {
  let reader: StripTransform<Kind.Square>
  let pass: WinogradTilePass
  /// The operand, and floats from one position to the next.
  let base: UnsafeMutablePointer<Float>
  let step: Int

  private var positions: Int { Kind.Square.outputs * Kind.Square.outputs }

  /// Floats of the scratch memory for a run of tiles: its columns, and the squares of all frames that are joined.
  func room(tiles: Int, channels: Int) -> Int {
    reader.room(tiles: tiles, channels: channels)
      + (pass.time.points == 1 ? 0 : pass.time.frames * positions * tiles * channels)
  }

  /// Transforms a group of channels of a run of tiles.
  ///
  /// - Parameters:
  ///   - sample: counted from the first of the pass.
  ///   - memory: has `room`.
  func write(
    _ sample: Int, _ run: Range<Int>, _ group: ChannelPanels.Group, _ memory: UnsafeMutablePointer<Float>
  ) {
    let (time, count) = (pass.time, group.channels.count)
    let (phase, channel) = group.channels.lowerBound.quotientAndRemainder(dividingBy: reader.channels)
    let first = sample * time.tiles * pass.tiles.count + run.lowerBound - pass.tiles.lowerBound
    func columns(_ frame: Int) -> StripTransform<Kind.Square>.Columns {
      reader.columns(
        run, sample: pass.samples.lowerBound + sample, frame: frame, phase: phase,
        channels: channel..<channel + count, in: memory)
    }
    if time.points == 1 {
      // Frames that no tap joins are samples.
      let columns = columns(0)
      for part in group.parts {
        let start = part.start - group.channels.lowerBound
        reader.writeRows(
          columns, start..<start + part.count, to: base + part.offset(rows: pass.rows, row: first),
          tileStep: part.panel.width, step: step)
      }
      return
    }
    // `[frame][position][tile][channel]`
    let squares = memory + reader.room(tiles: run.count, channels: count)
    let square = run.count * count
    for frame in 0..<time.frames {
      reader.writeRows(
        columns(frame), 0..<count, to: squares + frame * positions * square, tileStep: count, step: square)
    }
    for part in group.parts {
      for timeTile in 0..<time.tiles {
        for index in 0..<positions * run.count {
          let (position, tile) = index.quotientAndRemainder(dividingBy: run.count)
          let row = first + timeTile * pass.tiles.count + tile
          transformFrames(
            Kind.self, time, timeTile, squares + index * count + part.start - group.channels.lowerBound,
            positions * square, count: part.count,
            to: base + part.offset(rows: pass.rows, row: row) + 5 * position * step, step)
        }
      }
    }
  }
}

/// Transforms a tile in time of `count` floats of every frame into five points.
///
/// - Parameters:
///   - frameStep: floats from one frame to the next.
///   - step: floats from one point to the next.
@inline(__always)
private func transformFrames<Kind: WinogradOperandKind>(
  _: Kind.Type, _ time: WinogradFrames, _ part: Int, _ squares: UnsafePointer<Float>, _ frameStep: Int, count: Int,
  to: UnsafeMutablePointer<Float>, _ step: Int
) {
  let frames = time.frames
  forEachVector(count) { index in
    Kind.frames(TransformRegister.self, first: part &* time.tile, to: to + index, step: step) { frame in
      frame >= 0 && frame < frames ? .load(squares + frame &* frameStep + index) : .zero
    }
  } eight: { index in
    Kind.frames(SIMD8<Float>.self, first: part &* time.tile, to: to + index, step: step) { frame in
      frame >= 0 && frame < frames ? .load(squares + frame &* frameStep + index) : .zero
    }
  }
}
