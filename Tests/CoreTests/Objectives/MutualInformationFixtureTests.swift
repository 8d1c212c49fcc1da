import Foundation
import Testing

@testable import Core

/// MINE, its bound and its ascent against PyTorch.
@Suite struct MutualInformationFixtureTests {
  @Test func theEstimatorAndItsBoundEqualPyTorch() throws {
    let fixture = try Fixture("layers/mine")
    let (motion, identity) = (try fixture.tensor("motion_feature"), try fixture.tensor("identity_feature"))
    let shuffle = try fixture.integers("shuffle")
    var mine = try estimator(fixture, features: motion.shape[1])
    let outputs = mine.forward(motion: motion, identity: identity, shuffle: shuffle)
    let batch = shuffle.count
    try fixture.expect(Tensor([batch], Array(outputs.elements[..<batch])), equals: "joint", within: forwardTolerance)
    try fixture.expect(
      Tensor([batch], Array(outputs.elements[batch...])), equals: "marginal", within: forwardTolerance)
    let (information, gradient) = mutualInformation(outputs)
    // I is a difference of two numbers of about T's size: its error is judged by theirs.
    let size = squares(outputs.elements).squareRoot()
    #expect(abs(information - Double(try fixture.file.floats("information")[0])) < forwardTolerance * size)

    let gradients = mine.backward(gradient, shuffle: shuffle, frozen: false)
    try fixture.expect(gradients.motion, equals: "motion_feature_gradient", within: gradientTolerance)
    try fixture.expect(gradients.identity, equals: "identity_feature_gradient", within: gradientTolerance)
    let whole = try mine.parameters.reduce(0.0) { try $0 + squares(fixture.file.floats("gradient.\($1.name)")) }
    for parameter in mine.parameters {
      let name = "gradient.\(parameter.name)"
      let difference = zip(parameter.gradient.elements, try fixture.file.floats(name)).map { $0 - $1 }
      // The last bias shifts both terms alike: its gradient is next to nothing, so it is judged by the whole.
      #expect(squares(difference) < pow(gradientTolerance, 2) * whole, "\(name)")
    }
  }

  /// Five ascents with Adam on growing features, so that the moving average is far from the batch's own mean.
  @Test func fiveAscentsEqualPyTorch() throws {
    let fixture = try Fixture("training/mine-ascent")
    var mine = try estimator(fixture, features: 8)
    var optimizer = Adam(mine.parameters, learningRate: 1e-4)
    var average = MovingAverage()
    for step in 1...5 {
      let shuffle = try fixture.integers("step-\(step).shuffle")
      let outputs = try mine.forward(
        motion: fixture.tensor("step-\(step).motion_feature"),
        identity: fixture.tensor("step-\(step).identity_feature"), shuffle: shuffle)
      let information = Double(try fixture.file.floats("step-\(step).information")[0])
      let size = squares(outputs.elements).squareRoot()
      #expect(abs(mutualInformation(outputs).estimate - information) < forwardTolerance * size)
      _ = mine.backward(average.descentGradient(outputs), shuffle: shuffle, frozen: false)
      let logarithm = Double(try fixture.file.floats("step-\(step).average")[0])
      #expect(abs((average.logarithm ?? .nan) - logarithm) < forwardTolerance)

      let gradients = try mine.parameters.map { try fixture.file.floats("step-\(step).gradient.\($0.name)") }
      let whole = gradients.reduce(0.0) { $0 + squares($1) }
      optimizer.step()
      for (parameter, gradient) in zip(mine.parameters, gradients) {
        let difference = zip(parameter.gradient.elements, gradient).map { $0 - $1 }
        #expect(squares(difference) < pow(gradientTolerance, 2) * whole, "step \(step) \(parameter.name)")
        try fixture.expect(parameter.value, equals: "step-\(step).after.\(parameter.name)", within: 1e-5)
      }
    }
  }

  /// The moving average starts at the first batch's value, so that the first ascent follows I's own gradient.
  @Test func theFirstAscentFollowsTheBoundItself() {
    let outputs = Tensor([12], randomElements(12, seed: 3))
    var average = MovingAverage()
    let descent = average.descentGradient(outputs).elements
    #expect(zip(descent, mutualInformation(outputs).gradient.elements).allSatisfy { abs($0 + $1) < 1e-7 })
  }

  /// By hand: T is 1 on joint pairs and 0 on shuffled ones, so I = 1 - log(mean of e^0) = 1.
  @Test func theBoundIsOneForOutputsOneAndZero() {
    let (estimate, gradient) = mutualInformation(Tensor([4], [1, 1, 0, 0]))
    #expect(abs(estimate - 1) < 1e-15)
    #expect(gradient.elements == [0.5, 0.5, -0.5, -0.5])
  }

  @Test func hugeOutputsStayFinite() {
    let outputs = Tensor([4], [3000, -3000, 2999, -2999])
    #expect(abs(mutualInformation(outputs).estimate - (0 - 2999 + log(2.0))) < 1e-9)
    var average = MovingAverage(logarithm: -4000)
    let descent = average.descentGradient(outputs).elements
    #expect(descent.allSatisfy { $0.isFinite })
  }

  private func estimator(_ fixture: Fixture, features: Int) throws -> MutualInformationEstimator {
    let mine = MutualInformationEstimator(features: features, seed: 1)
    for parameter in mine.parameters { try fixture.fill(parameter.value, "state.\(parameter.name)") }
    return mine
  }
}
