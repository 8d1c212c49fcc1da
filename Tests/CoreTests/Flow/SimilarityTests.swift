import Testing

@testable import Core

@Suite struct SimilarityTests {
  private static func similarity(right: Double, down: Double, a: Double, b: Double) -> Similarity {
    var similarity = Similarity()
    (similarity.right, similarity.down, similarity.a, similarity.b) = (right, down, a, b)
    return similarity
  }

  private static let head = similarity(right: 1.5, down: -0.7, a: 0.01, b: 0.02)

  /// The flow is stored in single precision: about 1e-7 of a pixel.
  private func expectClose(_ found: Similarity, _ right: Similarity, within error: Double) {
    #expect(abs(found.right - right.right) < error && abs(found.down - right.down) < error)
    // A share of 1/32 of a pixel's error at the edge of 64 pixels.
    #expect(abs(found.a - right.a) < error / 32 && abs(found.b - right.b) < error / 32)
  }

  @Test(arguments: [(64, 64), (40, 56), (200, 130)])
  func anExactSimilarityIsFound(height: Int, width: Int) {
    let flow = SimilarityTests.head.flow(height: height, width: width)
    expectClose(Similarity(fittedTo: flow), SimilarityTests.head, within: 1e-5)
  }

  @Test func aFlowOfNothingHasNoMotion() {
    let nothing = FlowField(
      height: 32, width: 32, horizontal: Array(repeating: 0, count: 1024), vertical: Array(repeating: 0, count: 1024))
    #expect(Similarity(fittedTo: nothing) == Similarity())
  }

  @Test func onePixelHasOnlyAShift() {
    let fit = Similarity(fittedTo: FlowField(height: 1, width: 1, horizontal: [2], vertical: [-3]))
    #expect(fit == SimilarityTests.similarity(right: 2, down: -3, a: 0, b: 0))
  }

  /// A quarter of the face moves by two pixels more: plain least squares would take part of it for the head's motion.
  @Test func musclesAreNotTakenForTheHead() {
    var flow = SimilarityTests.head.flow(height: 64, width: 64)
    for y in 40..<64 {
      for x in 10..<53 { flow.horizontal[y * 64 + x] += 2 }
    }
    expectClose(Similarity(fittedTo: flow), SimilarityTests.head, within: 0.02)
  }

  /// The displacement is x (s cos t - 1) - y s sin t, and so on: a turn by t about the centre with a scale of s.
  @Test func theParametersAreATurnAndAScale() {
    let (turn, scale) = (0.1, 1.05)
    let similarity = SimilarityTests.similarity(
      right: 0, down: 0, a: scale * 0.99500416527802576610 - 1, b: scale * 0.09983341664682815230)
    let moved = SIMD2(3, 4) + similarity.displacement(3, 4)
    #expect(abs((moved * moved).sum().squareRoot() - 5 * scale) < 1e-12)
    #expect(abs((moved * SIMD2(3, 4)).sum() / (25 * scale) - 0.99500416527802576610) < 1e-12, "cos \(turn)")
  }

  @Test func theMedianIsThatOfASort() {
    for count in [1, 2, 3, 10, 101, 4096] {
      let random = CounterRandom(3, UInt64(count))
      // Few values, so that many are equal.
      let spread: [Double] = (0..<count).map { random.uniform(at: UInt64($0)) }
      let equal: [Double] = (0..<count).map { Double(random.integer(below: 4, at: UInt64($0))) }
      let falling: [Double] = (0..<count).map { Double(count - $0) }
      for numbers in [spread, equal, falling] {
        #expect(upperMedian(numbers) == numbers.sorted()[count / 2])
      }
    }
  }
}
