import Testing

@testable import Core

/// What is left of a network's multiplications, counted by hand.
@Suite struct ArithmeticLimitTests {
  private let paper = NetworkConvolution.all(of: .menet, SweepConfiguration.Network())

  private func layer(_ name: String) throws -> NetworkConvolution { try #require(paper.first { $0.layer == name }) }

  @Test func everyAlgorithmIsCounted() throws {
    // 43 × 43 tiles of 3 × 3 outputs, 36 products for each of 12 channels and of the 30 taps in time inside the clip.
    #expect(try layer("conv1").multiplications == 43 * 43 * 36 * 12 * 64 * 30)
    // 16 × 16 tiles of 4 × 4 outputs and two of three frames, 36 · 5 products.
    #expect(try layer("layer1.0.conv1").multiplications == 16 * 16 * 2 * 180 * 64 * 64)
    // 8 × 8 tiles, 9 · 9 · 5 products: five points for the two taps of an odd phase and four for the one of an even.
    #expect(try layer("layer2.0.conv1").multiplications == 8 * 8 * 2 * 405 * 64 * 128)
    let downsample = try layer("layer2.0.downsample.0")
    #expect(downsample.multiplications == downsample.operations / 2)
  }

  @Test func aThirdOrLessIsLeftOfLargeLayers() {
    for convolution in paper where !convolution.layer.contains("downsample") {
      #expect(convolution.multiplications < 0.45 * convolution.operations / 2, "\(convolution.layer)")
    }
    let left = ArithmeticLimit.multiplications(.menet, SweepConfiguration.Network())
    let all = NetworkCost.motion(SweepConfiguration.Network(), attention: false).training
    #expect(left < 0.25 * all && left > 0.1 * all)
  }

  @Test func theCoreIsMeasured() { #expect(ArithmeticLimit().perCore > 1e8) }
}
