/// How fast a training step could be if it did nothing but the multiplications of its convolutions.
public struct ArithmeticLimit {
  /// Multiplications with additions of one core per second: fused ones of whole registers, on operands in the
  /// first-level cache, by the loop that computes all products.
  public let perCore: Double

  /// Measures this core, about a tenth of a second on one thread.
  public init() {
    let (rows, terms) = (tileRows, 256)
    let source = Tensor([rows, terms], filledWith: 0.5)
    let weights = Tensor([terms, WideVector.width], filledWith: 0.25)
    let result = Tensor([rows, WideVector.width])
    let calls = 4000
    let seconds = (0..<7).map { _ in
      ContinuousClock().measure {
        for _ in 0..<calls {
          gatherRows(
            count: rows, width: WideVector.width, terms: terms, source: source.pointer, sourceStep: terms,
            weights: weights.pointer, destination: result.pointer, destinationStep: WideVector.width, continues: false)
        }
      }.inSeconds
    }
    perCore = Double(calls * rows * WideVector.width * terms) / (seconds.min() ?? 1)
  }

  /// Multiplications with additions of a network's convolutions for one clip in a training step, by the algorithms that
  /// are chosen, with tiles that reach over the border of a frame, without transforms.
  public static func multiplications(_ branch: RecognitionNetwork.Branch, _ network: SweepConfiguration.Network)
    -> Double
  {
    NetworkConvolution.all(of: branch, network).reduce(0) { sum, convolution in
      // The stem's input needs no gradient.
      sum + Double(convolution.layers * (convolution.isStem ? 2 : 3)) * convolution.multiplications
    }
  }
}

extension NetworkConvolution {
  /// Multiplications with additions of one direction for one clip, by the algorithm that is chosen. The gradient of the
  /// weights is computed directly where a frame is a single tile; that is not counted.
  var multiplications: Double {
    let channels = Double(geometry.inputChannels * geometry.outputChannels)
    switch ConvolutionAlgorithm(geometry, frames: frames, height: size, width: size) {
    case .direct: return operations / 2
    case .phases:
      let tiles = WinogradTiles(height: outputSize, width: outputSize, side: StemSize.tile).count
      // Four phases of each colour.
      return 4 * channels * Double(StemSize.positions * tiles * tapsInTime)
    case .winograd:
      let tiles = WinogradTiles(height: outputSize, width: outputSize).count
      let time = WinogradFrames(frames, taps: geometry.frameTaps)
      let inTime = time.points == 1 ? frames : time.points * time.tiles
      let positions = geometry.stride == 1 ? UnstridedForm.products : StridedForm.products
      return channels * Double(positions * tiles * inTime)
    }
  }
}
