/// The difference between a clip's apex and onset, magnified, in small patches around the landmarks of the eyebrows and
/// the mouth: the nodes of Graph-TCN's graph.
struct LandmarkPatches: ClipFeatures {
  /// Cells along a patch's height and width; odd, so that one cell is on the landmark.
  var side = 7
  /// Height and width of a cell, a share of the distance between the eyes, so that a patch covers as much of a small
  /// frame as of a large one.
  var cell = 1.0 / 28
  /// The factor of the difference, whose grey levels are 0 … 1.
  var magnification = 10.0

  /// Nodes of the eyebrows and of the mouth.
  static let nodes = [10, 18]

  var key: String { "landmark patches, side \(side), cell \(cell), magnification \(magnification)" }

  /// `[landmarks, side, side]`.
  var count: Int { LandmarkPatches.nodes.reduce(0, +) * side * side }

  var cost: FeatureCost? { FeatureCost(perClip: 6e-4, perPixel: 20e-9) }

  /// For each landmark of the onset frame, the mean of magnification · (apex - onset) / 255 over each cell of the patch
  /// around it, row by row.
  ///
  /// - Throws: a `Fault` when the clip has no landmarks.
  func features(of clip: ClipFrames) throws -> [Float] {
    let landmarks = try clip.neededLandmarks()
    let (onset, apex) = (clip.grey(clip.clip.onset), clip.grey(clip.clip.apex))
    let difference = GreyFrame(
      height: onset.height, width: onset.width, values: zip(apex.values, onset.values).map { $0 - $1 })
    let size = cell * landmarks.eyeDistance
    return landmarks.browsAndMouth.flatMap { landmark in
      (0..<side * side).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: side)
        let centre = landmark + size * SIMD2(Double(column - side / 2), Double(row - side / 2))
        return Float(magnification / 255 * difference.mean(around: centre, size: size))
      }
    }
  }
}

extension FaceLandmarks {
  /// The nodes of the graph: the 10 points of the eyebrows and 18 of the mouth, its outer contour and then its inner
  /// one without the corners, which the scheme of 66 points does not have either.
  var browsAndMouth: [SIMD2<Double>] {
    let inner = points.count == FaceLandmarks.all ? [61, 62, 63, 65, 66, 67] : Array(60..<66)
    return (Array(17..<27) + Array(48..<60) + inner).map { points[$0] }
  }
}

extension GreyFrame {
  /// The mean over a square, from as many evenly spread points as the square is pixels high and wide, rounded up.
  fileprivate func mean(around centre: SIMD2<Double>, size: Double) -> Double {
    let count = max(1, Int(size.rounded(.up)))
    var sum = 0.0
    for index in 0..<count * count {
      let (row, column) = index.quotientAndRemainder(dividingBy: count)
      let share = (SIMD2(Double(column), Double(row)) + 0.5) / Double(count) - 0.5
      sum += value(at: centre + size * share)
    }
    return sum / Double(count * count)
  }

  /// The value between the four nearest pixels, linearly interpolated; outside the frame, that of the nearest point of
  /// its edge.
  private func value(at point: SIMD2<Double>) -> Double {
    let last = SIMD2(Double(width - 1), Double(height - 1))
    let inside = point.clamped(lowerBound: .zero, upperBound: last)
    let (x, y) = (Int(inside.x), Int(inside.y))
    let (right, below) = (min(x + 1, width - 1), min(y + 1, height - 1))
    let part = inside - SIMD2(Double(x), Double(y))
    func pixel(_ y: Int, _ x: Int) -> Double { Double(values[y * width + x]) }
    let upper = pixel(y, x) * (1 - part.x) + pixel(y, right) * part.x
    let lower = pixel(below, x) * (1 - part.x) + pixel(below, right) * part.x
    return upper * (1 - part.y) + lower * part.y
  }
}
