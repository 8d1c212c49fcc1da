// The two inner loops of all convolutions and matrix products. Each keeps a tile of sums in registers and adds to every
// sum in the order of its loop, with fused multiply-add. So the bits of a sum do not depend on the tile in which it is
// computed.

/// The terms of a tile's sums: `frames` × `rows` runs of `run` adjacent floats of the source, and as many rows of
/// packed weights, one after the other.
struct TermRuns {
  var frames, rows, run: Int
  /// Floats of the source from one frame's run to the next, and from one row's run to the next.
  var frameStride, rowStride: Int
  /// Rows of packed weights from one frame's runs to the next, and from one row's run to the next.
  var weightFrameStride, weightRowStride: Int
}

/// `rows` positions × one vector of channels:
/// destination[position] (+)= sum over terms of source[position][term] · weight[term].
///
/// - Parameters:
///   - sourceOffsets, destinationOffsets: the start of each of the `rows` positions, in floats.
///   - weights: `[term][V.width]`, packed.
///   - continues: whether the sums start from the destination's values; if not, from zero.
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
  var positions = InlineArray<rows, UnsafePointer<Float>>(repeating: source)
  for row in 0..<rows { positions[row] = source + sourceOffsets[row] }
  for frame in 0..<runs.frames {
    for line in 0..<runs.rows {
      let shift = frame &* runs.frameStride &+ line &* runs.rowStride
      var weight = weights + (frame &* runs.weightFrameStride &+ line &* runs.weightRowStride) &* V.width
      var term = shift
      let end = shift &+ runs.run
      while term < end {
        let vector = V.load(weight)
        for row in 0..<rows { sums[row].add(positions[row][term], times: vector) }
        weight += V.width
        term &+= 1
      }
    }
  }
  for row in 0..<rows { sums[row].store(destination + destinationOffsets[row]) }
}

/// The positions over which an outer-product tile sums, `frames` × `lines` × `positions`, in both operands.
struct PositionLines {
  var frames, lines, positions: Int
  /// Floats of the source from one position to the next, and from one line to the next.
  var sourceStep, sourceLine: Int
  /// Floats of the gradient from one position to the next, also across the end of a line.
  var gradientStep: Int
  /// Floats from one frame to the next.
  var sourceFrame = 0, gradientFrame = 0

  /// The same positions as fewer and longer lines, where lines and frames follow each other without a gap.
  var joined: PositionLines {
    var result = self
    if lines == 1, positions == 1 {
      (result.frames, result.positions) = (1, frames)
      (result.sourceStep, result.gradientStep) = (sourceFrame, gradientFrame)
    } else if sourceLine == positions * sourceStep {
      (result.lines, result.positions) = (1, lines * positions)
      if frames > 1, sourceFrame == lines * sourceLine, gradientFrame == lines * positions * gradientStep {
        (result.frames, result.positions) = (1, frames * lines * positions)
      }
    }
    return result
  }
}

/// `rows` source channels × one vector of output channels:
/// sums[row] (+)= sum over positions of source[position][row] · gradient[position].
///
/// - Parameters:
///   - source: `[frame][line][position][rows]`, with the strides of `lines`.
///   - gradient: `[frame][line · position][V.width]`, with the strides of `lines`.
///   - sums: `[rows][V.width]`.
///   - continues: whether the sums start from their present values; if not, from zero.
@inline(__always)
func outerTile<let rows: Int, V: TileVector>(
  _: InlineArray<rows, V>.Type, _ lines: PositionLines, source: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
  sums destination: UnsafeMutablePointer<Float>, continues: Bool
) {
  var sums = InlineArray<rows, V>(repeating: .zero)
  if continues {
    for row in 0..<rows { sums[row] = .load(destination + row &* V.width) }
  }
  if lines.positions >= 8 {
    for frame in 0..<lines.frames {
      var dy = gradient + frame &* lines.gradientFrame
      for line in 0..<lines.lines {
        var position = source + (frame &* lines.sourceFrame &+ line &* lines.sourceLine)
        for _ in 0..<lines.positions {
          let vector = V.load(dy)
          for row in 0..<rows { sums[row].add(position[row], times: vector) }
          dy += lines.gradientStep
          position += lines.sourceStep
        }
      }
    }
  } else {
    addShortLines(&sums, lines, source: source, gradient: gradient)
  }
  for row in 0..<rows { sums[row].store(destination + row &* V.width) }
}

/// The same sums in one loop, in which all of them stay in registers; between nested loops the compiler moves some to
/// memory, which takes long where lines are short.
@inline(__always)
private func addShortLines<let rows: Int, V: TileVector>(
  _ sums: inout InlineArray<rows, V>, _ lines: PositionLines, source: UnsafePointer<Float>,
  gradient: UnsafePointer<Float>
) {
  let lineGap = lines.sourceLine &- lines.positions &* lines.sourceStep
  let frameGap = lines.sourceFrame &- lines.lines &* lines.sourceLine
  let gradientGap = lines.gradientFrame &- lines.lines &* lines.positions &* lines.gradientStep
  var (column, line, dy, position) = (lines.positions, lines.lines, gradient, source)
  for _ in 0..<lines.frames &* lines.lines &* lines.positions {
    let vector = V.load(dy)
    for row in 0..<rows { sums[row].add(position[row], times: vector) }
    dy += lines.gradientStep
    position += lines.sourceStep
    column &-= 1
    guard column == 0 else { continue }
    column = lines.positions
    position += lineGap
    line &-= 1
    guard line == 0 else { continue }
    line = lines.lines
    position += frameGap
    dy += gradientGap
  }
}
