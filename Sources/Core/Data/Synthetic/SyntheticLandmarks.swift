extension FaceLandmarks {
  /// The landmarks of a synthetic clip's onset frame, where nothing has moved but the head: on the lines that are
  /// painted, so that no detector is needed.
  ///
  /// - Parameters:
  ///   - random: the clip's random stream, for the head.
  ///   - size: height and width of the frame, pixels.
  init(_ face: SyntheticFace, _ expression: SyntheticExpression, size: Int, random: CounterRandom) {
    let features = FaceFeatures(face, expression, upper: 0, lower: 0, softness: 0) { _ in .zero }
    let pose = HeadPose(0, of: expression.frames, random)
    let points =
      face.jaw + face.brow(-1, [1, 0.75, 0.5, 0.25, 0]) + face.brow(1, [0, 0.25, 0.5, 0.75, 1]) + face.nose
      + features.eyeOutline(-1) + features.eyeOutline(1) + features.mouthOutline
    self.init(
      points.map { point in
        let pixel = FaceCanvas.pixel(pose.seen(point), size)
        return SIMD2(Double(pixel.x), Double(pixel.y))
      })
    self = rounded
  }
}

extension SyntheticFace {
  /// The outline of the face from the height of one eye over the chin to that of the other: points 0 to 16.
  fileprivate var jaw: [Point] {
    let height = (chinY - crownY) / 2
    // A circle's points without an angle's sine: with u = tan(φ / 2) they are (1 - u²) / (1 + u²) and 2u / (1 + u²).
    let level = (eyeY - crownY) / height - 1
    let start = level / (1 + (1 - level * level).squareRoot())
    return (0..<17).map { index in
      let side: Float = index < 8 ? -1 : 1
      let u = start + (1 - start) * Float(8 - abs(index - 8)) / 8
      let y = crownY + height * (1 + 2 * u / (1 + u * u))
      return Point(side * halfWidth(at: y) * (1 - u * u) / (1 + u * u), y)
    }
  }

  /// Points of a brow at these shares of the way from its inner to its outer end: points 17 to 26.
  fileprivate func brow(_ side: Float, _ shares: [Float]) -> [Point] {
    let (inner, outer) = (innerBrow(side), outerBrow(side))
    return shares.map { Point(inner.x + (outer.x - inner.x) * $0, browLine(side, $0)) }
  }

  /// The bridge from between the eyes to the tip, and the lower edge from wing to wing: points 27 to 35.
  fileprivate var nose: [Point] {
    let bridge = (0..<4).map { Point(0, eyeY + (noseTipY - eyeY) * Float($0) / 3) }
    return bridge + [noseWing(-1), nostril(-1), Point(0, noseTipY + 0.055), nostril(1), noseWing(1)]
  }
}

extension FaceFeatures {
  /// The corner of an eye on the left in the picture, then the upper lid to the right and the lower one back.
  fileprivate func eyeOutline(_ side: Float) -> [Point] {
    let (left, right) = (-side, side)
    return [
      lidPoint(side, left, isUpper: true), lidPoint(side, left / 3, isUpper: true),
      lidPoint(side, right / 3, isUpper: true), lidPoint(side, right, isUpper: true),
      lidPoint(side, right / 3, isUpper: false), lidPoint(side, left / 3, isUpper: false),
    ]
  }
}
