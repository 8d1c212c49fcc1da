import Testing

@testable import Core

/// LBP-SIP against NumPy and plain loops.
@Suite struct IntersectionPointsTests {
  @Test func featuresAreThoseOfNumPy() throws {
    let fixture = try Fixture("methods/descriptors")
    let features = LocalBinaryPatterns(.sixPoints).features(of: try fixture.volume())
    let expected = try fixture.tensor("lbp-sip").elements
    #expect(features.count == 500 && features.count == expected.count)
    for (value, wanted) in zip(features, expected) { #expect(abs(value - wanted) < 1e-6) }
  }

  /// Odd sizes, rows that end within a vector, blocks of unequal size, and radii of more than one pixel.
  @Test(arguments: [(9, 17, 13), (10, 11, 40), (12, 7, 5)]) func histogramsAreThoseOfPlainLoops(
    _ frames: Int, _ height: Int, _ width: Int
  ) {
    let random = CounterRandom(7, UInt64(width))
    let levels = (0..<frames * height * width).map { Float(random.integer(below: 6, at: UInt64($0)) * 40) }
    var patterns = LocalBinaryPatterns(.sixPoints)
    (patterns.blocks, patterns.radii) = (3, (x: 1, y: 2, t: 3))
    let features = patterns.features(of: GreyVolume(frames: frames, height: height, width: width, levels: levels))
    func level(_ t: Int, _ y: Int, _ x: Int) -> Float { levels[(t * height + y) * width + x] }
    var counts = [Int](repeating: 0, count: 9 * 20)
    for t in 3..<frames - 3 {
      for y in 2..<height - 2 {
        for x in 1..<width - 1 {
          let own = level(t, y, x)
          let inFrame = [level(t, y, x + 1), level(t, y - 2, x), level(t, y, x - 1), level(t, y + 2, x)]
          let inTime = [level(t + 3, y, x), level(t - 3, y, x)]
          func code(_ neighbours: [Float]) -> Int { neighbours.reversed().reduce(0) { 2 * $0 + ($1 >= own ? 1 : 0) } }
          let block = (y * 3 / height * 3 + x * 3 / width) * 20
          counts[block + code(inFrame)] += 1
          counts[block + 16 + code(inTime)] += 1
        }
      }
    }
    #expect(features.count == counts.count)
    for block in 0..<9 {
      for bins in [0..<16, 16..<20] {
        let total = bins.reduce(0) { $0 + counts[block * 20 + $1] }
        for bin in bins {
          let expected = total > 0 ? Float(counts[block * 20 + bin]) / Float(total) : 0
          #expect(features[block * 20 + bin] == expected, "block \(block), bin \(bin)")
        }
      }
    }
  }

  /// Levels that rise along x and over time: the neighbours at x + 1, above, below and later are at least as bright.
  @Test func bitsAreInTheOrderOfTheComment() {
    let (frames, height, width) = (9, 5, 6)
    let levels = (0..<frames * height * width).map { Float(10 * ($0 % width) + $0 / (height * width)) }
    var patterns = LocalBinaryPatterns(.sixPoints)
    patterns.blocks = 1
    let features = patterns.features(of: GreyVolume(frames: frames, height: height, width: width, levels: levels))
    #expect(features[0b1011] == 1 && features[16 + 0b01] == 1 && features.reduce(0, +) == 2)
  }

  @Test func aClipTooSmallForItsRadiiHasZeros() {
    let volume = GreyVolume(frames: 8, height: 9, width: 9, levels: [Float](repeating: 3, count: 8 * 81))
    #expect(LocalBinaryPatterns(.sixPoints).features(of: volume) == [Float](repeating: 0, count: 500))
  }

  /// Features are kept by their key, which must not be that of LBP-TOP.
  @Test func keysTellPatternsApart() {
    #expect(LocalBinaryPatterns(.sixPoints).key != LocalBinaryPatterns().key)
    #expect(LocalBinaryPatterns(.sixPoints) != LocalBinaryPatterns() && StrainWeightedPatterns().key.contains("osw"))
  }
}

extension Fixture {
  /// The grey clip of `methods/descriptors`.
  func volume() throws -> GreyVolume {
    let shape = try file.entry("clip").shape
    return GreyVolume(
      frames: shape[0], height: shape[1], width: shape[2], levels: try file.withBytes("clip") { $0.map(Float.init) })
  }

  /// The flow of `methods/descriptors`.
  func fields() throws -> [FlowField] {
    let tensor = try tensor("fields")
    let (height, width) = (tensor.shape[1], tensor.shape[2])
    return Tensor(tensor, shape: [tensor.shape[0], height * width * 2]).rows.map { row in
      FlowField(
        height: height, width: width, horizontal: stride(from: 0, to: row.count, by: 2).map { row[$0] },
        vertical: stride(from: 1, to: row.count, by: 2).map { row[$0] })
    }
  }
}
