import Foundation
import Testing

@testable import Core

/// exp, log and the inverse normal distribution against the C library and against values of tables.
@Suite struct ElementaryTests {
  /// Distance in units in the last place of `reference`.
  private func unitsApart(_ value: Double, _ reference: Double) -> Double {
    value == reference ? 0 : abs(value - reference) / reference.ulp
  }

  @Test func exponentialIsWithinTwoUnitsOfFoundations() {
    let random = CounterRandom(1)
    for index in 0..<20_000 {
      let spread = [1e-3, 1, 30, 700][index % 4]
      let x = (2 * random.uniform(at: UInt64(index)) - 1) * spread
      #expect(unitsApart(exponential(x), exp(x)) <= 2, "\(x)")
    }
  }

  @Test func exponentialOfTheEndsIsRight() {
    #expect(exponential(0) == 1)
    #expect(exponential(-0.0) == 1)
    #expect(exponential(.infinity) == .infinity)
    #expect(exponential(-.infinity) == 0)
    #expect(exponential(.nan).isNaN)
    #expect(exponential(709.9) == .infinity)
    #expect(exponential(-746) == 0)
    #expect(unitsApart(exponential(709.7), exp(709.7)) <= 2)
    // Below 2^-1022 numbers have fewer digits; a unit in the last place is the smallest number.
    for x in [-708.5, -720, -740, -745] { #expect(unitsApart(exponential(x), exp(x)) <= 2, "\(x)") }
  }

  @Test func naturalLogarithmIsWithinTwoUnitsOfFoundations() {
    let random = CounterRandom(2)
    for index in 0..<20_000 {
      let position = UInt64(index)
      let x =
        index % 2 == 0
        ? exp((2 * random.uniform(at: position) - 1) * 700)  // all magnitudes
        : 0.5 + 1.5 * random.uniform(at: position)  // around 1, where digits cancel
      #expect(unitsApart(naturalLogarithm(x), log(x)) <= 2, "\(x)")
    }
    for x in [1 + 0x1p-52, 1 - 0x1p-53, 1 + 1e-9, 2.0.squareRoot(), 2.0.squareRoot().nextUp] {
      #expect(unitsApart(naturalLogarithm(x), log(x)) <= 2, "\(x)")
    }
  }

  @Test func naturalLogarithmOfTheEndsIsRight() {
    #expect(naturalLogarithm(1) == 0)
    #expect(naturalLogarithm(0) == -.infinity)
    #expect(naturalLogarithm(.infinity) == .infinity)
    #expect(naturalLogarithm(-1).isNaN)
    #expect(naturalLogarithm(.nan).isNaN)
    for x in [
      Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .leastNormalMagnitude / 3000,
    ] {
      #expect(unitsApart(naturalLogarithm(x), log(x)) <= 2, "\(x)")
    }
  }

  @Test func logSumExpNeitherOverflowsNorLosesItself() {
    #expect(abs(logSumExp([1000, 1000]) - (1000 + log(2.0))) < 1e-12)
    #expect(abs(logSumExp([-1000, -1000, -1000]) - (-1000 + log(3.0))) < 1e-12)
    #expect(logSumExp([5]) == 5)
    #expect(logSumExp([-.infinity, 2]) == 2)
    #expect(logSumExp([]) == -.infinity)
  }

  /// The promise is a relative error below 1.2e-9; values from a table of the normal distribution.
  @Test func inverseNormalEqualsTheTable() {
    let table = [
      (0.5, 0), (0.75, 0.6744897501960817), (0.9, 1.2815515655446004), (0.95, 1.6448536269514722),
      (0.975, 1.959963984540054), (0.99, 2.3263478740408408), (0.995, 2.5758293035489004),
      (0.999, 3.090232306167813), (1e-6, -4.753424308822899), (1e-10, -6.361340902404056),
    ]
    for (probability, value) in table {
      #expect(abs(inverseNormal(probability) - value) <= 1.2e-9 * abs(value), "\(probability)")
      guard probability > 1e-3 else { continue }
      #expect(abs(inverseNormal(1 - probability) + value) <= 1.2e-9 * max(1, abs(value)), "1 - \(probability)")
    }
  }

  /// Φ(x) = erfc(-x / √2) / 2 undoes it, also where its two formulas meet.
  @Test func inverseNormalIsUndoneByTheDistribution() {
    for step in 1..<2000 {
      let probability = Double(step) / 2000
      let back = 0.5 * erfc(-inverseNormal(probability) / 2.0.squareRoot())
      #expect(abs(back - probability) < 2e-9, "\(probability)")
    }
    for probability in [0.024249999, 0.02425, 0.024250001, 1 - 0.02425] {
      #expect(abs(0.5 * erfc(-inverseNormal(probability) / 2.0.squareRoot()) - probability) < 2e-9)
    }
    #expect(inverseNormal(0x1p-53).isFinite && inverseNormal(1 - 0x1p-53).isFinite)
  }
}
