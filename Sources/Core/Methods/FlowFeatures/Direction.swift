/// The angle of (x, y) from the x axis towards the y axis, radians in (-π, π]; 0 at the origin.
///
/// It has the same bits on every machine, unlike the C library's function: a series after two reductions, with an error
/// of about 1e-15.
func direction(x: Double, y: Double) -> Double {
  let (wide, high) = (abs(x), abs(y))
  guard wide + high > 0 else { return 0 }
  // Reflection at the diagonal gives t ≤ 1, rotation by π/4 gives |t| ≤ tan(π/8).
  let ratio = min(wide, high) / max(wide, high)
  let turns = ratio > 0.41421356237309503
  let t = turns ? (ratio - 1) / (ratio + 1) : ratio
  var sum = 0.0
  for power in stride(from: 43.0, through: 1.0, by: -2.0) { sum = (1 / power).addingProduct(-sum, t * t) }
  let octant = turns ? (sum * t) + 0.7853981633974483 : sum * t
  let quadrant = high > wide ? 1.5707963267948966 - octant : octant
  let half = x < 0 ? 3.141592653589793 - quadrant : quadrant
  return y < 0 ? -half : half
}

/// The same angle as a fraction of a full turn, in [0, 1).
func fractionOfTurn(x: Double, y: Double) -> Double {
  let turn = direction(x: x, y: y) / 6.283185307179586
  // The largest float below 1: a small angle below 0 must not become a whole turn.
  return turn < 0 ? min(turn + 1, 0x1.fffffep-1) : turn
}

/// The eighth of the circle that (x, y) is in: 0 is from the x axis to 45° towards the y axis, without 45° itself.
@inline(__always)
func eighth(x: Float, y: Float) -> Int {
  if y >= 0 && x > 0 { return y < x ? 0 : 1 }
  if y > 0 && x <= 0 { return -x < y ? 2 : 3 }
  if y <= 0 && x < 0 { return -y < -x ? 4 : 5 }
  return x < -y ? 6 : (x == 0 && y == 0 ? 0 : 7)
}

extension FlowField {
  /// The field minus its mean vector, which removes the motion of the whole face.
  func withoutMeanMotion() -> FlowField {
    var field = self
    let count = Double(horizontal.count)
    let right = Float(horizontal.reduce(0.0) { $0 + Double($1) } / count)
    let down = Float(vertical.reduce(0.0) { $0 + Double($1) } / count)
    for position in field.horizontal.indices {
      field.horizontal[position] -= right
      field.vertical[position] -= down
    }
    return field
  }
}
