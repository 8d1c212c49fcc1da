import Testing

@testable import Core

@Suite struct NetworkConvolutionTests {
  private var settings: SweepConfiguration.Network {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (2, 3, 32, 32)
    return network
  }

  /// By hand: 2 · inputs · outputs · taps of a frame · positions · pairs of an output frame and a valid input frame.
  @Test func operationsAreThoseOfThePlainSumOverValidFrames() {
    let convolutions = NetworkConvolution.all(of: .menet, settings)
    // Seven taps over three frames: every frame sees all three.
    #expect(convolutions[0].operations == 2 * 3 * 2 * 49 * (16 * 16) * 9)
    // Three taps over three frames: the outer ones see two.
    #expect(convolutions[1].layer == "layer1.0.conv1" && convolutions[1].size == 8)
    #expect(convolutions[1].operations == 2 * 2 * 2 * 9 * (8 * 8) * 7)
    #expect(convolutions[2].layer == "layer2.0.conv1" && convolutions[2].outputSize == 4)
    #expect(convolutions[2].operations == 2 * 2 * 4 * 9 * (4 * 4) * 7)
    // One tap sees its own frame.
    #expect(convolutions[4].layer == "layer2.0.downsample.0")
    #expect(convolutions[4].operations == 2 * 2 * 4 * (4 * 4) * 3)
  }

  /// IDNet's kernels span one frame, so that no tap lies before or after the clip and both counts agree.
  @Test(arguments: SweepConfiguration.Stem.allCases) func theyAddUpToTheCostOfIDNet(_ stem: SweepConfiguration.Stem) {
    var network = settings
    (network.stem, network.identitySize) = (stem, 64)
    let sum = NetworkConvolution.all(of: .idnet, network).reduce(0) { $0 + Double($1.layers) * $1.operations }
    #expect(sum == 2 * NetworkCost.identity(network).forward)
  }

  @Test(arguments: RecognitionNetwork.Branch.allCases)
  func theyAreTheConvolutionsOfTheNetwork(_ branch: RecognitionNetwork.Branch) {
    let network: RecognitionNetwork =
      branch == .menet
      ? .menet(settings, attention: true, classes: 3, seed: 1) : .idnet(settings, classes: 3, seed: 1)
    let kernels = network.parameters.filter { $0.value.shape.count == 5 }
    let convolutions = NetworkConvolution.all(of: branch, settings)
    for convolution in convolutions {
      let shape = convolution.geometry.weightShape
      #expect(kernels.contains { $0.name == convolution.layer + ".weight" && $0.value.shape == shape })
      #expect(kernels.filter { $0.value.shape == shape }.count == convolution.layers, "\(convolution.layer)")
    }
    #expect(kernels.count == convolutions.reduce(0) { $0 + $1.layers })
  }

  @Test func aStemHasNoGradientOfItsInput() throws {
    let convolutions = NetworkConvolution.all(of: .idnet, settings)
    #expect(convolutions.map(\.isStem) == [true] + Array(repeating: false, count: 10))
    let stem = ConvolutionTrial(convolutions[0], batch: 1)
    #expect(stem.passes == [.forward, .weightGradient])
    for pass in stem.passes { try stem.run(pass) }
  }
}
