/// The parts of a face that open and close, eyes and mouth, in one frame.
struct FaceFeatures: Sendable {
  private let face: SyntheticFace
  private let softness: Float
  /// Heights of the lids above and below the eye's axis, by side.
  private var lids: [(upper: Float, lower: Float)] = []
  private var mouth: Mouth

  /// The middle line of the mouth through both corners, and the lips above and below it.
  private struct Mouth: Sendable {
    var leftCorner: Point
    var rightCorner: Point
    var upperCentre: Float
    var lowerCentre: Float
    var upperLip: Float
    var lowerLip: Float

    /// The heights of both lips' outer and inner edges at a position from -1, the left corner, to 1, the right one.
    @inline(__always)
    func edges(_ u: Float) -> (top: Float, upperEdge: Float, lowerEdge: Float, bottom: Float) {
      let arc = max(0, 1 - u * u)
      let share = (u + 1) / 2
      let cornerLine = leftCorner.y + (rightCorner.y - leftCorner.y) * min(max(share, 0), 1)
      let level = (leftCorner.y + rightCorner.y) / 2
      let upperEdge = cornerLine + (upperCentre - level) * arc
      let lowerEdge = cornerLine + (lowerCentre - level) * arc
      // The upper lip has two peaks with a dip between them.
      let dip = max(0, 1 - 14 * u * u)
      let top = upperEdge - upperLip * arc * (1.12 - 0.3 * dip * dip)
      let bottom = lowerEdge + lowerLip * arc * (0.75 + 0.25 * arc)
      return (top, upperEdge, lowerEdge, bottom)
    }
  }

  /// - Parameters:
  ///   - upper, lower: the share of the motion of the upper and of the lower face in this frame.
  ///   - displacement: the displacement of the skin at a point in this frame.
  init(
    _ face: SyntheticFace, _ expression: SyntheticExpression, upper: Float, lower: Float, softness: Float,
    displacement: (Point) -> Point
  ) {
    self.face = face
    self.softness = softness
    for side in [Float(-1), 1] {
      let raise =
        0.020 * expression.strength(.upperLidRaiser, side) - 0.007 * expression.strength(.lidTightener, side)
        - 0.003 * expression.strength(.browLowerer, side)
      let tighten = 0.013 * expression.strength(.lidTightener, side) + 0.009 * expression.strength(.cheekRaiser, side)
      let squint = 0.006 * expression.strength(.noseWrinkler, side)
      lids.append(
        (
          upper: max(0.006, face.upperLid + upper * raise),
          lower: max(0.004, face.lowerLid - upper * tighten - lower * squint)
        ))
    }
    func both(_ action: FacialAction) -> Float {
      lower * (expression.strength(action, -1) + expression.strength(action, 1)) / 2
    }
    let thinning = max(0.25, 1 - 0.22 * both(.lipTightener) - 0.3 * both(.lipPressor) - 0.1 * both(.lipStretcher))
    let up = face.upperLipCentre + displacement(face.upperLipCentre)
    let low = face.upperLipCentre + displacement(face.lowerLipCentre) + Point(0, 0.018 * both(.jawDrop))
    mouth = Mouth(
      leftCorner: face.mouthCorner(-1) + displacement(face.mouthCorner(-1)),
      rightCorner: face.mouthCorner(1) + displacement(face.mouthCorner(1)),
      upperCentre: min(up.y, (up.y + low.y) / 2), lowerCentre: max(low.y, (up.y + low.y) / 2),
      upperLip: face.upperLip * thinning, lowerLip: face.lowerLip * thinning)
  }

  /// The colour at a point: `under`, with eye or mouth drawn over it.
  @inline(__always)
  func painted(_ p: Point, over under: Colour) -> Colour {
    if abs(p.y - face.eyeY) < 0.1, abs(abs(p.x) - face.eyeX) < 0.125 { return eye(p, under) }
    if abs(p.y - face.mouthY) < 0.16, p.x > mouth.leftCorner.x - 0.03, p.x < mouth.rightCorner.x + 0.03 {
      return lips(p, under)
    }
    return under
  }

  /// The coverage of a thin line at `distance`; the line is at least as wide as a pixel can show.
  @inline(__always)
  private func hairline(_ distance: Float, _ width: Float) -> Float {
    let reach = max(width, softness)
    let rest = 1 - distance * distance / (reach * reach)
    return rest > 0 ? rest * rest * width / reach : 0
  }

  /// The edges of both lids over the eye's axis at a position from -1, the inner corner, to 1, the outer one.
  @inline(__always)
  private func edges(of lid: (upper: Float, lower: Float), _ t: Float) -> (top: Float, bottom: Float) {
    let arc = max(0, 1 - t * t)
    return (-lid.upper * arc * (1 - 0.12 * t), lid.lower * arc * (1 + 0.12 * t))
  }

  /// A point on the edge of a lid.
  func lidPoint(_ side: Float, _ t: Float, isUpper: Bool) -> Point {
    let (top, bottom) = edges(of: lids[side < 0 ? 0 : 1], t)
    return face.eye(side) + Point(side * t * face.eyeHalfWidth, (isUpper ? top : bottom) - face.eyeTilt * t)
  }

  private func eye(_ p: Point, _ under: Colour) -> Colour {
    let side: Float = p.x < 0 ? -1 : 1
    let lid = lids[side < 0 ? 0 : 1]
    let e = p - face.eye(side)
    let t = side * e.x / face.eyeHalfWidth
    let axis = e.y + face.eyeTilt * t
    let (top, bottom) = edges(of: lid, t)
    // The crease of the upper lid.
    var paint = under * (1 - 0.3 * hairline(axis - top + 0.024, 0.008) * smoothstep(1.15, 0.7, abs(t)))
    let open = min(coverage(top - axis, softness), coverage(axis - bottom, softness)) * smoothstep(1.02, 0.9, abs(t))
    if open > 0 {
      var ball = rgb(0.88, 0.86, 0.84) * (0.92 - 0.25 * t * t)
      let r = (e * e).sum().squareRoot() / face.irisRadius
      let iris = mixed(face.irisColour * 1.15, face.irisColour * 0.45, smoothstep(0.6, 1, r))
      let edge = softness / face.irisRadius
      ball = mixed(ball, iris, coverage(r - 1, edge))
      ball = mixed(ball, rgb(0.04, 0.04, 0.05), coverage(r - 0.42, edge))
      let spot = e - Point(0.013 * (face.light.x < 0 ? -1 : 1), -0.013)
      ball = mixed(ball, rgb(0.97, 0.97, 0.97), 0.85 * coverage((spot * spot).sum().squareRoot() - 0.009, softness))
      ball *= 1 - 0.4 * smoothstep(0.03, 0, axis - top)
      paint = mixed(paint, ball * (0.6 + 0.5 * face.ambient), open)
    }
    let within = smoothstep(1.2, 0.9, abs(t))
    let lash = min(1, 0.95 * hairline(axis - top, 0.013) + 0.35 * hairline(axis - bottom, 0.007)) * within
    return mixed(paint, face.hair * 0.35, lash)
  }

  /// The outer edge of the lips from the left corner over the upper lip and back, then the inner one: 20 points.
  var mouthOutline: [Point] {
    func point(_ u: Float, _ edge: (Float) -> Float) -> Point {
      Point(mouth.leftCorner.x + (mouth.rightCorner.x - mouth.leftCorner.x) * (u + 1) / 2, edge(u))
    }
    func inner(_ u: Float) -> Float { (mouth.edges(u).upperEdge + mouth.edges(u).lowerEdge) / 2 }
    // The upper lip's peaks are where its dip ends.
    let upper = [-1, -0.65, -0.27, 0, 0.27, 0.65, 1].map { u in point(u) { mouth.edges($0).top } }
    let lower = [0.65, 0.33, 0, -0.33, -0.65].map { u in point(u) { mouth.edges($0).bottom } }
    let innerUpper = [-0.4, 0, 0.4].map { u in point(u) { mouth.edges($0).upperEdge } }
    let innerLower = [0.4, 0, -0.4].map { u in point(u) { mouth.edges($0).lowerEdge } }
    return upper + lower + [point(-0.9, inner)] + innerUpper + [point(0.9, inner)] + innerLower
  }

  private func lips(_ p: Point, _ under: Colour) -> Colour {
    let half = (mouth.rightCorner.x - mouth.leftCorner.x) / 2
    let u = (p.x - mouth.leftCorner.x) / half - 1
    let (top, upperEdge, lowerEdge, bottom) = mouth.edges(u)
    let cover = min(coverage(top - p.y, 1.2 * softness), coverage(p.y - bottom, 1.4 * softness))
    var paint = under
    let ends = smoothstep(1.03, 0.9, abs(u))
    if cover > 0 {
      let isUpper = p.y < (upperEdge + lowerEdge) / 2
      let depth = isUpper ? (p.y - top) / max(mouth.upperLip, 0.005) : (p.y - lowerEdge) / max(mouth.lowerLip, 0.005)
      let shade = isUpper ? 0.86 - 0.1 * depth : 1.06 - 0.22 * max(0, depth - 0.3)
      let side = 1 + 0.14 * face.light.x * u
      paint = mixed(paint, face.lipColour * (shade * side * (0.55 + 0.6 * face.ambient)), 0.9 * cover * ends)
    }
    let gap = lowerEdge - upperEdge
    if gap > 0.001 {
      let inside = min(coverage(upperEdge - p.y, softness), coverage(p.y - lowerEdge, softness))
      let teeth = smoothstep(0.5, 0.2, (p.y - upperEdge) / gap) * smoothstep(0.012, 0.03, gap)
      let cavity = mixed(rgb(0.2, 0.06, 0.06), rgb(0.78, 0.75, 0.7), 0.7 * teeth)
      paint = mixed(paint, cavity, inside * ends * smoothstep(0, softness, gap))
    }
    let line = hairline(p.y - (upperEdge + lowerEdge) / 2, 0.011) * smoothstep(1.1, 0.95, abs(u))
    return paint * (1 - 0.6 * line * smoothstep(softness, 0, gap))
  }
}
