import Foundation
import Testing

@testable import Core

/// FHOFO against NumPy and plain loops.
@Suite struct FuzzyOrientationsTests {
  @Test func featuresAreThoseOfNumPy() throws {
    let fixture = try Fixture("methods/descriptors")
    let features = FuzzyOrientations().features(of: try fixture.fields())
    let expected = try fixture.tensor("fhofo").elements
    #expect(features.count == 3 * 25 * 18 && features.count == expected.count)
    for (value, wanted) in zip(features, expected) { #expect(abs(value - wanted) < 1e-5) }
  }

  @Test func histogramsAreThoseOfPlainLoops() {
    var fuzzy = FuzzyOrientations()
    (fuzzy.blocks, fuzzy.fineBins, fuzzy.bins, fuzzy.deviation) = (2, 12, 5, 1.5)
    let fields = randomFields(2, 9, 7)
    let features = fuzzy.features(of: fields)
    #expect(features.count == 2 * 4 * 5)
    for (frame, field) in fields.map({ $0.withoutMeanMotion() }).enumerated() {
      for block in 0..<4 {
        var sums = [Double](repeating: 0, count: 5)
        for y in 0..<9 {
          for x in 0..<7 where y * 2 / 9 * 2 + x * 2 / 7 == block {
            let angle = atan2(Double(field.vertical[y * 7 + x]), Double(field.horizontal[y * 7 + x]))
            let fine = floor((angle < 0 ? angle + 2 * .pi : angle) / (2 * .pi) * 12)
            for bin in 0..<5 {
              // The difference of both centres, in turns, taken the short way around.
              let turns = (fine + 0.5) / 12 - (Double(bin) + 0.5) / 5
              let distance = (turns - turns.rounded()) * 12
              sums[bin] += exp(-distance * distance / (2 * 1.5 * 1.5))
            }
          }
        }
        for bin in 0..<5 {
          let value = Double(features[(frame * 4 + block) * 5 + bin])
          #expect(abs(value - sums[bin] / sums.reduce(0, +)) < 1e-6)
        }
      }
    }
  }

  /// Only directions count: twice the motion has the same features.
  @Test func lengthsAreIgnored() {
    let fields = randomFields(2, 15, 15)
    let doubled = fields.map { field in
      FlowField(
        height: 15, width: 15, horizontal: field.horizontal.map { 2 * $0 }, vertical: field.vertical.map { 2 * $0 })
    }
    #expect(FuzzyOrientations().features(of: doubled) == FuzzyOrientations().features(of: fields))
  }

  /// All vectors of the left half to the right, all of the right half to the left: each block's largest bins are those
  /// next to that direction.
  @Test func theLargestBinIsThatOfTheDirection() {
    let horizontal = (0..<100).map { Float($0 % 10 < 5 ? 1 : -1) }
    let field = FlowField(height: 10, width: 10, horizontal: horizontal, vertical: [Float](repeating: 0, count: 100))
    var fuzzy = FuzzyOrientations()
    fuzzy.blocks = 2
    let features = fuzzy.features(of: [field])
    for block in 0..<4 {
      let bins = Array(features[block * 18..<block * 18 + 18])
      let largest = bins.indices.max { bins[$0] < bins[$1] }
      #expect(largest == (block % 2 == 0 ? 0 : 9), "block \(block): \(bins)")
      #expect(abs(bins.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func framesWithoutMotionHaveZeros() {
    let still = FlowField(height: 2, width: 2, horizontal: [3, 3, 3, 3], vertical: [1, 1, 1, 1])
    #expect(FuzzyOrientations().features(of: [still]) == [Float](repeating: 0, count: 25 * 18))
  }

  @Test func fractionsAreThoseOfATurn() {
    #expect(fractionOfTurn(x: 1, y: 0) == 0 && fractionOfTurn(x: -1, y: 0) == 0.5)
    #expect(abs(fractionOfTurn(x: 0, y: -1) - 0.75) < 1e-15)
    #expect(fractionOfTurn(x: 1, y: -1e-30) < 1, "a hair before a whole turn")
  }
}
