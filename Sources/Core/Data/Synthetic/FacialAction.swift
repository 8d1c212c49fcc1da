/// The facial action units (FACS, Ekman and Friesen 1978) that occur in micro-expressions.
enum FacialAction: Int, CaseIterable, Sendable {
  case innerBrowRaiser = 1
  case outerBrowRaiser = 2
  case browLowerer = 4
  case upperLidRaiser = 5
  case cheekRaiser = 6
  case lidTightener = 7
  case noseWrinkler = 9
  case upperLipRaiser = 10
  case lipCornerPuller = 12
  case dimpler = 14
  case lipCornerDepressor = 15
  case chinRaiser = 17
  case lipStretcher = 20
  case lipTightener = 23
  case lipPressor = 24
  case jawDrop = 26

  /// Whether the action moves the lower face; the others move brows, lids and cheeks.
  var isLower: Bool { rawValue >= 9 }

  /// One way to show an emotion: its actions; a clip may lack the optional ones.
  struct Display: Sendable {
    var required: [FacialAction]
    var optional: [FacialAction] = []
    /// Whether it appears on one side of the face only.
    var isUnilateral = false
  }

  /// The displays of an emotion; a clip shows one of them. They are EMFACS's prototypes (happiness, surprise, disgust,
  /// sadness, fear, anger, contempt), repression as coded in CASME II, SMIC's classes, and for all other emotions brow,
  /// lid, chin and lip actions that belong to no prototype.
  static func displays(of emotion: String) -> [Display] {
    switch emotion {
    case "happiness": [Display(required: [.lipCornerPuller], optional: [.cheekRaiser])]
    case "surprise":
      [Display(required: [.innerBrowRaiser, .outerBrowRaiser], optional: [.upperLidRaiser, .jawDrop])]
    case "disgust": [Display(required: [.noseWrinkler], optional: [.upperLipRaiser])]
    case "sadness": [Display(required: [.innerBrowRaiser, .lipCornerDepressor], optional: [.browLowerer])]
    case "fear":
      [Display(required: [.innerBrowRaiser, .browLowerer, .lipStretcher], optional: [.outerBrowRaiser])]
    case "anger": [Display(required: [.browLowerer, .lipTightener], optional: [.lidTightener])]
    case "contempt": [Display(required: [.dimpler], isUnilateral: true)]
    case "repression":
      [
        Display(required: [.lipCornerDepressor, .chinRaiser]),
        Display(required: [.lipPressor, .lipCornerDepressor], optional: [.chinRaiser]),
      ]
    // SMIC's negative clips show sadness, fear or disgust, its positive ones happiness (Li et al. 2013).
    case "negative": ["sadness", "fear", "disgust"].flatMap(displays)
    case "positive": displays(of: "happiness")
    default:
      [
        Display(required: [.browLowerer], optional: [.lidTightener]),
        Display(required: [.browLowerer]),
        Display(required: [.chinRaiser], optional: [.browLowerer]),
        Display(required: [.lidTightener, .dimpler]),
      ]
    }
  }

  /// The displacement of the skin at the action's normal strength, as a sum of smooth bumps.
  ///
  /// The lengths are those of micro-expressions, about 0.02 face widths at the centre of the strongest bump.
  func displacements(_ face: SyntheticFace, _ side: Float) -> [(bump: Bump, by: Point)] {
    func hill(_ centre: Point, _ x: Float, _ y: Float, _ dx: Float, _ dy: Float) -> (bump: Bump, by: Point) {
      (Bump(centre: centre, radii: Point(x, y)), Point(side * dx, dy))
    }
    let corner = face.mouthCorner(side)
    switch self {
    case .innerBrowRaiser: return [hill(face.innerBrow(side), 0.17, 0.17, 0, -0.024)]
    case .outerBrowRaiser: return [hill(face.outerBrow(side), 0.19, 0.17, 0, -0.022)]
    case .browLowerer:
      return [hill(face.innerBrow(side), 0.19, 0.17, -0.009, 0.018), hill(face.outerBrow(side), 0.15, 0.13, 0, 0.008)]
    case .upperLidRaiser, .lidTightener: return []
    case .cheekRaiser: return [hill(face.cheek(side), 0.2, 0.17, 0.002, -0.015)]
    case .noseWrinkler:
      return [
        hill(face.noseWing(side), 0.14, 0.15, 0, -0.019),
        hill(Point(side * 0.07, (face.eyeY + face.browY) / 2), 0.14, 0.13, -0.004, 0.012),
        hill(Point(side * 0.07, face.mouthY), 0.13, 0.1, 0, -0.01),
      ]
    case .upperLipRaiser:
      return [hill(Point(side * 0.07, face.mouthY - 0.01), 0.16, 0.12, 0, -0.013)]
    case .lipCornerPuller:
      return [
        hill(corner, 0.19, 0.19, 0.013, -0.017),
        hill(Point(corner.x + side * 0.06, corner.y - 0.14), 0.17, 0.17, 0.004, -0.008),
      ]
    case .dimpler: return [hill(corner, 0.15, 0.13, 0.022, -0.002)]
    case .lipCornerDepressor: return [hill(corner, 0.17, 0.16, 0.003, 0.022)]
    case .chinRaiser:
      return [hill(Point(side * 0.05, face.chin.y), 0.22, 0.2, 0, -0.012)]
    case .lipStretcher: return [hill(corner, 0.2, 0.16, 0.024, 0.006)]
    case .lipTightener: return [hill(corner, 0.16, 0.12, -0.014, 0)]
    case .lipPressor: return [hill(corner, 0.13, 0.11, -0.004, 0.002)]
    case .jawDrop: return [hill(Point(side * 0.06, face.chin.y + 0.04), 0.34, 0.24, 0, 0.011)]
    }
  }

  /// The creases that the action makes in the skin, with their darkness at normal strength.
  func creases(_ face: SyntheticFace, _ side: Float) -> [(line: Stroke, darkness: Float)] {
    func line(
      _ x0: Float, _ y0: Float, _ x1: Float, _ y1: Float, _ width: Float, _ darkness: Float
    ) -> (line: Stroke, darkness: Float) {
      (Stroke(from: Point(side * x0, y0), to: Point(side * x1, y1), width: width), darkness)
    }
    let (brow, outer) = (face.innerBrow(1), face.outerBrow(1))
    let (wing, corner) = (face.noseWing(1), face.mouthCorner(1))
    switch self {
    case .innerBrowRaiser:
      return [line(0, brow.y - 0.09, brow.x + 0.08, brow.y - 0.085, 0.016, 0.10)]
    case .outerBrowRaiser:
      return [line(outer.x - 0.11, outer.y - 0.1, outer.x + 0.03, outer.y - 0.085, 0.016, 0.10)]
    case .browLowerer: return [line(0.028, brow.y - 0.035, 0.034, brow.y + 0.045, 0.014, 0.16)]
    case .cheekRaiser:
      let x = face.eyeX + face.eyeHalfWidth
      return [
        line(x + 0.02, face.eyeY + 0.01, x + 0.08, face.eyeY - 0.012, 0.012, 0.09),
        line(x + 0.02, face.eyeY + 0.025, x + 0.08, face.eyeY + 0.04, 0.012, 0.09),
      ]
    case .noseWrinkler:
      return [
        line(0, face.eyeY + 0.02, 0.045, face.eyeY + 0.035, 0.014, 0.15),
        line(wing.x + 0.015, wing.y - 0.04, wing.x + 0.05, wing.y + 0.05, 0.016, 0.12),
      ]
    case .upperLipRaiser:
      return [line(wing.x + 0.02, wing.y, wing.x + 0.06, wing.y + 0.09, 0.016, 0.12)]
    case .lipCornerPuller:
      return [line(wing.x + 0.03, wing.y + 0.02, corner.x + 0.045, corner.y - 0.03, 0.018, 0.13)]
    case .dimpler: return [line(corner.x + 0.03, corner.y - 0.03, corner.x + 0.032, corner.y + 0.03, 0.018, 0.18)]
    case .lipCornerDepressor:
      return [line(corner.x + 0.012, corner.y + 0.01, corner.x + 0.02, corner.y + 0.06, 0.015, 0.12)]
    case .chinRaiser:
      let y = face.mouthY + face.lowerLip + 0.03
      return [line(0, y, 0.07, y + 0.012, 0.018, 0.12)]
    case .lipTightener, .lipPressor:
      return [line(corner.x + 0.005, corner.y - 0.012, corner.x + 0.012, corner.y + 0.02, 0.014, 0.10)]
    case .upperLidRaiser, .lidTightener, .lipStretcher, .jawDrop: return []
    }
  }
}
