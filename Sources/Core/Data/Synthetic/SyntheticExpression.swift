/// The expression of one clip: its actions, their strength on each side, and the motion over time.
struct SyntheticExpression: Sendable {
  struct Part: Equatable, Sendable {
    var action: FacialAction
    var side: Float
    /// Relative to the action's normal strength, which is about 2 % of the face's width.
    var strength: Float
  }

  var parts: [Part]
  /// Number of stored frames: the first is the onset, the last the offset.
  var frames: Int
  var apex: Int
  /// The motion that is left at the offset, relative to the apex.
  private var residue: Float
  /// By how much the lower face is ahead of the upper one (behind, if negative).
  private var lead: Float
  /// The action units, coded as in the originals, for instance `6+12`.
  var actionUnits: String

  /// - Parameters:
  ///   - motion: multiplies every displacement; with 0 the face stays neutral.
  init(emotion: String, fps: Double, motion: Double, random: CounterRandom) {
    var index: UInt64 = 0
    func uniform(_ low: Float, _ high: Float) -> Float {
      index += 1
      return low + (high - low) * Float(random.uniform(at: index))
    }
    let displays = FacialAction.displays(of: emotion)
    let display = displays[min(displays.count - 1, Int(uniform(0, Float(displays.count))))]
    // One side, drawn at random, is a little stronger; in unilateral displays it is the only one.
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
    // 0.22 to 0.44 s: 44 to 88 frames at 200 fps, 20 to 40 at 90; at least 12, so that the motion can be seen.
    frames = max(12, Int((Float(fps) * uniform(0.22, 0.44)).rounded()))
    apex = Int((Float(frames - 1) * uniform(0.38, 0.58)).rounded())
    residue = uniform(0.15, 0.4)
    lead = uniform(-0.5, 0.5)
  }

  /// The share of the motion in a frame, 0 at the onset and 1 at the apex, for upper and lower face.
  func course(_ frame: Int) -> (upper: Float, lower: Float) {
    func shifted(_ s: Float) -> (upper: Float, lower: Float) {
      let shift = lead * s * (1 - s)
      return (s - shift * 0.5, s + shift * 0.5)
    }
    if frame <= apex { return shifted(smoothstep(0, Float(apex), Float(frame))) }
    let rest = shifted(smoothstep(Float(frames - 1), Float(apex), Float(frame)))
    return (residue + (1 - residue) * rest.upper, residue + (1 - residue) * rest.lower)
  }

  /// The strength of an action on a side; 0 if it is not shown.
  func strength(_ action: FacialAction, _ side: Float) -> Float {
    parts.reduce(0) { $1.action == action && $1.side == side ? $0 + $1.strength : $0 }
  }
}
