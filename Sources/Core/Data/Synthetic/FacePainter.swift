/// Paints a face at rest, point by point: wall, clothes, neck, hair, ears, skin, nose and brows.
struct FacePainter {
  private let face: SyntheticFace
  /// Width of a soft edge, face widths.
  private let softness: Float
  private let noise: SmoothNoise
  /// The relief of the skin: hills and hollows with their heights.
  private let relief: [(bump: Bump, height: Float)]
  /// Lines and spots that are visible without motion.
  private let lines: [(line: Stroke, darkness: Float)]
  private let spots: [(bump: Bump, darkness: Float)]

  init(_ face: SyntheticFace, softness: Float, random: CounterRandom) {
    self.face = face
    self.softness = softness
    noise = SmoothNoise(random)
    relief = FacePainter.relief(face)
    lines = FacePainter.lines(face)
    spots = FacePainter.spots(face)
  }

  func colour(at p: Point) -> Colour {
    let side: Float = p.x < 0 ? -1 : 1
    var paint = surroundings(p)
    let ear = Bump(centre: Point(side * (face.halfWidth + 0.01), 0.02), radii: Point(0.055, 0.12))
    let earEdge = (ear.squaredRadius(p).squareRoot() - 1) * 0.055
    if earEdge < softness {
      let shade = 0.62 + 0.25 * ear.height(p) + 0.12 * side * face.light.x
      paint = mixed(paint, face.skin * shade, coverage(earEdge, softness))
    }
    let (edge, slope) = head(p)
    let onFace = coverage(edge, 1.3 * softness)
    if onFace > 0 { paint = mixed(paint, skin(p, slope), onFace) }
    return overlaid(paint, p)
  }

  /// The signed distance to the outline of the face, and the slope of the head's surface.
  private func head(_ p: Point) -> (edge: Float, slope: Point) {
    let height = (face.chinY - face.crownY) / 2
    let half = face.halfWidth(at: p.y)
    let q = Point(p.x / half, (p.y - face.crownY) / height - 1)
    let squared = (q * q).sum()
    return ((squared.squareRoot() - 1) * half, q * (0.3 + 0.75 * min(squared, 1.5)))
  }

  private func skin(_ p: Point, _ headSlope: Point) -> Colour {
    var slope = headSlope
    for (bump, height) in relief { slope += bump.fall(p) * height }
    let coarse = noise.value(p.x * 9 + 3, p.y * 9)
    let fine = noise.value(p.x * 34, p.y * 34 + 7)
    let grain = noise.value(p.x * 70 + 11, p.y * 70)
    slope += Point(fine, grain) * (0.05 * face.roughness)
    let length = (1 + (slope * slope).sum()).squareRoot()
    let light = face.light
    let facing = max(0, (slope.x * light.x + slope.y * light.y + light.z) / length)
    let diffuse = face.ambient + (1.08 - face.ambient) * facing
    // A weak specular highlight, by the direction halfway between light and camera.
    let halfway = light + SIMD3(0, 0, 1)
    let gleam = max(
      0,
      (slope.x * halfway.x + slope.y * halfway.y + halfway.z)
        / (length * (halfway * halfway).sum().squareRoot()))
    let gleam4 = gleam * gleam * gleam * gleam
    let gleam16 = gleam4 * gleam4 * gleam4 * gleam4
    var tone = face.skin * (1 + 0.04 * coarse + 0.035 * face.roughness * fine + 0.025 * grain)
    let blush =
      Bump(centre: face.cheek(p.x < 0 ? -1 : 1), radii: Point(0.17, 0.15)).height(p)
      + 0.7 * Bump(centre: Point(0, face.noseTipY), radii: Point(0.09, 0.1)).height(p)
    tone *= Colour(1, 1, 1, 0) - rgb(-0.02, 0.07, 0.06) * blush
    if face.freckles > 0.15, abs(p.x) < 0.36, p.y > -0.02, p.y < 0.25 {
      let dots = smoothstep(0.35, 0.6, noise.value(p.x * 46 + 5, p.y * 46 + 5))
      tone *= Colour(1, 1, 1, 0) - rgb(0.12, 0.2, 0.24) * (dots * face.freckles)
    }
    if face.stubble > 0 {
      let beard = smoothstep(0.16, 0.34, p.y + 0.28 * abs(p.x)) * (0.75 + 0.25 * grain)
      tone = mixed(tone, face.hair * 0.5 + face.skin * 0.35, 0.5 * face.stubble * beard)
    }
    var dark: Float = 0
    for (line, darkness) in lines { dark += darkness * line.darkness(p) }
    for (bump, darkness) in spots { dark += darkness * bump.height(p) }
    return tone * (diffuse * (1 - min(dark, 0.85))) + Colour(1, 1, 1, 0) * (0.10 * gleam16)
  }

  // MARK: Behind and over the skin

  private func surroundings(_ p: Point) -> Colour {
    var paint = face.background * (1 - 0.12 * p.y + 0.1 * face.light.x * p.x)
    if p.y > 0.3 {
      let neckEdge = abs(p.x) - (0.27 + 0.5 * smoothstep(0.6, 0.8, p.y) * smoothstep(0.6, 0.8, p.y))
      let shadow = 0.5 + 0.25 * smoothstep(face.chinY, face.chinY + 0.14, p.y)
      paint = mixed(paint, face.skin * shadow, coverage(neckEdge, softness))
      let collar = face.chinY + 0.1 - 0.24 * abs(p.x)
      let cloth = face.clothes * (0.75 + 0.2 * noise.value(p.x * 5, p.y * 5))
      paint = mixed(paint, cloth, coverage(collar - p.y, softness))
    }
    // Hair behind the head.
    let isLong = face.hairStyle == .long
    let bottom: Float = isLong ? 0.9 : -0.02
    let reach = face.halfWidth + (isLong ? 0.1 : 0.045)
    let q = Point(p.x / reach, (min(p.y, -0.12) + 0.12) / (-0.12 - face.crownY + 0.06))
    let edge = max(((q * q).sum().squareRoot() - 1) * 0.5, p.y - bottom)
    if edge < softness { paint = mixed(paint, strands(p) * 0.8, coverage(edge, 2 * softness)) }
    return paint
  }

  private func strands(_ p: Point) -> Colour {
    let streak = noise.value(p.x * 42, p.y * 7 + p.x * 9) * 0.5 + noise.value(p.x * 90, p.y * 12) * 0.3
    let sheen = Bump(centre: Point(0.3 * face.light.x, face.crownY + 0.13), radii: Point(0.45, 0.14)).height(p)
    return face.hair * (0.85 + 0.35 * streak) + Colour(1, 1, 1, 0) * (0.09 * sheen * (0.7 + streak))
  }

  /// Brows and the hair over the forehead.
  private func overlaid(_ under: Colour, _ p: Point) -> Colour {
    var paint = under
    let side: Float = p.x < 0 ? -1 : 1
    let (inner, outer) = (face.innerBrow(side), face.outerBrow(side))
    let t = (p.x - inner.x) / (outer.x - inner.x)
    if t > -0.15, t < 1.15, abs(p.y - face.browY) < 0.12 {
      let middle = face.browLine(side, t)
      let hairs = noise.value(p.x * 75 + p.y * 40 * side, p.y * 60)
      let thickness = face.browThickness * (1.05 - 0.7 * t * t) * (1 + 0.2 * hairs)
      let ends = smoothstep(-0.06, 0.08, t) * smoothstep(1.08, 0.9, t)
      let cover = coverage(abs(p.y - middle) - thickness, 1.2 * softness) * ends * face.browDensity
      paint = mixed(paint, face.hair * (0.55 + 0.15 * hairs), cover)
    }
    let cover = coverage(p.y - hairline(p), 1.6 * softness)
    if cover > 0, head(p).edge < 0.06 { paint = mixed(paint, strands(p), cover) }
    return paint
  }

  /// The height above which hair covers the forehead.
  private func hairline(_ p: Point) -> Float {
    let ragged = 0.018 * noise.value(p.x * 24, 3)
    switch face.hairStyle {
    case .short: return face.hairlineY + 0.95 * p.x * p.x + ragged
    case .parted:
      let away = p.x - 0.14
      return face.hairlineY - 0.06 + (away > 0 ? 1.7 : 0.75) * away * away + ragged
    case .fringe: return face.browY - 0.085 + 0.35 * p.x * p.x + 2 * ragged
    case .long: return face.hairlineY - 0.05 + 2.4 * p.x * p.x + ragged
    case .receding:
      let temple = max(0, abs(p.x) - 0.12)
      return face.hairlineY - 0.02 - 0.3 * temple + 2.4 * temple * temple + ragged
    }
  }

  // MARK: Relief and marks

  private static func relief(_ face: SyntheticFace) -> [(bump: Bump, height: Float)] {
    let nose = face.noseRelief
    let bridge = (face.eyeY + face.noseTipY) / 2
    var relief: [(bump: Bump, height: Float)] = [
      (Bump(centre: Point(0, bridge), radii: Point(0.07, 0.24)), 0.032 * nose),
      (Bump(centre: Point(0, face.noseTipY - 0.01), radii: Point(0.07, 0.08)), 0.036 * nose),
      (Bump(centre: Point(0, face.mouthY - 0.055), radii: Point(0.022, 0.045)), -0.004),
      (Bump(centre: Point(0, face.mouthY + face.lowerLip + 0.035), radii: Point(0.12, 0.035)), -0.010),
      (Bump(centre: Point(0, face.chin.y + 0.02), radii: Point(0.13, 0.1)), 0.024),
      (Bump(centre: Point(0, face.mouthY), radii: Point(0.24, 0.14)), 0.022),
    ]
    for side in [Float(-1), 1] {
      let eye = face.eye(side)
      relief.append((Bump(centre: eye + Point(0, -0.02), radii: Point(0.14, 0.1)), -0.026))
      relief.append((Bump(centre: eye + Point(0, 0.005), radii: Point(0.105, 0.06)), 0.016))
      relief.append((Bump(centre: Point(eye.x, face.browY), radii: Point(0.17, 0.06)), 0.012))
      relief.append((Bump(centre: face.cheek(side), radii: Point(0.19, 0.17)), 0.03))
      let wing = face.noseWing(side) - Point(side * 0.022, 0)
      relief.append((Bump(centre: wing, radii: Point(0.042, 0.042)), 0.018 * nose))
    }
    return relief
  }

  private static func lines(_ face: SyntheticFace) -> [(line: Stroke, darkness: Float)] {
    let age = face.age
    var lines: [(line: Stroke, darkness: Float)] = [
      (Stroke(from: Point(-0.2, face.browY - 0.1), to: Point(0.2, face.browY - 0.1), width: 0.016), 0.08 * age),
      (Stroke(from: Point(-0.17, face.browY - 0.15), to: Point(0.17, face.browY - 0.155), width: 0.016), 0.06 * age),
    ]
    for side in [Float(-1), 1] {
      let (wing, corner, eye) = (face.noseWing(side), face.mouthCorner(side), face.eye(side))
      lines.append(
        (
          Stroke(from: wing + Point(side * 0.02, -0.01), to: corner + Point(side * 0.04, -0.03), width: 0.022),
          0.04 + 0.12 * age
        ))
      lines.append(
        (
          Stroke(from: eye + Point(-side * 0.07, 0.055), to: eye + Point(side * 0.06, 0.062), width: 0.02),
          0.05 + 0.1 * age
        ))
      lines.append(
        (
          Stroke(
            from: wing + Point(side * 0.006, -0.03), to: wing + Point(side * 0.004, 0.025), width: 0.016), 0.16
        ))
    }
    return lines
  }

  private static func spots(_ face: SyntheticFace) -> [(bump: Bump, darkness: Float)] {
    var spots: [(bump: Bump, darkness: Float)] = face.moles.map { ($0, 0.6) }
    for side in [Float(-1), 1] {
      spots.append((Bump(centre: face.nostril(side), radii: Point(0.032, 0.02)), 0.7))
      spots.append((Bump(centre: face.eye(side) + Point(-side * 0.05, -0.035), radii: Point(0.1, 0.07)), 0.16))
      spots.append((Bump(centre: face.eye(side), radii: Point(0.13, 0.085)), 0.1))
    }
    spots.append((Bump(centre: Point(0, face.noseTipY + 0.055), radii: Point(0.1, 0.03)), 0.2))
    spots.append((Bump(centre: Point(0, face.mouthY + face.lowerLip + 0.025), radii: Point(0.12, 0.03)), 0.14))
    return spots
  }
}
