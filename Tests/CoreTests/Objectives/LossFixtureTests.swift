import Testing

@testable import Core

/// The losses and their gradients against PyTorch.
@Suite struct LossFixtureTests {
  @Test(arguments: ["cross-entropy", "cross-entropy-large"]) func crossEntropyEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/\(name)")
    let (loss, gradient) = try crossEntropy(fixture.tensor("logits"), labels: fixture.integers("labels"))
    try fixture.expect(Tensor([1], filledWith: Float(loss)), equals: "loss", within: forwardTolerance)
    try fixture.expect(gradient, equals: "logits_gradient", within: gradientTolerance)
  }

  @Test(arguments: ["divergence", "divergence-two-frames"]) func divergenceEqualsPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/\(name)")
    let (loss, gradient) = try divergence(fixture.tensor("maps"))
    try fixture.expect(Tensor([1], filledWith: Float(loss)), equals: "loss", within: forwardTolerance)
    try fixture.expect(gradient, equals: "maps_gradient", within: gradientTolerance)
  }

  /// By hand: two frames that attend to one position each. The same position: 1 - M·M = 0; two positions: 1 - 0, so L =
  /// -1.
  @Test func divergenceIsLeastWhereFramesLookElsewhere() {
    #expect(divergence(Tensor([1, 2, 2], [1, 0, 1, 0])).loss == 0)
    #expect(divergence(Tensor([1, 2, 2], [1, 0, 0, 1])).loss == -1)
  }

  @Test func oneFrameHasNoDivergence() {
    let (loss, gradient) = divergence(Tensor([2, 1, 3], filledWith: 1.0 / 3))
    #expect(loss == 0)
    #expect(gradient.elements.allSatisfy { $0 == 0 })
  }
}
