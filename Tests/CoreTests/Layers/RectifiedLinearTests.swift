import Testing

@testable import Core

/// The fully connected layer with ReLU and dropout.
@Suite struct RectifiedLinearTests {
  private let input = randomTensor([40, 6], seed: 3)

  private func layer(_ dropped: Double) -> RectifiedLinear {
    RectifiedLinear("fc", inputs: 6, outputs: 25, dropped: dropped, anyInitializer)
  }

  private func mode() -> Mode { .training(Lanes(batch: 40)) }

  @Test func droppedOutputsAreZeroAndKeptOnesGrow() throws {
    var (plain, dropping) = (layer(0), layer(0.25))
    let random = CounterRandom(5)
    let whole = plain.forward(input, mode(), random)
    let thinned = dropping.forward(input, mode(), random)
    var dropped = 0
    for index in 0..<whole.count {
      if random.uniform(at: UInt64(index)) < 0.25 {
        dropped += 1
        #expect(thinned[index] == 0)
      } else {
        #expect(abs(thinned[index] - whole[index] / 0.75) <= 1e-6 * whole[index])
      }
    }
    // A quarter of 1000, within four standard deviations.
    #expect((195...305).contains(dropped))
    #expect(dropping.forward(input, .evaluation, random).elements == whole.elements, "evaluation drops nothing")
  }

  @Test func gradientsPassThroughWhatWasKept() throws {
    var dropping = layer(0.5)
    let (random, cotangent) = (CounterRandom(7), randomTensor([40, 25], seed: 4))
    let kept = dropping.forward(input, mode(), random).elements.map { $0 > 0 }
    let gradient = dropping.backward(cotangent)
    // Of y = x · wᵀ + b: dx = dy · w and db = Σ dy, dy doubled where an output was kept.
    let weight = dropping.parameters[0].value
    let expected = (0..<40 * 6).map { position in
      (0..<25).reduce(0.0) { sum, output in
        let index = position / 6 * 25 + output
        return sum + (kept[index] ? 2 * Double(cotangent[index]) * Double(weight[output * 6 + position % 6]) : 0)
      }
    }
    #expect(normError(gradient.elements, expected.map { Float($0) }) < forwardTolerance)
    let bias = (0..<25).map { output in
      (0..<40).reduce(0.0) { $0 + (kept[$1 * 25 + output] ? 2 * Double(cotangent[$1 * 25 + output]) : 0) }
    }
    #expect(normError(dropping.parameters[1].gradient.elements, bias.map { Float($0) }) < forwardTolerance)
  }
}
