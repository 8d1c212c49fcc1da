import Testing

@testable import Core

/// Weights by optical strain, and the histograms that they multiply.
@Suite struct StrainWeightedPatternsTests {
  @Test func weightsAndHistogramsAreThoseOfNumPy() throws {
    let fixture = try Fixture("methods/descriptors")
    let (features, fields) = (StrainWeightedPatterns(), try fixture.fields())
    let weights = features.weights(fields)
    let expected = try fixture.tensor("strain-weights").elements
    #expect(weights.count == 25 && weights.max() == 1)
    for (weight, wanted) in zip(weights, expected) { #expect(abs(weight - wanted) < 1e-5) }
    let plain = LocalBinaryPatterns().features(of: try fixture.volume())
    let weighted = features.weighted(plain, fields)
    let wanted = try fixture.tensor("weighted-xy").rows
    #expect(weighted.count == 25 * 177 && features.count == weighted.count)
    for block in 0..<25 {
      let start = block * 177
      for bin in 0..<59 {
        #expect(abs(weighted[start + bin] - wanted[block][bin]) < 1e-5, "block \(block), bin \(bin)")
      }
      #expect(weighted[start + 59..<start + 177] == plain[start + 59..<start + 177], "XT and YT of block \(block)")
    }
  }

  @Test func weightsAreThoseOfPlainLoops() {
    var features = StrainWeightedPatterns()
    features.patterns.blocks = 3
    let fields = randomFields(2, 11, 8)
    var means: [Float] = []
    for block in 0..<9 {
      let all = fields.flatMap { field in
        field.strain.enumerated().filter { $0.offset / 8 * 3 / 11 * 3 + $0.offset % 8 * 3 / 8 == block }.map(\.element)
      }
      means.append(all.reduce(0, +) / Float(all.count))
    }
    let largest = means.reduce(0, max)
    for (weight, mean) in zip(features.weights(fields), means) { #expect(abs(weight - mean / largest) < 1e-5) }
  }

  /// A face that moves as a whole is not deformed; so is one that stands still.
  @Test func motionWithoutDeformationHasNoWeight() {
    let moved = FlowField(
      height: 6, width: 7, horizontal: [Float](repeating: 2, count: 42), vertical: [Float](repeating: -1, count: 42))
    let features = StrainWeightedPatterns()
    #expect(features.weights([moved]) == [Float](repeating: 0, count: 25))
    #expect(features.weights([]) == [Float](repeating: 0, count: 25))
    let plain = [Float](repeating: 0.5, count: features.count)
    let weighted = features.weighted(plain, [moved])
    #expect(weighted.count { $0 == 0 } == 25 * 59 && weighted.count { $0 == 0.5 } == 25 * 118)
  }

  /// Fewer pixels than blocks: those without a pixel have no weight, and nothing is divided by 0.
  @Test func blocksWithoutPixelsHaveNoWeight() {
    let weights = StrainWeightedPatterns().weights(randomFields(1, 3, 2))
    #expect(weights.count { $0 > 0 } <= 6 && weights.max() == 1 && weights.allSatisfy(\.isFinite))
  }
}
