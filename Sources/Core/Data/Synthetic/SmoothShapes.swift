// Points, colours and shapes with soft edges, by plain arithmetic only, so that pictures have the same bits everywhere.
// Lengths are in widths of an average face; x points right, y down, and (0, 0) is between eyes and nose.

typealias Point = SIMD2<Float>
/// Red, green, blue in 0…1; the fourth lane is unused.
typealias Colour = SIMD4<Float>

func rgb(_ red: Float, _ green: Float, _ blue: Float) -> Colour { Colour(red, green, blue, 0) }

func mixed(_ a: Colour, _ b: Colour, _ share: Float) -> Colour { a + (b - a) * share }

/// 0 below `a`, 1 above `b`, smooth in between.
@inline(__always)
func smoothstep(_ a: Float, _ b: Float, _ x: Float) -> Float {
  let t = min(max((x - a) / (b - a), 0), 1)
  return t * t * (3 - 2 * t)
}

/// The coverage of a point at signed `distance` from a shape's edge (negative inside), for a soft edge of `width`.
@inline(__always)
func coverage(_ distance: Float, _ width: Float) -> Float {
  smoothstep(0.5 * width, -0.5 * width, distance)
}

/// A smooth bump, (1 - r²)² inside an ellipse and 0 outside.
struct Bump: Sendable {
  var centre: Point
  var radii: Point

  @inline(__always)
  func squaredRadius(_ p: Point) -> Float {
    let q = (p - centre) / radii
    return (q * q).sum()
  }

  @inline(__always)
  func height(_ p: Point) -> Float {
    let rest = 1 - squaredRadius(p)
    return rest > 0 ? rest * rest : 0
  }

  /// The slope of a hill of height (1 - r²)³, downwards, in both directions.
  @inline(__always)
  func fall(_ p: Point) -> Point {
    let q = (p - centre) / radii
    let rest = 1 - (q * q).sum()
    return rest > 0 ? q / radii * (6 * rest * rest) : .zero
  }
}

/// A straight line with soft sides.
struct Stroke: Sendable {
  var from: Point
  var to: Point
  var width: Float

  /// 1 on the line, 0 beyond `width`; thinner towards both ends.
  @inline(__always)
  func darkness(_ p: Point) -> Float {
    let along = to - from
    let offset = p - from
    let t = min(max((offset * along).sum() / max((along * along).sum(), 1e-9), 0), 1)
    let away = offset - along * t
    let rest = 1 - (away * away).sum() / (width * width)
    return rest > 0 ? rest * rest * (0.35 + 2.6 * t * (1 - t)) : 0
  }
}

/// Smooth random values over the plane: random numbers on a grid, interpolated, in several octaves.
struct SmoothNoise: Sendable {
  private static let side = 64
  private let lattice: [Float]

  init(_ random: CounterRandom) {
    lattice = (0..<UInt64(SmoothNoise.side * SmoothNoise.side)).map { Float(random.uniform(at: $0)) * 2 - 1 }
  }

  /// A value in -1…1 that changes over a distance of about 1.
  @inline(__always)
  func value(_ x: Float, _ y: Float) -> Float {
    let (fx, fy) = (x.rounded(.down), y.rounded(.down))
    let (u, v) = (x - fx, y - fy)
    let (su, sv) = (u * u * (3 - 2 * u), v * v * (3 - 2 * v))
    let mask = SmoothNoise.side - 1
    let (column, row) = (Int(fx) & mask, Int(fy) & mask)
    let (right, below) = ((column + 1) & mask, (row + 1) & mask)
    return lattice.withUnsafeBufferPointer { values in
      let a = values[row << 6 | column]
      let b = values[row << 6 | right]
      let c = values[below << 6 | column]
      let d = values[below << 6 | right]
      let top = a + (b - a) * su
      return top + (c + (d - c) * su - top) * sv
    }
  }
}
