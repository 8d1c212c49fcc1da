import Foundation
import Testing

@testable import Core

@Suite struct LocalBinaryPatternTests {
  @Test func codesAreThoseOfScikitImage() throws {
    let file = try Fixture("methods/patterns").file
    let picture = try file.withBytes("picture") { $0.map(Float.init) }
    let volume = GreyVolume(frames: 1, height: 13, width: 37, levels: picture)
    let plane = PatternPlane(first: 1, second: 37, firstRadius: 1, secondRadius: 1)
    let expected = try file.integers("codes")
    for y in 1..<12 {
      for x in 1..<36 {
        let code = volume.levels.withUnsafeBufferPointer { plane.codes(at: $0.baseAddress! + y * 37 + x)[0] }
        #expect(Int(code) == expected[(y - 1) * 35 + x - 1], "\(y), \(x)")
      }
    }
  }

  @Test func uniformPatternsHaveABinEach() {
    #expect(UniformPatterns.binOfCode.count { $0 < 58 } == 58 && Set(UniformPatterns.binOfCode).count == 59)
    #expect(UniformPatterns.binOfCode[0] == 0 && UniformPatterns.binOfCode[255] == 57)
    #expect(UniformPatterns.binOfCode[0b0101_0000] == 58 && UniformPatterns.binOfCode[0b1000_0001] < 58)
  }

  /// Odd sizes, rows that end within a vector, and blocks of unequal size.
  @Test(arguments: [(9, 17, 13), (10, 11, 40), (12, 5, 5)]) func histogramsAreThoseOfPlainLoops(
    _ frames: Int, _ height: Int, _ width: Int
  ) {
    let random = CounterRandom(5, UInt64(height))
    // Few levels, so that neighbours are often just as bright.
    let levels = (0..<frames * height * width).map { Float(random.integer(below: 6, at: UInt64($0)) * 40) }
    var patterns = LocalBinaryPatterns()
    patterns.blocks = 3
    let features = patterns.features(of: GreyVolume(frames: frames, height: height, width: width, levels: levels))
    let counts = plainCounts(levels, frames, height, width, blocks: 3, radii: patterns.radii)
    #expect(features.count == counts.count * 59)
    for (histogram, bins) in counts.enumerated() {
      let total = bins.reduce(0, +)
      for (bin, count) in bins.enumerated() {
        #expect(features[histogram * 59 + bin] == (total > 0 ? Float(count) / Float(total) : 0))
      }
    }
  }

  /// `[block row, block column, plane][bin]`.
  private func plainCounts(
    _ levels: [Float], _ frames: Int, _ height: Int, _ width: Int, blocks: Int, radii: (x: Int, y: Int, t: Int)
  ) -> [[Int]] {
    func level(_ t: Double, _ y: Double, _ x: Double) -> Double {
      var sum = 0.0
      for (ft, wt) in parts(t) {
        for (fy, wy) in parts(y) {
          for (fx, wx) in parts(x) where wt * wy * wx > 0 {
            sum += wt * wy * wx * Double(levels[(ft * height + fy) * width + fx])
          }
        }
      }
      return sum
    }
    func parts(_ position: Double) -> [(Int, Double)] {
      let floor = position.rounded(.down)
      return [(Int(floor), 1 - (position - floor)), (Int(floor) + 1, position - floor)]
    }
    func rounded(_ value: Double) -> Double { (value * 256).rounded() / 256 }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 59), count: blocks * blocks * 3)
    for t in radii.t..<max(radii.t, frames - radii.t) {
      for y in radii.y..<height - radii.y {
        for x in radii.x..<width - radii.x {
          for plane in 0..<3 {
            var code = 0
            for p in 0..<8 {
              let (c, s) = (cos(Double(p) * .pi / 4), -sin(Double(p) * .pi / 4))
              func position(_ r: Int, _ f: Double) -> Double { rounded(Double(r) * f) }
              let neighbour =
                switch plane {
                case 0: level(Double(t), Double(y) + position(radii.y, s), Double(x) + position(radii.x, c))
                case 1: level(Double(t) + position(radii.t, s), Double(y), Double(x) + position(radii.x, c))
                default: level(Double(t) + position(radii.t, s), Double(y) + position(radii.y, c), Double(x))
                }
              if neighbour >= level(Double(t), Double(y), Double(x)) { code |= 1 << p }
            }
            let block = y * blocks / height * blocks + x * blocks / width
            counts[block * 3 + plane][UniformPatterns.binOfCode[code]] += 1
          }
        }
      }
    }
    return counts
  }

  @Test func aClipTooSmallForItsRadiiHasZeros() {
    let volume = GreyVolume(frames: 8, height: 9, width: 9, levels: [Float](repeating: 3, count: 8 * 81))
    #expect(LocalBinaryPatterns().features(of: volume).allSatisfy { $0 == 0 })
  }

  /// By a singular value decomposition and an eigenvalue problem, as Zhou et al. have it; NumPy's are right to 1e-13,
  /// the file's floats to 6e-8 of values up to 4.
  @Test(arguments: [4, 10, 13]) func interpolationIsTheModelOfZhou(_ count: Int) throws {
    let fixture = try Fixture("methods/interpolation")
    let frames = try fixture.tensor("frames-\(count)").rows
    let expected = try fixture.tensor("interpolated-\(count)").rows
    let weights = TemporalInterpolation.weights(from: count, to: 10)
    for (row, wanted) in zip(weights, expected) {
      for pixel in wanted.indices {
        let value = zip(row, frames).reduce(0.0) { $0 + Double($1.0) * Double($1.1[pixel]) }
        #expect(abs(value - Double(wanted[pixel])) < 5e-6)
      }
    }
  }

  @Test func oneFrameStaysAsItIs() {
    #expect(TemporalInterpolation.weights(from: 1, to: 3) == [[1], [1], [1]])
    for row in TemporalInterpolation.weights(from: 7, to: 9) { #expect(abs(row.reduce(0, +) - 1) < 1e-6) }
  }

  @Test func cosinesAreThoseOfTheCLibrary() {
    for step in -4000...4000 {
      let x = Double(step) / 371
      #expect(abs(cosineOfPi(x) - cos(.pi * x)) < 1e-14)
    }
    #expect(cosineOfPi(0) == 1 && cosineOfPi(0.5) == 0 && cosineOfPi(1) == -1 && cosineOfPi(-1.5) == 0)
  }

  /// Interpolated grey levels are whole, and frames at whole positions are the stored ones.
  @Test func volumesAreWholeGreyLevels() throws {
    let pixels = (0..<5 * 6 * 7 * 3).map { UInt8(CounterRandom(8).integer(below: 256, at: UInt64($0))) }
    let clip = Clip(
      name: "c", subject: "s", emotion: "e", source: "", fps: 50, onset: 1, apex: 2, offset: 3, frames: 5, height: 6,
      width: 7)
    let volume = pixels.withUnsafeBufferPointer { GreyVolume(ClipFrames(clip, pixels: $0.baseAddress!), frames: 5) }
    let (stored, frames) = (6 * 7, volume.greyFrames)
    #expect(frames.allSatisfy { $0.values.allSatisfy { $0 == $0.rounded() && $0 >= 0 && $0 <= 255 } })
    for (position, frame) in [(0, 1), (2, 2), (4, 3)] {
      for pixel in 0..<stored {
        let rgb = (0..<3).map { Double(pixels[(frame * stored + pixel) * 3 + $0]) }
        #expect(abs(Double(frames[position].values[pixel]) - (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])) < 0.51)
      }
    }
  }
}
