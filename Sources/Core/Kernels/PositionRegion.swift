/// Rows (or columns) of a direct convolution: where in the source the taps of each output are.
struct TapAxis {
  /// The number of outputs, and their index in the destination: output o is at `first + o · step`.
  var outputs: Int
  var first = 0
  var step = 1
  /// The first tap of output o is at `sourceFirst + o · sourceStep` in the source, and the others follow it. Taps
  /// before 0 and from `sourceSize` on are zeros and are left out.
  var sourceFirst, sourceStep, taps, sourceSize: Int

  /// Ranges of outputs that have the same taps inside the source, with these taps.
  var spans: [(outputs: Range<Int>, taps: Range<Int>)] {
    var spans: [(outputs: Range<Int>, taps: Range<Int>)] = []
    for output in 0..<outputs {
      let position = sourceFirst + output * sourceStep
      let lowest = min(taps, max(0, -position))
      let inside = lowest..<max(lowest, min(taps, sourceSize - position))
      if let last = spans.last, last.taps == inside {
        spans[spans.count - 1].outputs = last.outputs.lowerBound..<output + 1
      } else {
        spans.append((output..<output + 1, inside))
      }
    }
    return spans
  }
}

/// Floats from one position, line, frame and sample to the next.
struct FrameLayout {
  var position, line, frame, sample: Int

  init(_ maps: FeatureMaps) {
    (position, line, frame, sample) = (maps.stride, maps.width * maps.stride, maps.frameCount, maps.sampleCount)
  }

  init(position: Int, line: Int, frame: Int, sample: Int) {
    (self.position, self.line, self.frame, self.sample) = (position, line, frame, sample)
  }
}

/// Positions of one frame of some adjacent samples that have the same taps inside the source.
struct PositionRegion {
  /// For each position: floats from the start of the source to its first tap there, and (`destination`) from the start
  /// of the destination to the position. The last one is repeated up to a multiple of `tileRows`.
  private(set) var source: [Int] = []
  private(set) var destination: [Int] = []
  /// The rows of taps that are inside the source, and the floats of a row of taps.
  let rows, run: Range<Int>

  var positions: Int { source.count }

  /// All regions of a frame; nine if the border is one position wide.
  static func all(
    rows: TapAxis, columns: TapAxis, samples: Int, source: FrameLayout, destination: FrameLayout
  ) -> [PositionRegion] {
    let across = columns.spans
    return rows.spans.flatMap { row in
      across.map { column in
        var region = PositionRegion(
          rows: row.taps, run: column.taps.lowerBound * source.position..<column.taps.upperBound * source.position)
        for sample in 0..<samples {
          for i in row.outputs {
            for j in column.outputs {
              let line = rows.sourceFirst + i * rows.sourceStep + row.taps.lowerBound
              let position = columns.sourceFirst + j * columns.sourceStep + column.taps.lowerBound
              region.source.append(sample * source.sample + line * source.line + position * source.position)
              region.destination.append(
                sample * destination.sample + (rows.first + i * rows.step) * destination.line
                  + (columns.first + j * columns.step) * destination.position)
            }
          }
        }
        region.fillTile()
        return region
      }
    }
  }

  private init(rows: Range<Int>, run: Range<Int>) { (self.rows, self.run) = (rows, run) }

  private mutating func fillTile() {
    guard let from = source.last, let to = destination.last else { return }
    let missing = (tileRows - positions % tileRows) % tileRows
    source += Array(repeating: from, count: missing)
    destination += Array(repeating: to, count: missing)
  }
}
