// exp, log, the inverse normal distribution and cos with the same bits on every machine. The C library chooses its
// implementation by CPU; these are polynomials in a fixed order with fused multiply-add.

/// e^x, within 2 units in the last place; 0 below -745, infinity above 709.8.
func exponential(_ x: Double) -> Double {
  guard x == x else { return x }
  if x > 709.782712893384 { return .infinity }
  if x < -745.2 { return 0 }
  let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
  let r = (-k).addProduct(0.6931471803691238, x, tail: 1.9082149292705877e-10)
  var sum = 1.6059043836821613e-10  // 1/13!
  for coefficient in reciprocalFactorials { sum = coefficient.addingProduct(sum, r) }
  // Two factors, so that results near the smallest and largest numbers do not pass through 0 or infinity.
  let half = (k * 0.5).rounded(.down)
  return sum * Double(sign: .plus, exponent: Int(half), significand: 1)
    * Double(sign: .plus, exponent: Int(k - half), significand: 1)
}

/// 1/12!, 1/11!, … 1/1!, 1/0!.
private let reciprocalFactorials: [Double] = [
  2.08767569878681e-09, 2.505210838544172e-08, 2.755731922398589e-07, 2.7557319223985893e-06,
  2.48015873015873e-05, 0.0001984126984126984, 0.001388888888888889, 0.008333333333333333,
  0.041666666666666664, 0.16666666666666666, 0.5, 1, 1,
]

extension Double {
  /// (x + self · high) + self · tail: subtracts a multiple of a constant that is given in two parts.
  fileprivate func addProduct(_ high: Double, _ x: Double, tail: Double) -> Double {
    x.addingProduct(self, high).addingProduct(self, tail)
  }
}

/// Natural logarithm, within 2 units in the last place; -infinity at 0, not a number below.
func naturalLogarithm(_ x: Double) -> Double {
  guard x > 0 else { return x == 0 ? -.infinity : .nan }
  guard x < .infinity else { return x }
  var exponent = Double(x.exponent)
  var m = x.significand
  if m > 1.4142135623730951 {
    m *= 0.5
    exponent += 1
  }
  // log m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.172.
  let s = (m - 1) / (m + 1)
  let z = s * s
  var sum = 1.0 / 23
  for denominator in stride(from: 21.0, through: 3.0, by: -2.0) { sum = (1 / denominator).addingProduct(sum, z) }
  let series = (2 * s).addingProduct(2 * s * z, sum)
  return (exponent * 1.9082149292705877e-10 + series).addingProduct(exponent, 0.6931471803691238)
}

/// log of the sum of e^v over `values`, without overflow.
func logSumExp(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest.isFinite else { return values.max() ?? -.infinity }
  return largest + naturalLogarithm(values.reduce(0) { $0 + exponential($1 - largest) })
}

/// The x with P(X ≤ x) = `p` for a standard normal X, 0 < p < 1; relative error below 1.2e-9 (Acklam's approximation).
func inverseNormal(_ p: Double) -> Double {
  func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $1.addingProduct($0, x) }
  }
  if p < 0.02425 || p > 1 - 0.02425 {
    let q = (-2 * naturalLogarithm(min(p, 1 - p))).squareRoot()
    let tail =
      polynomial(
        [
          -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
          4.374664141464968e+00, 2.938163982698783e+00,
        ], q)
      / polynomial(
        [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1], q)
    return p < 0.5 ? tail : -tail
  }
  let q = p - 0.5
  let r = q * q
  return polynomial(
    [
      -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
      -3.066479806614716e+01, 2.506628277459239e+00,
    ], r) * q
    / polynomial(
      [
        -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
        -1.328068155288572e+01, 1,
      ], r)
}

/// cos(πx), within 2 units in the last place of 1.
func cosineOfPi(_ x: Double) -> Double {
  // Reduced by symmetry to 0 … 1, then to 0 … 1/2 with a sign, then to a cosine or a sine of at most π/4.
  let folded = abs(x - 2 * (x / 2).rounded(.toNearestOrEven))
  let (share, sign) = folded > 0.5 ? (1 - folded, -1.0) : (folded, 1.0)
  let isCosine = share <= 0.25
  let z = Double.pi * (isCosine ? share : 0.5 - share)
  // z^k / k! for every other k, from the smallest term.
  var sum = 0.0
  for k in stride(from: isCosine ? 18.0 : 19.0, through: isCosine ? 2.0 : 3.0, by: -2) {
    sum = (1 + sum) * (-z * z / (k * (k - 1)))
  }
  return sign * (isCosine ? 1 + sum : z * (1 + sum))
}
