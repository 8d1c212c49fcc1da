/// Tests of statistical significance, with the same bits on every machine.
public enum Significance {
  /// McNemar's exact test of two classifiers on the same clips.
  public struct PairedTest: Equatable, Sendable {
    /// Clips that only the first, and only the second, classified correctly.
    public var onlyFirst: Int
    public var onlySecond: Int
    /// Two-sided: the probability that the discordant clips are split at least as unevenly if both are equally good.
    public var pValue: Double
  }

  /// McNemar's exact test; `pairs` says for each clip whether the first and the second classified it correctly.
  public static func mcNemar(_ pairs: [(first: Bool, second: Bool)]) -> PairedTest {
    let onlyFirst = pairs.count { $0.first && !$0.second }
    let onlySecond = pairs.count { $0.second && !$0.first }
    return PairedTest(
      onlyFirst: onlyFirst, onlySecond: onlySecond, pValue: mcNemar(onlyFirst: onlyFirst, onlySecond: onlySecond))
  }

  /// p = min(1, 2 · sum over i ≤ min(b, c) of C(b + c, i) / 2^(b + c)), b and c the discordant counts, not negative.
  ///
  /// The terms are computed as logarithms, so that thousands of discordant clips neither overflow nor underflow.
  public static func mcNemar(onlyFirst: Int, onlySecond: Int) -> Double {
    let discordant = onlyFirst + onlySecond
    let fewer = min(onlyFirst, onlySecond)
    guard fewer < discordant - fewer else { return 1 }
    var logTerm = -Double(discordant) * naturalLogarithm(2)
    var logTerms = [logTerm]
    for i in 0..<fewer {
      logTerm += naturalLogarithm(Double(discordant - i) / Double(i + 1))
      logTerms.append(logTerm)
    }
    return min(1, 2 * exponential(logSumExp(logTerms)))
  }

  /// Holm's step-down correction of `pValues` for multiple tests; the order is kept.
  ///
  /// The k-th smallest of m is multiplied by m - k + 1; then none may be below a smaller one's result.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var corrected = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(pValues.count - rank)))
      corrected[index] = largest
    }
    return corrected
  }
}

/// Mean and standard deviation of one figure over folds or over seeds.
public struct Spread: Equatable, Sendable {
  public var count: Int
  public var mean: Double
  /// Sample standard deviation (n - 1); nil for one value.
  public var standardDeviation: Double?

  /// The spread of `values`; nil if there are none.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.count = values.count
    self.mean = mean
    standardDeviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  /// Half the width of the mean's 95 % confidence interval, t(0.975, n - 1) · s / √n; nil for one value.
  public var halfWidth95: Double? {
    standardDeviation.map {
      StudentT.quantile(0.975, degreesOfFreedom: count - 1) * $0 / Double(count).squareRoot()
    }
  }
}
