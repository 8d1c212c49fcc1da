import Testing

@testable import Core

/// Adam against PyTorch's, element by element.
@Suite struct AdamFixtureTests {
  /// Among the gradients are zeros, huge ones, and some near Adam's epsilon, where its place in the formula shows.
  @Test func tenStepsEqualPyTorch() throws {
    let fixture = try Fixture("training/adam")
    let parameter = Parameter("weight", try fixture.tensor("weight"))
    var optimizer = Adam([parameter], learningRate: 1e-4)
    var before = parameter.value.elements
    var largest = [Float](repeating: 0, count: 11)
    for step in 1...10 {
      try fixture.fill(parameter.gradient, "step-\(step).gradient")
      optimizer.step()
      let (after, expected) = (parameter.value.elements, try fixture.file.floats("step-\(step).weight"))
      // A step is at most 1e-4, so the weights themselves say little; but they are all that is stored, so the moves
      // are exact only to the weights' rounding, 1e-7, and these add up.
      for index in after.indices {
        #expect(abs(after[index] - expected[index]) <= 2.5e-7, "step \(step), element \(index)")
      }
      #expect(after != before)
      before = after
      let gradients = parameter.gradient.elements
      for index in gradients.indices { largest[index] = max(largest[index], abs(gradients[index])) }
      expectClose(optimizer.first[0], try fixture.file.floats("step-\(step).first_moment"), largest)
      expectClose(
        optimizer.second[0], try fixture.file.floats("step-\(step).second_moment"), largest.map { $0 * $0 * 1e-3 })
    }
    #expect(optimizer.steps == 10)
  }

  /// A step moves a weight by up to 1e-2, and decay by 3e-3 of its size: the tolerance of 1e-6 is their rounding over
  /// ten steps, a thousandth of one step's decay.
  @Test func tenStepsWithWeightDecayEqualPyTorchsAdamW() throws {
    let fixture = try Fixture("training/adamw")
    let parameters = try ["matrix", "vector"].map { Parameter($0, try fixture.tensor($0)) }
    var optimizer = Adam(parameters, learningRate: 1e-2, weightDecay: 0.3)
    for step in 1...10 {
      for parameter in parameters { try fixture.fill(parameter.gradient, "step-\(step).\(parameter.name)_gradient") }
      optimizer.step()
      for parameter in parameters {
        let expected = try fixture.file.floats("step-\(step).\(parameter.name)")
        for (value, reference) in zip(parameter.value.elements, expected) {
          #expect(abs(value - reference) < 1e-6, "step \(step), \(parameter.name)")
        }
      }
    }
  }

  /// By hand: without a gradient only decay moves a weight, by rate · factor · decay; a vector does not decay.
  @Test func theFactorOfAStepScalesRateAndDecay() {
    let (matrix, vector) = (Parameter("m", Tensor([1, 20], filledWith: 2)), Parameter("v", Tensor([3], filledWith: 2)))
    var optimizer = Adam([matrix, vector], learningRate: 0.5, weightDecay: 0.1)
    optimizer.step(rateTimes: 0.5)
    #expect(matrix.value.elements.allSatisfy { abs($0 - 1.95) < 1e-6 })
    #expect(vector.value.elements == [2, 2, 2])
    vector.gradient[0] = 1
    var plain = Adam([vector], learningRate: 0.5)
    plain.step(rateTimes: 0.25)
    #expect(abs(vector.value[0] - 1.875) < 1e-6)
  }

  /// Each element by the size of its own terms: a huge neighbour must not hide a small one, and where terms cancel
  /// their rounding remains.
  private func expectClose(_ values: Tensor, _ expected: [Float], _ sizes: [Float]) {
    for (index, (value, reference)) in zip(values.elements, expected).enumerated() {
      let allowed = 1e-6 * max(abs(reference), sizes[index])
      #expect(abs(value - reference) <= allowed, "element \(index): \(value), not \(reference)")
    }
  }

  /// By hand: at the first step m̂ = g and v̂ = g², so the move is learningRate · g / (|g| + epsilon).
  @Test func theFirstStepIsTheLearningRate() {
    let parameter = Parameter("weight", Tensor([3], [0, 0, 0]))
    parameter.gradient[0] = 3
    parameter.gradient[1] = -2000
    parameter.gradient[2] = 1e-8
    var optimizer = Adam([parameter], learningRate: 0.5)
    optimizer.step()
    let expected: [Float] = [-0.5, 0.5, -0.25]
    #expect(zip(parameter.value.elements, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
