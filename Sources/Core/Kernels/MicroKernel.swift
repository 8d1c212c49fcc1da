// The two inner loops of all convolutions and matrix products. Each keeps a tile of sums in registers and adds
// to every one of them in the order of its loop, with fused multiply-add, so a sum's bits do not depend on the
// tile that it is computed in.

/// The terms that a tile sums up: `frames` × `rows` runs of `run` neighbouring floats of the source, and as many rows
/// of packed weights, one after the other.
struct TermRuns {
  var frames, rows, run: Int
  /// Floats in the source from one frame's run to the next, and from one row's.
  var frameStride, rowStride: Int
  /// Rows of packed weights from one frame's runs to the next, and from one row's.
  var weightFrameStride, weightRowStride: Int
}

/// `rows` places × one vector of channels: destination[place] (+)= sum over terms of source[place][term] · weight[term].
///
/// - Parameters:
///   - sourceOffsets, destinationOffsets: where each of the `rows` places starts, in floats.
///   - weights: `[term][V.width]`, packed.
///   - continues: whether the sums go on from what the destination holds.
@inline(__always)
func gatherTile<let rows: Int, V: TileVector>(
  _: InlineArray<rows, V>.Type, _ runs: TermRuns, source: UnsafePointer<Float>, sourceOffsets: UnsafePointer<Int>,
  weights: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>, destinationOffsets: UnsafePointer<Int>,
  continues: Bool
) {
  var sums = InlineArray<rows, V>(repeating: .zero)
  if continues {
    for row in 0..<rows { sums[row] = .load(destination + destinationOffsets[row]) }
  }
  var places = InlineArray<rows, UnsafePointer<Float>>(repeating: source)
  for row in 0..<rows { places[row] = source + sourceOffsets[row] }
  for frame in 0..<runs.frames {
    for line in 0..<runs.rows {
      let shift = frame &* runs.frameStride &+ line &* runs.rowStride
      var weight = weights + (frame &* runs.weightFrameStride &+ line &* runs.weightRowStride) &* V.width
      var term = shift
      let end = shift &+ runs.run
      while term < end {
        let vector = V.load(weight)
        for row in 0..<rows { sums[row].add(places[row][term], times: vector) }
        weight += V.width
        term &+= 1
      }
    }
  }
  for row in 0..<rows { sums[row].store(destination + destinationOffsets[row]) }
}

/// The places that an outer-product tile sums over: `frames` of `lines` of `places`, in both operands.
struct PlaceLines {
  var frames, lines, places: Int
  /// Floats of the source from one place to the next and from one line to the next.
  var sourceStep, sourceLine: Int
  /// Floats of the gradient from one place to the next, also over the end of a line.
  var gradientStep: Int
  /// Floats from one frame to the next.
  var sourceFrame = 0, gradientFrame = 0
}

/// `rows` source channels × one vector of output channels: sums[row] += sum over places of source[place][row] · gradient[place].
///
/// - Parameters:
///   - source: `[frame][line][place][rows]`, with the strides of `lines`.
///   - gradient: `[frame][line · place][V.width]`, likewise.
///   - sums: `[rows][V.width]`.
///   - continues: whether the sums go on from what they hold.
@inline(__always)
func outerTile<let rows: Int, V: TileVector>(
  _: InlineArray<rows, V>.Type, _ lines: PlaceLines, source: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
  sums destination: UnsafeMutablePointer<Float>, continues: Bool
) {
  var sums = InlineArray<rows, V>(repeating: .zero)
  if continues {
    for row in 0..<rows { sums[row] = .load(destination + row &* V.width) }
  }
  for frame in 0..<lines.frames {
    var slope = gradient + frame &* lines.gradientFrame
    for line in 0..<lines.lines {
      var place = source + (frame &* lines.sourceFrame &+ line &* lines.sourceLine)
      for _ in 0..<lines.places {
        let vector = V.load(slope)
        for row in 0..<rows { sums[row].add(place[row], times: vector) }
        slope += lines.gradientStep
        place += lines.sourceStep
      }
    }
  }
  for row in 0..<rows { sums[row].store(destination + row &* V.width) }
}
