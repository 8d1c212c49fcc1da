/// A synthetic subject: the shape, skin, hair and light of one face.
///
/// Lengths are in widths of an average face. Sides are -1 (left in the picture) and 1 (right).
struct SyntheticFace: Sendable {
  // The head.
  var halfWidth: Float
  var crownY: Float
  var chinY: Float
  /// How much narrower the jaw is than the cheekbones, 0…1.
  var jawTaper: Float
  var hairlineY: Float
  // Eyes and brows.
  var eyeX: Float
  var eyeY: Float
  var eyeHalfWidth: Float
  /// Height of the open eye above and below its axis.
  var upperLid: Float
  var lowerLid: Float
  /// Height of the outer corner above the inner one.
  var eyeTilt: Float
  var irisRadius: Float
  var irisColour: Colour
  var browY: Float
  var browThickness: Float
  var browArch: Float
  var browTilt: Float
  var browDensity: Float
  // Nose and mouth.
  var noseTipY: Float
  var noseHalfWidth: Float
  var noseRelief: Float
  var mouthY: Float
  var mouthHalfWidth: Float
  /// How far the corners are below the middle.
  var mouthDroop: Float
  var upperLip: Float
  var lowerLip: Float
  var lipColour: Colour
  // Skin, hair, surroundings.
  var skin: Colour
  var roughness: Float
  var freckles: Float
  var moles: [Bump]
  /// 0…1: forehead lines, folds beside the mouth, bags under the eyes.
  var age: Float
  var stubble: Float
  var hair: Colour
  var hairStyle: HairStyle
  var clothes: Colour
  var background: Colour
  /// The direction to the light, length 1.
  var light: SIMD3<Float>
  var ambient: Float

  enum HairStyle: Int, CaseIterable, Sendable { case short, parted, fringe, long, receding }

  /// Draws a face at random; it is the same in all clips of the subject.
  init(_ random: CounterRandom) {
    var index: UInt64 = 0
    func uniform(_ low: Float, _ high: Float) -> Float {
      index += 1
      return low + (high - low) * Float(random.uniform(at: index))
    }
    halfWidth = uniform(0.44, 0.52)
    crownY = uniform(-0.74, -0.66)
    chinY = uniform(0.53, 0.64)
    jawTaper = uniform(0.12, 0.42)
    hairlineY = uniform(-0.48, -0.38)
    eyeX = uniform(0.185, 0.23)
    eyeY = uniform(-0.13, -0.07)
    eyeHalfWidth = uniform(0.08, 0.1)
    upperLid = uniform(0.032, 0.05)
    lowerLid = uniform(0.02, 0.032)
    eyeTilt = uniform(-0.012, 0.022)
    irisRadius = uniform(0.036, 0.043)
    browY = eyeY - uniform(0.105, 0.15)
    browThickness = uniform(0.014, 0.03)
    browArch = uniform(0.01, 0.045)
    browTilt = uniform(-0.02, 0.03)
    browDensity = uniform(0.55, 0.95)
    noseTipY = uniform(0.12, 0.19)
    noseHalfWidth = uniform(0.075, 0.115)
    noseRelief = uniform(0.7, 1.3)
    mouthY = noseTipY + uniform(0.155, 0.2)
    mouthHalfWidth = uniform(0.14, 0.195)
    mouthDroop = uniform(-0.012, 0.016)
    upperLip = uniform(0.018, 0.036)
    lowerLip = uniform(0.03, 0.05)
    // Skin from fair to dark, with a small random change of hue.
    let fairness = uniform(0, 1)
    let warmth = uniform(-0.03, 0.03)
    skin = mixed(rgb(0.40, 0.26, 0.19), rgb(0.93, 0.76, 0.66), fairness) + rgb(warmth, 0, -warmth)
    lipColour = skin * mixed(rgb(0.80, 0.55, 0.55), rgb(0.86, 0.62, 0.62), uniform(0, 1))
    roughness = uniform(0.3, 1)
    age = uniform(0, 1)
    let frecklesDrawn = uniform(-1, 1)
    freckles = max(0, frecklesDrawn) * fairness
    var moles: [Bump] = []
    for _ in 0..<Int(uniform(0, 5)) {
      let radius = uniform(0.009, 0.018)
      moles.append(Bump(centre: Point(uniform(-0.38, 0.38), uniform(-0.3, 0.5)), radii: Point(repeating: radius)))
    }
    self.moles = moles
    stubble = max(0, uniform(-0.8, 0.8))
    let hairs = [
      rgb(0.07, 0.06, 0.06), rgb(0.17, 0.11, 0.08), rgb(0.32, 0.2, 0.12), rgb(0.58, 0.44, 0.26),
      rgb(0.42, 0.19, 0.1), rgb(0.5, 0.5, 0.5),
    ]
    // Fair hair only with fair skin.
    let palette = fairness > 0.55 ? hairs.count : 2
    let pick = uniform(0, Float(palette))
    hair = hairs[min(palette - 1, Int(pick))]
    hairStyle = HairStyle.allCases[min(HairStyle.allCases.count - 1, Int(uniform(0, Float(HairStyle.allCases.count))))]
    let irises = [rgb(0.22, 0.13, 0.08), rgb(0.33, 0.22, 0.1), rgb(0.3, 0.42, 0.3), rgb(0.3, 0.42, 0.55)]
    let iris = uniform(0, fairness > 0.5 ? 4 : 2)
    irisColour = irises[min(3, Int(iris))]
    clothes = rgb(uniform(0.1, 0.7), uniform(0.1, 0.7), uniform(0.1, 0.7))
    let wall = uniform(0.35, 0.75)
    background = rgb(wall + uniform(-0.04, 0.04), wall, wall + uniform(-0.04, 0.04))
    let direction = SIMD3<Float>(uniform(-0.75, 0.75), uniform(-0.8, -0.15), uniform(0.7, 1))
    light = direction / (direction * direction).sum().squareRoot()
    ambient = uniform(0.38, 0.55)
  }

  func eye(_ side: Float) -> Point { Point(side * eyeX, eyeY) }
  func innerBrow(_ side: Float) -> Point { Point(side * (eyeX - 0.105), browY + browTilt * 0.5 + 0.008) }
  func outerBrow(_ side: Float) -> Point { Point(side * (eyeX + 0.12), browY - browTilt * 0.5 + 0.02) }
  func cheek(_ side: Float) -> Point { Point(side * (eyeX + 0.03), eyeY + 0.22) }
  func noseWing(_ side: Float) -> Point { Point(side * noseHalfWidth, noseTipY + 0.01) }
  func nostril(_ side: Float) -> Point { Point(side * noseHalfWidth * 0.52, noseTipY + 0.04) }
  func mouthCorner(_ side: Float) -> Point { Point(side * mouthHalfWidth, mouthY + mouthDroop) }
  var upperLipCentre: Point { Point(0, mouthY) }
  var lowerLipCentre: Point { Point(0, mouthY + lowerLip) }
  var chin: Point { Point(0, (mouthY + lowerLip + chinY) / 2 + 0.02) }

  /// The height of a brow's middle line at a share of the way from its inner to its outer end.
  @inline(__always)
  func browLine(_ side: Float, _ share: Float) -> Float {
    let (inner, outer) = (innerBrow(side), outerBrow(side))
    return inner.y + (outer.y - inner.y) * share - browArch * 4 * max(0, share * (1 - share)) * (0.6 + 0.5 * share)
  }

  /// Half the width of the head at height y.
  @inline(__always)
  func halfWidth(at y: Float) -> Float {
    halfWidth * (1 - jawTaper * smoothstep(0.05, chinY + 0.1, y))
  }
}
