/// One of the three planes that patterns are taken in: where the eight neighbours of a pixel lie, and their code.
///
/// Neighbour p lies at the angle 2πp/8 on an ellipse, from the first axis against the second, and sets bit p where it
/// is at least as bright as the centre. The four diagonal ones lie between pixels, and their levels are interpolated
/// bilinearly, at places rounded to 1/256 pixel: then all sums are exact, so that even places give even patterns.
struct PatternPlane {
  /// A weight and how far from the centre its level lies in memory.
  private struct Tap {
    var offset: Int
    var weight: Float
  }

  /// Neighbours 0, 2, 4 and 6.
  private let straight: [Int]
  /// Four taps each of neighbours 1, 3, 5 and 7.
  private let diagonal: [Tap]

  /// - Parameters:
  ///   - first, second: strides of the plane's axes, values.
  ///   - firstRadius, secondRadius: pixels or frames.
  init(first: Int, second: Int, firstRadius: Int, secondRadius: Int) {
    straight = [firstRadius * first, -secondRadius * second, -firstRadius * first, secondRadius * second]
    // cos 45°, 256ths.
    let (a, b) = (PatternPlane.diagonalPlace(firstRadius), PatternPlane.diagonalPlace(secondRadius))
    diagonal = [(1, -1), (-1, -1), (-1, 1), (1, 1)].flatMap { signs in
      [(0, 0), (1, 0), (0, 1), (1, 1)].map { corner in
        let weight =
          (corner.0 == 0 ? 256 - a % 256 : a % 256) * (corner.1 == 0 ? 256 - b % 256 : b % 256)
        return Tap(
          offset: signs.0 * (a / 256 + corner.0) * first + signs.1 * (b / 256 + corner.1) * second,
          weight: Float(weight) / 65536)
      }
    }
  }

  /// Where a diagonal neighbour lies along an axis, 256ths of a pixel: round(256 · radius · √½).
  static func diagonalPlace(_ radius: Int) -> Int {
    Int((256 * Double(radius) * 0.5.squareRoot()).rounded())
  }

  /// The codes, 0 … 255, of 16 pixels beside each other.
  @inline(__always)
  func codes(at centre: UnsafePointer<Float>) -> SIMD16<Int32> {
    let own = PatternPlane.levels(centre)
    var codes = SIMD16<Int32>.zero
    straight.withUnsafeBufferPointer { straight in
      diagonal.withUnsafeBufferPointer { diagonal in
        for index in 0..<4 {
          let even = PatternPlane.levels(centre + straight[index])
          codes |= SIMD16<Int32>.zero.replacing(with: 1 << Int32(2 * index), where: even .>= own)
          var odd = SIMD16<Float>.zero
          for tap in 4 * index..<4 * index + 4 {
            odd.addProduct(PatternPlane.levels(centre + diagonal[tap].offset), SIMD16(repeating: diagonal[tap].weight))
          }
          codes |= SIMD16<Int32>.zero.replacing(with: 2 << Int32(2 * index), where: odd .>= own)
        }
      }
    }
    return codes
  }

  @inline(__always)
  private static func levels(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }
}

/// Uniform patterns: codes whose eight bits, read around the circle, change at most twice (Ojala et al. 2002).
enum UniformPatterns {
  /// 58 uniform patterns and one bin for all others.
  static let bins = 59

  /// The bin of each code: uniform ones by ascending code, 0 … 57, all others 58.
  static let binOfCode: [Int] = {
    var next = 0
    return (0..<256).map { code in
      let changes = ((code ^ (code >> 1 | (code & 1) << 7)) & 255).nonzeroBitCount
      guard changes <= 2 else { return bins - 1 }
      defer { next += 1 }
      return next
    }
  }()
}
