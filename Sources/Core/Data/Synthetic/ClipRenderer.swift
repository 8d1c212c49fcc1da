/// Draws the frames of one synthetic clip: a face with an expression, small head motions, uneven light and sensor
/// noise.
struct ClipRenderer {
  private let face: SyntheticFace
  private let expression: SyntheticExpression
  private let size: Int
  private let isGreyscale: Bool
  private let canvas: FaceCanvas
  private let random: CounterRandom
  /// For each pixel, the displacement of the skin at the apex and the darkness of creases, for upper and lower face.
  private let motion: [Motion]

  private struct Motion {
    var upper = Point.zero
    var lower = Point.zero
    var upperCrease: Float = 0
    var lowerCrease: Float = 0
  }

  /// - Parameters:
  ///   - skin: the subject's random stream, for the skin's texture.
  ///   - random: the clip's random stream, for head, light and noise.
  init(
    _ face: SyntheticFace, _ expression: SyntheticExpression, size: Int, isGreyscale: Bool, skin: CounterRandom,
    random: CounterRandom
  ) {
    self.face = face
    self.expression = expression
    self.size = size
    self.isGreyscale = isGreyscale
    self.random = random
    canvas = FaceCanvas(face, frameSize: size, random: skin)
    let hills = ClipRenderer.hills(face, expression)
    let creases = expression.parts.flatMap { part in
      part.action.creases(face, part.side).map {
        (line: $0.line, darkness: $0.darkness * part.strength, isLower: part.action.isLower)
      }
    }
    var motion = [Motion](repeating: Motion(), count: size * size)
    for index in motion.indices {
      let p = FaceCanvas.point(ofPixel: Point(Float(index % size), Float(index / size)), size)
      for hill in hills {
        let by = hill.by * hill.bump.height(p)
        if hill.isLower { motion[index].lower += by } else { motion[index].upper += by }
      }
      for crease in creases {
        let darkness = crease.darkness * crease.line.darkness(p)
        if crease.isLower { motion[index].lowerCrease += darkness } else { motion[index].upperCrease += darkness }
      }
    }
    self.motion = motion
  }

  /// All frames, `[frames, size, size, 3]`.
  func frames() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: expression.frames * size * size * 3) { buffer, count in
      for frame in 0..<expression.frames { draw(frame, buffer.baseAddress! + frame * size * size * 3) }
      count = expression.frames * size * size * 3
    }
  }

  /// The largest displacement of the skin at the apex, face widths.
  var peakDisplacement: Float {
    motion.reduce(0) { longest, pixel in
      let by = pixel.upper + pixel.lower
      return max(longest, (by * by).sum().squareRoot())
    }
  }

  private typealias Hill = (bump: Bump, by: Point, isLower: Bool)

  private static func hills(_ face: SyntheticFace, _ expression: SyntheticExpression) -> [Hill] {
    expression.parts.flatMap { part in
      part.action.displacements(face, part.side).map {
        (bump: $0.bump, by: $0.by * part.strength, isLower: part.action.isLower)
      }
    }
  }

  private func draw(_ frame: Int, _ out: UnsafeMutablePointer<UInt8>) {
    let (upper, lower) = expression.course(frame)
    let hills = ClipRenderer.hills(face, expression)
    let features = FaceFeatures(
      face, expression, upper: upper, lower: lower, softness: max(0.012, FaceCanvas.frameSpan / Float(size))
    ) { p in hills.reduce(.zero) { $0 + $1.by * ($1.bump.height(p) * ($1.isLower ? lower : upper)) } }
    let head = HeadPose(frame, of: expression.frames, random)
    let gain = 255 * (1 + 0.004 * Float(random.normal(at: light + UInt64(frame))))
    for row in 0..<size {
      for column in 0..<size {
        let index = row * size + column
        let p = head.rest(FaceCanvas.point(ofPixel: Point(Float(column), Float(row)), size))
        let moved = motion[index]
        var colour = canvas.sample(p - moved.upper * upper - moved.lower * lower)
        colour *= 1 - min(0.6, moved.upperCrease * upper + moved.lowerCrease * lower)
        colour = features.painted(p, over: colour)
        if isGreyscale { colour = Colour(repeating: 0.3 * colour.x + 0.59 * colour.y + 0.11 * colour.z) }
        store(colour * gain, noise: random.bits(at: UInt64(frame * size * size + index)), out + 3 * index)
      }
    }
  }

  /// Adds sensor noise (about 1.2 grey levels, triangular, one draw of 64 bits per pixel) and rounds to bytes.
  @inline(__always)
  private func store(_ colour: Colour, noise bits: UInt64, _ out: UnsafeMutablePointer<UInt8>) {
    for channel in 0..<3 {
      let draw = isGreyscale ? bits : bits >> UInt64(21 * channel)
      let noise = Float(draw & 1023) + Float((draw >> 10) & 1023) - 1023
      let value = colour[channel] + noise * (3.0 / 1024) + 0.5
      out[channel] = UInt8(min(max(value, 0), 255))
    }
  }

  // A counter of the clip's random stream that no pixel uses.
  private var light: UInt64 { 1 << 48 }
}
