/// Where the head of a synthetic clip is in one frame: it has moved and turned a little.
struct HeadPose: Equatable, Sendable {
  /// Face widths.
  let shift: Point
  /// Radians, small; clockwise.
  let turn: Float
  /// Above 1 the face is smaller.
  let scale: Float

  // A counter of the clip's random stream that no pixel uses.
  private static let counter: UInt64 = 1 << 49

  /// The pose in a frame: it drifts by a fraction of a pixel, to a new target about every eighth of the clip.
  ///
  /// - Parameters:
  ///   - frames: of the clip.
  ///   - random: the clip's random stream.
  init(_ frame: Int, of frames: Int, _ random: CounterRandom) {
    let knots: Float = 6
    let time = knots * Float(frame) / Float(frames)
    let knot = time.rounded(.down)
    let blend = smoothstep(0, 1, time - knot)
    func drift(_ axis: UInt64) -> Float {
      let at = HeadPose.counter + (axis << 32) + UInt64(knot)
      let (from, to) = (Float(random.normal(at: at)), Float(random.normal(at: at + 1)))
      return from + (to - from) * blend
    }
    (shift, turn, scale) = (Point(drift(0), drift(1)) * 0.002, drift(2) * 0.0015, 1 + drift(3) * 0.001)
  }

  /// The point of the head at rest that is seen at a point of the frame.
  @inline(__always)
  func rest(_ seen: Point) -> Point {
    let here = seen - FaceCanvas.centre
    return FaceCanvas.centre - shift + Point(here.x + turn * here.y, here.y - turn * here.x) * scale
  }

  /// The point of the frame where a point of the head at rest is seen: the inverse of `rest`.
  func seen(_ rest: Point) -> Point {
    let there = (rest - FaceCanvas.centre + shift) / scale
    return FaceCanvas.centre + Point(there.x - turn * there.y, there.y + turn * there.x) / (1 + turn * turn)
  }
}
