/// A pattern of a pixel's neighbours: their codes, and the histogram in which codes are counted.
protocol PixelPattern {
  /// Number of bins of the histogram.
  var bins: Int { get }

  /// Writes the codes of neighbouring pixels.
  ///
  /// - Parameter codes: `count` values; up to 15 unused values are written after them.
  func write(_ codes: UnsafeMutablePointer<Int32>, of pixels: UnsafePointer<Float>, count: Int)

  /// Adds the codes of a range of pixels to a histogram of `bins`.
  func count(_ codes: UnsafePointer<Int32>, _ pixels: Range<Int>, into histogram: UnsafeMutablePointer<Int32>)
}

/// One of the three planes of the patterns: computes the code of a pixel from its eight neighbours in the plane.
///
/// Neighbour p is at the angle 2πp/8 on an ellipse, from the first axis away from the second, and sets bit p where it
/// is at least as bright as the centre. The four diagonal neighbours are between pixels: their levels are interpolated
/// bilinearly, at positions rounded to 1/256 pixel. So all sums are exact, and uniform areas give the pattern of equal
/// levels.
struct PatternPlane: PixelPattern {
  /// Offsets in memory of neighbours 0, 2, 4 and 6 from the centre.
  private let straight: SIMD4<Int>
  /// Offsets of the four pixels around each of the neighbours 1, 3, 5 and 7.
  private let diagonal: (SIMD4<Int>, SIMD4<Int>, SIMD4<Int>, SIMD4<Int>)
  /// The weights of these four pixels, the same for each diagonal neighbour.
  private let weights: SIMD4<Float>

  /// - Parameters:
  ///   - first, second: strides of the plane's axes, values.
  ///   - firstRadius, secondRadius: pixels or frames.
  init(first: Int, second: Int, firstRadius: Int, secondRadius: Int) {
    straight = SIMD4(firstRadius * first, -secondRadius * second, -firstRadius * first, secondRadius * second)
    let (a, b) = (PatternPlane.diagonalPosition(firstRadius), PatternPlane.diagonalPosition(secondRadius))
    func corners(_ firstSign: Int, _ secondSign: Int) -> SIMD4<Int> {
      let near = firstSign * (a / 256) * first + secondSign * (b / 256) * second
      let (far, across) = (firstSign * first, secondSign * second)
      return SIMD4(near, near + far, near + across, near + far + across)
    }
    diagonal = (corners(1, -1), corners(-1, -1), corners(-1, 1), corners(1, 1))
    let (c, d) = (a % 256, b % 256)
    let whole = SIMD4((256 - c) * (256 - d), c * (256 - d), (256 - c) * d, c * d)
    weights = SIMD4<Float>(whole) / 65536
  }

  /// The distance of a diagonal neighbour along an axis, in 1/256 pixel: round(256 · radius · √½).
  static func diagonalPosition(_ radius: Int) -> Int {
    Int((256 * Double(radius) * 0.5.squareRoot()).rounded())
  }

  let bins = UniformPatterns.bins

  func write(_ codes: UnsafeMutablePointer<Int32>, of pixels: UnsafePointer<Float>, count: Int) {
    for start in stride(from: 0, to: count, by: 16) {
      UnsafeMutableRawPointer(codes + start).storeBytes(of: self.codes(at: pixels + start), as: SIMD16<Int32>.self)
    }
  }

  func count(_ codes: UnsafePointer<Int32>, _ pixels: Range<Int>, into histogram: UnsafeMutablePointer<Int32>) {
    UniformPatterns.count(codes, pixels, into: histogram)
  }

  /// The codes, 0 … 255, of 16 neighbouring pixels.
  @inline(__always)
  func codes(at centre: UnsafePointer<Float>) -> SIMD16<Int32> {
    let own = levels16(centre)
    var codes = SIMD16<Int32>.zero
    @inline(__always)
    func mark(_ bit: Int32, _ neighbour: SIMD16<Float>) {
      codes |= SIMD16<Int32>.zero.replacing(with: bit, where: neighbour .>= own)
    }
    mark(1, levels16(centre + straight[0]))
    mark(2, mixed(centre, diagonal.0))
    mark(4, levels16(centre + straight[1]))
    mark(8, mixed(centre, diagonal.1))
    mark(16, levels16(centre + straight[2]))
    mark(32, mixed(centre, diagonal.2))
    mark(64, levels16(centre + straight[3]))
    mark(128, mixed(centre, diagonal.3))
    return codes
  }

  /// The interpolated level between four pixels, for 16 centres.
  @inline(__always)
  private func mixed(_ centre: UnsafePointer<Float>, _ corners: SIMD4<Int>) -> SIMD16<Float> {
    var sum = levels16(centre + corners[0]) * SIMD16(repeating: weights[0])
    sum.addProduct(levels16(centre + corners[1]), SIMD16(repeating: weights[1]))
    sum.addProduct(levels16(centre + corners[2]), SIMD16(repeating: weights[2]))
    sum.addProduct(levels16(centre + corners[3]), SIMD16(repeating: weights[3]))
    return sum
  }
}

/// 16 neighbouring levels.
@inline(__always)
func levels16(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
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
  /// Adds the codes of a range of pixels to a histogram of `bins`.
  static func count(_ codes: UnsafePointer<Int32>, _ pixels: Range<Int>, into histogram: UnsafeMutablePointer<Int32>) {
    binOfCode.withUnsafeBufferPointer { binOfCode in
      guard let bins = binOfCode.baseAddress else { return }
      for pixel in pixels { histogram[bins[Int(codes[pixel])]] &+= 1 }
    }
  }
}
