/// A subject's face at rest without eyes and mouth, painted once per clip; frames are drawn from it by displacement.
///
/// It has twice the pixels of a frame in each direction, so that motions of a fraction of a pixel change grey levels as
/// in front of a camera.
struct FaceCanvas: Sendable {
  /// Width and height of a frame, and of the larger canvas around it, in face widths.
  static let frameSpan: Float = 1.4
  private static let span: Float = 1.56
  /// The centre of a frame.
  static let centre = Point(0, -0.03)

  /// The centre of a pixel of a frame of `size` pixels, in face widths.
  @inline(__always)
  static func point(ofPixel pixel: Point, _ size: Int) -> Point {
    let step = frameSpan / Float(size)
    return centre + (pixel + 0.5) * step - frameSpan / 2
  }

  /// The position of a point in a frame of `size` pixels: the inverse of `point(ofPixel:_:)`.
  static func pixel(_ point: Point, _ size: Int) -> Point {
    (point - centre + frameSpan / 2) / (frameSpan / Float(size)) - 0.5
  }

  private let side: Int
  private let pixels: [Colour]

  init(_ face: SyntheticFace, frameSize: Int, random: CounterRandom) {
    side = Int(Float(2 * frameSize) * FaceCanvas.span / FaceCanvas.frameSpan)
    let pixel = FaceCanvas.span / Float(side)
    let painter = FacePainter(face, softness: max(0.012, 2 * pixel), random: random)
    let corner = FaceCanvas.centre - FaceCanvas.span / 2
    var pixels = [Colour](repeating: .zero, count: side * side)
    for row in 0..<side {
      for column in 0..<side {
        pixels[row * side + column] = painter.colour(at: corner + (Point(Float(column), Float(row)) + 0.5) * pixel)
      }
    }
    self.pixels = pixels
  }

  /// The colour at a point, interpolated between the four nearest pixels; outside, the nearest edge is repeated.
  @inline(__always)
  func sample(_ p: Point) -> Colour {
    let scale = Float(side) / FaceCanvas.span
    let point = (p - (FaceCanvas.centre - FaceCanvas.span / 2)) * scale - 0.5
    let inside = point.clamped(lowerBound: .zero, upperBound: Point(repeating: Float(side) - 1.001))
    let (column, row) = (Int(inside.x), Int(inside.y))
    let (u, v) = (inside.x - Float(column), inside.y - Float(row))
    return pixels.withUnsafeBufferPointer { pixels in
      let start = row * side + column
      let top = pixels[start] + (pixels[start + 1] - pixels[start]) * u
      let below = pixels[start + side] + (pixels[start + side + 1] - pixels[start + side]) * u
      return top + (below - top) * v
    }
  }
}
