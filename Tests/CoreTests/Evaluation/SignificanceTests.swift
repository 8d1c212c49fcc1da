import Testing

@testable import Core

struct SignificanceTests {
  @Test func mcNemarIsTheTwoSidedBinomial() {
    // 0 of 5: 2 / 2^5. 1 of 9: 2 (1 + 9) / 2^9.
    #expect(abs(Significance.mcNemar(onlyFirst: 0, onlySecond: 5) - 0.0625) < 1e-15)
    #expect(abs(Significance.mcNemar(onlyFirst: 8, onlySecond: 1) - 0.0390625) < 1e-15)
    // Rational arithmetic: 12 of 40, and 1000 of 2200.
    #expect(abs(Significance.mcNemar(onlyFirst: 12, onlySecond: 28) / 0.01658900337497471 - 1) < 1e-12)
    #expect(abs(Significance.mcNemar(onlyFirst: 1000, onlySecond: 1200) / 2.1817026407914712e-05 - 1) < 1e-9)
  }

  @Test func evenSplitsAreNoEvidence() {
    #expect(Significance.mcNemar(onlyFirst: 0, onlySecond: 0) == 1)
    #expect(Significance.mcNemar(onlyFirst: 7, onlySecond: 7) == 1)
    #expect(abs(Significance.mcNemar(onlyFirst: 4, onlySecond: 5) - 1) < 1e-14)
  }

  @Test func onlyClipsThatOneOfBothGotRightCount() {
    let pairs = [(true, true), (true, false), (false, true), (false, false), (true, false)].map {
      (first: $0.0, second: $0.1)
    }
    let test = Significance.mcNemar(pairs)
    #expect(test.onlyFirst == 2 && test.onlySecond == 1)
    #expect(abs(test.pValue - 1) < 1e-14)  // 2 (1 + 3) / 2^3
  }

  @Test func holmStepsDownAndNeverBelowAnEarlierOne() {
    // Sorted .005·4 = .02, .01·3 = .03, .03·2 = .06, .04·1 raised to .06.
    let corrected = Significance.holm([0.01, 0.04, 0.03, 0.005])
    for (value, expected) in zip(corrected, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(value - expected) < 1e-15) }
    #expect(Significance.holm([0.9, 0.8]) == [1, 1])
    #expect(Significance.holm([]) == [])
  }

  @Test func studentQuantilesAreThoseOfThePrintedTable() {
    let table = [
      (1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (30, 2.0423), (120, 1.9799),
    ]
    for (degrees, expected) in table {
      #expect(abs(StudentT.quantile(0.975, degreesOfFreedom: degrees) - expected) < 6e-5)
    }
    #expect(abs(StudentT.quantile(0.05, degreesOfFreedom: 5) + 2.0150) < 6e-5)
    // One degree of freedom is Cauchy: P(T ≤ 1) = 3/4.
    #expect(abs(StudentT.cumulative(1, degreesOfFreedom: 1) - 0.75) < 1e-14)
  }

  @Test func spreadIsMeanSampleDeviationAndStudentInterval() throws {
    // Mean 5, squares 9+1+1+1+0+0+4+16 = 32, s = √(32/7); t(0.975, 7) = 2.3646.
    let spread = try #require(Spread([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(spread.mean == 5)
    #expect(abs(try #require(spread.standardDeviation) - 2.13809) < 1e-5)
    #expect(abs(try #require(spread.halfWidth95) - 2.3646 * 2.13809 / 2.828427) < 1e-4)
    #expect(Spread([3])?.standardDeviation == nil)
    #expect(Spread([]) == nil)
  }
}
