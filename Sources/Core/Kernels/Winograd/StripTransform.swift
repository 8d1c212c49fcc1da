/// Transforms squares of pixels of feature maps, B^T x B or A dy A^T, for adjacent tiles together: first the columns of
/// the strip that their squares share, each column once, then the rows of each square.
///
/// Columns are read in the order of memory, so that the CPU can fetch them ahead. Pixels outside the frame are zeros.
struct StripTransform<Square: LineTransform> {
  private let maps: FeatureMaps
  private let tiles: WinogradTiles
  /// How many pixels of a phase before its tile a square begins.
  private let border: Int
  /// 1 where the only phase is the frame itself, else 2.
  private let stride: Int
  /// A line outside the frame.
  private let zeros: Tensor

  /// - Parameters:
  ///   - tiles: those of the output.
  ///   - stride: 2 to read phases.
  init(_: Square.Type, _ maps: FeatureMaps, _ tiles: WinogradTiles, border: Int, stride: Int) {
    (self.maps, self.tiles, self.border, self.stride) = (maps, tiles, border, stride)
    zeros = Tensor([maps.width * maps.stride], filledWith: 0)
  }

  /// Phases of a frame: that of (odd rows?, odd columns?) is 2 · rows + columns.
  var phases: Int { stride * stride }
  /// Floats per pixel.
  var channels: Int { maps.stride }

  /// Pixels of a phase in a line of the strip of some tiles.
  private func width(_ tiles: Int) -> Int { self.tiles.side &* (tiles &- 1) &+ Square.inputs }

  /// Floats of the scratch memory for some tiles and channels.
  func room(tiles: Int, channels: Int) -> Int { Square.outputs * width(tiles) * channels }

  /// The columns of a run of tiles, transformed: `[row of a square's transform][column of the strip][channel]`.
  struct Columns {
    let memory: UnsafeMutablePointer<Float>
    fileprivate let tiles, width, channels: Int
  }

  /// Transforms the columns of a run of tiles, see `WinogradTiles.runs`.
  ///
  /// - Parameters:
  ///   - run: tiles of the frame.
  ///   - memory: has `room`.
  func columns(
    _ run: Range<Int>, sample: Int, frame: Int, phase: Int, channels: Range<Int>, in memory: UnsafeMutablePointer<Float>
  ) -> Columns {
    let columns = Columns(memory: memory, tiles: run.count, width: width(run.count), channels: channels.count)
    transform(maps.frame(sample, frame) + channels.lowerBound, tiles.origin(run.lowerBound), phase, into: columns)
    return columns
  }

  /// Transforms the rows of each tile.
  ///
  /// - Parameters:
  ///   - part: some of the columns' channels, counted from the first of them.
  ///   - to: position p of tile t goes to t · tileStep + p · step.
  func writeRows(
    _ columns: Columns, _ part: Range<Int>, to: UnsafeMutablePointer<Float>, tileStep: Int, step: Int
  ) {
    let channels = columns.channels
    for tile in 0..<columns.tiles {
      for row in 0..<Square.outputs {
        let from = columns.memory + (row &* columns.width &+ tile &* tiles.side) &* channels + part.lowerBound
        let line = to + tile &* tileStep + row &* Square.outputs &* step
        forEachVector(part.count) {
          Square.apply(TransformRegister.self, from + $0, channels, line + $0, step)
        } eight: {
          Square.apply(SIMD8<Float>.self, from + $0, channels, line + $0, step)
        }
      }
    }
  }

  @inline(__always)
  private func transform(
    _ base: UnsafePointer<Float>, _ origin: (row: Int, column: Int), _ phase: Int, into columns: Columns
  ) {
    let (width, count, scratch) = (columns.width, columns.channels, columns.memory)
    let (height, frameWidth, channels) = (maps.height, maps.width, maps.stride)
    let firstRow = (origin.row &- border) &* stride &+ (phase &>> 1)
    let firstColumn = (origin.column &- border) &* stride &+ (phase & 1)
    // No square has more lines.
    var lines = InlineArray<6, UnsafePointer<Float>>(repeating: UnsafePointer(zeros.pointer))
    for row in 0..<Square.inputs {
      let y = firstRow &+ row &* stride
      if y >= 0 && y < height { lines[row] = base + y &* frameWidth &* channels }
    }
    for column in 0..<width {
      let x = firstColumn &+ column &* stride
      let to = scratch + column &* count
      guard x >= 0, x < frameWidth else {
        for row in 0..<Square.outputs { (to + row &* width &* count).update(repeating: 0, count: count) }
        continue
      }
      let pixel = x &* channels
      forEachVector(count) { channel in
        Square.apply(TransformRegister.self, to: to + channel, width &* count) { .load(lines[$0] + pixel + channel) }
      } eight: { channel in
        Square.apply(SIMD8<Float>.self, to: to + channel, width &* count) { .load(lines[$0] + pixel + channel) }
      }
    }
  }
}
