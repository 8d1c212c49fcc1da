/// Student's t distribution with a whole number of degrees of freedom.
public enum StudentT {
  /// P(T ≤ t) = 1 - I(ν / (ν + t²); ν/2, 1/2) / 2 for t ≥ 0, ν = `degreesOfFreedom` ≥ 1.
  public static func cumulative(_ t: Double, degreesOfFreedom: Int) -> Double {
    let nu = Double(degreesOfFreedom)
    let tail = 0.5 * incompleteBeta(nu / (nu + t * t), twiceA: degreesOfFreedom)
    return t < 0 ? tail : 1 - tail
  }

  /// The t with P(T ≤ t) = `p`, 0 < p < 1, by bisection down to adjacent floating-point numbers.
  public static func quantile(_ p: Double, degreesOfFreedom: Int) -> Double {
    if p < 0.5 { return -quantile(1 - p, degreesOfFreedom: degreesOfFreedom) }
    var low = 0.0
    var high = 1.0
    while cumulative(high, degreesOfFreedom: degreesOfFreedom) < p, high < 1e300 { high *= 2 }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if cumulative(middle, degreesOfFreedom: degreesOfFreedom) < p { low = middle } else { high = middle }
    }
  }

  /// The regularised incomplete beta function I(x; a, 1/2), a = `twiceA` / 2.
  ///
  /// Uses the continued fraction where it converges fast, and otherwise I(x; a, b) = 1 - I(1 - x; b, a).
  private static func incompleteBeta(_ x: Double, twiceA: Int) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let a = Double(twiceA) / 2
    let b = 0.5
    let logFront =
      logGammaOfHalf(twiceA + 1) - logGammaOfHalf(twiceA) - logGammaOfHalf(1)
      + a * naturalLogarithm(x) + b * naturalLogarithm(1 - x)
    let front = exponential(logFront)
    return x < (a + 1) / (a + b + 2)
      ? front * continuedFraction(x, a, b) / a
      : 1 - front * continuedFraction(1 - x, b, a) / b
  }

  /// log Γ(n/2), n ≥ 1, from Γ(1/2) = √π, Γ(1) = 1 and Γ(z + 1) = z Γ(z).
  private static func logGammaOfHalf(_ n: Int) -> Double {
    var sum = n % 2 == 0 ? 0 : 0.5723649429247001  // log √π
    var z = n % 2 == 0 ? 1.0 : 0.5
    while 2 * z < Double(n) {
      sum += naturalLogarithm(z)
      z += 1
    }
    return sum
  }

  /// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's method.
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    func awayFromZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
    var value = d
    for step in 1...1000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / awayFromZero(1 + even * d)
      c = awayFromZero(1 + even / c)
      value *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / awayFromZero(1 + odd * d)
      c = awayFromZero(1 + odd / c)
      value *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return value
  }
}
