// The two activation functions of recurrent networks, computed by `exponential`, so that their bits are the same on any
// machine.

/// 1 / (1 + e^-x).
@inline(__always)
func sigmoid(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }

/// (e^x - e^-x) / (e^x + e^-x), computed from e^(-2|x|), which cannot overflow.
@inline(__always)
func hyperbolicTangent(_ x: Float) -> Float {
  let small = exponential(-2 * abs(Double(x)))
  let size = Float((1 - small) / (1 + small))
  return x < 0 ? -size : size
}
