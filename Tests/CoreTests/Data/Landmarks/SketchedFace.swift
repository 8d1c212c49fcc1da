@testable import Core

/// A face of 68 landmarks by simple numbers, for tests.
enum SketchedFace {
  /// Points in a square with one side from 0 to 1; the centres of the eyes are 0.4 apart.
  static let unit: [SIMD2<Double>] = {
    let jaw = (0..<17).map { (index: Int) -> SIMD2<Double> in
      let side = Double(index - 8)
      return SIMD2(0.5 + 0.05 * side, 0.9 - 0.01 * side * side)
    }
    let mouth = row(20, x: 0.35, step: 0.015, y: 0.75)
    let bridge = (0..<4).map { SIMD2<Double>(0.5, 0.3 + 0.08 * Double($0)) }
    return jaw + row(10, x: 0.2, step: 0.06, y: 0.2) + bridge + row(5, x: 0.4, step: 0.05, y: 0.6) + eye(0.3) + eye(0.7)
      + mouth
  }()

  private static func row(_ count: Int, x: Double, step: Double, y: Double) -> [SIMD2<Double>] {
    (0..<count).map { SIMD2<Double>(x + step * Double($0), y) }
  }

  private static func eye(_ x: Double) -> [SIMD2<Double>] {
    let offsets: [SIMD2<Double>] = [
      SIMD2(-0.06, 0), SIMD2(-0.02, -0.02), SIMD2(0.02, -0.02), SIMD2(0.06, 0), SIMD2(0.02, 0.02), SIMD2(-0.02, 0.02),
    ]
    return offsets.map { SIMD2(x, 0.3) + $0 }
  }

  /// The face in a frame, pixels.
  static func points(width: Double, height: Double, x: Double = 0, y: Double = 0) -> [SIMD2<Double>] {
    let (corner, size) = (SIMD2(x, y), SIMD2(width, height))
    return unit.map { corner + $0 * size }
  }

  /// As a file with the columns x and y.
  static func table(_ points: [SIMD2<Double>]) -> String {
    "x,y\n" + points.map { "\($0.x),\($0.y)\n" }.joined()
  }
}
