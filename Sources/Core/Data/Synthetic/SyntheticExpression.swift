/// What one clip shows: which actions, how strongly on each side, and how the motion goes by.
struct SyntheticExpression: Sendable {
  struct Part: Equatable, Sendable {
    var action: FacialAction
    var side: Float
    /// 1 is the action's ordinary strength, about 2 % of the face's width.
    var strength: Float
  }

  var parts: [Part]
  /// Stored frames: the first is the onset, the last the offset.
  var frames: Int
  var apex: Int
  /// Motion left at the offset, of 1 at the apex.
  private var residue: Float
  /// How far the lower face runs ahead of the upper one (or behind, if negative).
  private var lead: Float
  /// Coded as in the originals, for instance `6+12`.
  var actionUnits: String

  /// - Parameters:
  ///   - motion: multiplies every displacement; 0 leaves a neutral face.
  init(emotion: String, fps: Double, motion: Double, random: CounterRandom) {
    var index: UInt64 = 0
    func uniform(_ low: Float, _ high: Float) -> Float {
      index += 1
      return low + (high - low) * Float(random.uniform(at: index))
    }
    let displays = FacialAction.displays(of: emotion)
    let display = displays[min(displays.count - 1, Int(uniform(0, Float(displays.count))))]
    // One side leads a little; which one, and for unilateral displays the only one, is drawn.
    let strongSide: Float = uniform(0, 1) < 0.5 ? -1 : 1
    let asymmetry = uniform(0, 0.1)
    let intensity = uniform(0.7, 1.2)
    var parts: [Part] = []
    var shown: [FacialAction] = []
    for (action, isOptional) in display.required.map({ ($0, false) }) + display.optional.map({ ($0, true) }) {
      let isShown = uniform(0, 1) < 0.75 || !isOptional
      let strength = intensity * uniform(0.85, 1.1) * Float(motion)
      guard isShown else { continue }
      shown.append(action)
      for side in [Float(-1), 1] where side == strongSide || !display.isUnilateral {
        parts.append(Part(action: action, side: side, strength: strength * (1 + side * strongSide * asymmetry)))
      }
    }
    self.parts = parts
    actionUnits = shown.map(\.rawValue).sorted().map { number in
      display.isUnilateral ? (strongSide < 0 ? "R" : "L") + "\(number)" : "\(number)"
    }.joined(separator: "+")
    // 0.22 to 0.44 s: 44 to 88 frames at 200 fps, 20 to 40 at 90, and never too few to see a course.
    frames = max(12, Int((Float(fps) * uniform(0.22, 0.44)).rounded()))
    apex = Int((Float(frames - 1) * uniform(0.38, 0.58)).rounded())
    residue = uniform(0.15, 0.4)
    lead = uniform(-0.5, 0.5)
  }

  /// How much of the motion is there in a frame, 0 at the onset and 1 at the apex, for upper and lower face.
  func course(_ frame: Int) -> (upper: Float, lower: Float) {
    func shifted(_ s: Float) -> (upper: Float, lower: Float) {
      let shift = lead * s * (1 - s)
      return (s - shift * 0.5, s + shift * 0.5)
    }
    if frame <= apex { return shifted(smoothstep(0, Float(apex), Float(frame))) }
    let rest = shifted(smoothstep(Float(frames - 1), Float(apex), Float(frame)))
    return (residue + (1 - residue) * rest.upper, residue + (1 - residue) * rest.lower)
  }

  /// How strongly an action moves on a side, 0 if it is not shown.
  func strength(_ action: FacialAction, _ side: Float) -> Float {
    parts.reduce(0) { $1.action == action && $1.side == side ? $0 + $1.strength : $0 }
  }
}
