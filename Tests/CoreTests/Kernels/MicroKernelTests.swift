import Testing

@testable import Core

/// The inner loop of the weights' gradients over lines of positions, against a plain loop in the same order: the same
/// bits.
@Suite struct MicroKernelTests {
  static let lines: [PositionLines] = [
    PositionLines(
      frames: 3, lines: 2, positions: 9, sourceStep: 8, sourceLine: 96, gradientStep: 16,
      sourceFrame: 200, gradientFrame: 320),
    // Short lines.
    PositionLines(
      frames: 3, lines: 4, positions: 2, sourceStep: 8, sourceLine: 40, gradientStep: 16,
      sourceFrame: 180, gradientFrame: 144),
    PositionLines(
      frames: 2, lines: 1, positions: 5, sourceStep: 12, sourceLine: 0, gradientStep: 16,
      sourceFrame: 76, gradientFrame: 96),
    // Lines and frames without gaps, and lines alone.
    PositionLines(
      frames: 3, lines: 2, positions: 4, sourceStep: 8, sourceLine: 32, gradientStep: 16,
      sourceFrame: 64, gradientFrame: 128),
    PositionLines(
      frames: 3, lines: 2, positions: 4, sourceStep: 8, sourceLine: 32, gradientStep: 16,
      sourceFrame: 70, gradientFrame: 128),
    // A position per frame.
    PositionLines(
      frames: 11, lines: 1, positions: 1, sourceStep: 8, sourceLine: 0, gradientStep: 16,
      sourceFrame: 20, gradientFrame: 16),
    PositionLines(frames: 1, lines: 1, positions: 0, sourceStep: 8, sourceLine: 0, gradientStep: 16),
  ]

  @Test(arguments: lines.indices, [false, true]) func sumsHaveTheBitsOfAPlainLoop(_ index: Int, _ continues: Bool) {
    let lines = Self.lines[index]
    let random = CounterRandom(5)
    func numbers(_ first: UInt64) -> [Float] {
      (0..<1024).map { Float(random.uniform(at: first + UInt64($0))) - 0.5 }
    }
    let (source, gradient) = (numbers(0), numbers(1024))
    let (rows, width) = (4, 16)
    let start = Array(numbers(2048).prefix(rows * width))
    var expected = continues ? start : [Float](repeating: 0, count: rows * width)
    for frame in 0..<lines.frames {
      for line in 0..<lines.lines {
        for position in 0..<lines.positions {
          let x = frame * lines.sourceFrame + line * lines.sourceLine + position * lines.sourceStep
          let dy = frame * lines.gradientFrame + (line * lines.positions + position) * lines.gradientStep
          for row in 0..<rows {
            for column in 0..<width {
              expected[row * width + column].addProduct(source[x + row], gradient[dy + column])
            }
          }
        }
      }
    }
    for own in [lines, lines.joined] {
      var sums = start
      sums.withUnsafeMutableBufferPointer {
        outer(rows: rows, width: width, own, source, gradient, $0.baseAddress!, continues: continues)
      }
      #expect(sums == expected)
    }
  }

  @Test func linesWithoutGapsAreJoined() {
    #expect(Self.lines.map(\.joined.lines) == [2, 4, 1, 1, 1, 1, 1])
    #expect(Self.lines.map(\.joined.frames) == [3, 3, 2, 1, 3, 1, 1])
    #expect(Self.lines.map(\.joined.positions) == [9, 2, 5, 24, 8, 11, 0])
  }
}
