import Testing

@testable import Core

/// Every kernel and stride of both networks, at odd sizes and with channels that are no multiple of a vector.
/// Tolerance: sums of up to 343 · 3 products in single precision, 1e-5 of the largest result; 1e-4 where Winograd's
/// transforms are chosen.
@Suite struct ConvolutionTests {
  static let geometries: [ConvolutionGeometry] = [
    (1, 1), (1, 3), (3, 1), (3, 3),
  ].flatMap { frameTaps, taps in
    [1, 2].flatMap { stride in
      [(5, 11), (8, 8), (16, 40), (3, 24), (32, 40)].map { inputs, outputs in
        ConvolutionGeometry(
          inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: taps, stride: stride)
      }
    }
  }

  /// From 32 outputs on they are computed on phases, where frames are large enough.
  static let stems = [(7, 9), (1, 16), (7, 33), (1, 32), (7, 64), (3, 56)].map { frameTaps, outputs in
    ConvolutionGeometry(inputChannels: 3, outputChannels: outputs, frameTaps: frameTaps, taps: 7, stride: 2)
  }

  @Test(arguments: geometries) func equalsPlainLoops(_ geometry: ConvolutionGeometry) {
    for (frames, height, width) in [(1, 1, 1), (4, 9, 7), (3, 8, 10)] {
      check(ConvolutionOracle(geometry: geometry, samples: 3, frames: frames, height: height, width: width))
    }
  }

  @Test(arguments: stems) func stemEqualsPlainLoops(_ geometry: ConvolutionGeometry) {
    for (frames, height, width) in [(2, 11, 9), (5, 16, 16), (1, 24, 31), (6, 25, 24), (9, 23, 26)] {
      let oracle = ConvolutionOracle(geometry: geometry, samples: 3, frames: frames, height: height, width: width)
      let x = randomElements(oracle.inputCount, seed: 1)
      let clips = Tensor([3, frames, height, width, 3])
      for index in 0..<clips.count {
        let (position, colour) = index.quotientAndRemainder(dividingBy: 3)
        let (sample, rest) = position.quotientAndRemainder(dividingBy: frames * height * width)
        clips[index] = x[(sample * 3 + colour) * frames * height * width + rest]
      }
      checkForwardAndWeights(oracle, .clips(clips), x)
    }
  }

  @Test func aBatchOfNoSamplesHasNoGradient() {
    let geometry = ConvolutionGeometry(inputChannels: 8, outputChannels: 8, frameTaps: 3, taps: 3, stride: 1)
    let x = FeatureMaps(samples: 0, frames: 2, height: 4, width: 4, channels: 8)
    let y = convolutionForward(geometry, .maps(x), weight: Tensor(geometry.weightShape, filledWith: 1))
    #expect(y.samples == 0)
    let sums = WeightGradient(geometry, .maps(x)).sums(.maps(x), dy: y, lanes: [0..<0, 0..<0])
    #expect(sums.elements.allSatisfy { $0 == 0 })
  }

  private func check(_ oracle: ConvolutionOracle) {
    let geometry = oracle.geometry
    let x = randomElements(oracle.inputCount, seed: 1)
    let maps = FeatureMaps(
      channelsFirst: Tensor([3, geometry.inputChannels, oracle.frames, oracle.height, oracle.width], x))
    checkForwardAndWeights(oracle, .maps(maps), x)

    let dy = randomElements(oracle.outputCount, seed: 3)
    let weight = randomElements(geometry.weightCount, seed: 2)
    let gradient = convolutionInputGradient(
      geometry, dy: outputMaps(oracle, dy), weight: Tensor(geometry.weightShape, weight), height: oracle.height,
      width: oracle.width)
    #expect(relativeError(gradient.channelsFirst.elements, oracle.inputGradient(dy, weight)) < tolerance(oracle))
    #expect(paddingIsZero(gradient))
  }

  private func checkForwardAndWeights(_ oracle: ConvolutionOracle, _ input: ConvolutionInput, _ x: [Float]) {
    let geometry = oracle.geometry
    let weight = randomElements(geometry.weightCount, seed: 2)
    let y = convolutionForward(geometry, input, weight: Tensor(geometry.weightShape, weight))
    #expect(relativeError(y.channelsFirst.elements, oracle.forward(x, weight)) < tolerance(oracle))
    #expect(paddingIsZero(y))

    let dy = randomElements(oracle.outputCount, seed: 3)
    let lanes = [0..<2, 2..<2, 2..<3]
    let product = WeightGradient(geometry, input)
    let sums = product.sums(input, dy: outputMaps(oracle, dy), lanes: lanes)
    for (index, lane) in lanes.enumerated() {
      let tiles = Tensor([product.count], Array(sums.elements[index * product.count..<(index + 1) * product.count]))
      let gradient = Tensor(geometry.weightShape)
      product.unpack(tiles, into: gradient)
      #expect(relativeError(gradient.elements, oracle.weightGradient(x, dy, samples: lane)) < tolerance(oracle))
    }
  }

  private func tolerance(_ oracle: ConvolutionOracle) -> Double {
    switch ConvolutionAlgorithm(
      oracle.geometry, frames: oracle.frames, height: oracle.height, width: oracle.width)
    {
    case .direct: 1e-5
    case .winograd, .phases: 1e-4
    }
  }

  private func outputMaps(_ oracle: ConvolutionOracle, _ dense: [Float]) -> FeatureMaps {
    FeatureMaps(
      channelsFirst: Tensor(
        [oracle.samples, oracle.geometry.outputChannels, oracle.frames, oracle.outputHeight, oracle.outputWidth], dense)
    )
  }

  private func paddingIsZero(_ maps: FeatureMaps) -> Bool {
    (0..<maps.count).allSatisfy { $0 % maps.stride < maps.channels || maps.pointer[$0] == 0 }
  }
}
