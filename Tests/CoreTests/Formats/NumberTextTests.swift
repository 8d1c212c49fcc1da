import Testing

@testable import Core

@Suite struct NumberTextTests {
  @Test func halvesAreRoundedAwayFromZero() {
    #expect(NumberText.fixed(0.125, decimals: 2) == "0.13")
    #expect(NumberText.fixed(-0.125, decimals: 2) == "-0.13")
    #expect(NumberText.fixed(2.5, decimals: 0) == "3")
  }

  @Test func decimalsAreKeptAndZeroHasNoSign() {
    #expect(NumberText.fixed(1234.5, decimals: 3) == "1234.500")
    #expect(NumberText.fixed(0.05, decimals: 3) == "0.050")
    #expect(NumberText.fixed(-0.0004, decimals: 3) == "0.000")
    #expect(NumberText.fixed(-7, decimals: 1, minus: "−") == "−7.0")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e12, -1e300]) func numbersWithoutTextAreNil(_ value: Double) {
    #expect(NumberText.fixed(value, decimals: 2) == nil)
  }

  @Test func onlyOneIsSingular() {
    #expect([0, 1, 2].map { NumberText.count($0, "clip") } == ["0 clips", "1 clip", "2 clips"])
  }

  @Test func durationsAreSeconds() {
    #expect(Duration.milliseconds(90_250).inSeconds == 90.25)
    #expect(Duration.nanoseconds(-500_000_000).inSeconds == -0.5)
  }
}
