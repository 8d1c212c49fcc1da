/// One convolution on random numbers, to be run repeatedly and timed by the caller.
///
/// It calls the same kernels as the layers; see `ConvolutionLayer`.
public struct ConvolutionTrial {
  /// The part of a training step that is computed.
  public enum Pass: String, CaseIterable, Sendable { case forward, inputGradient, weightGradient }

  public let convolution: NetworkConvolution
  private let input: ConvolutionInput
  private let outputGradient: FeatureMaps
  private let weight, weightGradient: Tensor
  private let lanes: Lanes

  /// - Parameter batch: number of clips.
  public init(_ convolution: NetworkConvolution, batch: Int) {
    let (geometry, frames, size) = (convolution.geometry, convolution.frames, convolution.size)
    self.convolution = convolution
    lanes = Lanes(batch: batch, count: SweepConfiguration.Training().lanes)
    if convolution.isStem {
      let clips = Tensor([batch, frames, size, size, geometry.inputChannels])
      clips.fill(CounterRandom(1))
      input = .clips(clips)
    } else {
      input = .maps(
        FeatureMaps(
          random: CounterRandom(1), samples: batch, frames: frames, size: size, channels: geometry.inputChannels))
    }
    outputGradient = FeatureMaps(
      random: CounterRandom(2), samples: batch, frames: frames, size: convolution.outputSize,
      channels: geometry.outputChannels)
    weight = Tensor(geometry.weightShape)
    weight.fill(CounterRandom(3))
    weightGradient = Tensor(geometry.weightShape)
  }

  /// The passes of training: the stem's input, the clip, needs no gradient.
  public var passes: [Pass] { convolution.isStem ? [.forward, .weightGradient] : Pass.allCases }

  /// Computes one pass and frees its result.
  public func run(_ pass: Pass) throws {
    let geometry = convolution.geometry
    switch pass {
    case .forward:
      _ = convolutionForward(geometry, input, weight: weight)
    case .inputGradient:
      _ = convolutionInputGradient(
        geometry, dy: outputGradient, weight: weight, height: convolution.size, width: convolution.size)
    case .weightGradient:
      let product = WeightGradient(geometry, input)
      let sums = Tensor([product.count])
      try lanes.total(into: sums) {
        product.sums(input, dy: outputGradient, lanes: $0)
      }
      product.unpack(sums, into: weightGradient)
    }
  }
}

extension FeatureMaps {
  /// Random numbers in [-1, 1], with zeros in the padding.
  fileprivate init(random: CounterRandom, samples: Int, frames: Int, size: Int, channels: Int) {
    self.init(samples: samples, frames: frames, height: size, width: size, channels: channels)
    let (pointer, stride) = (pointer, stride)
    Parallel.forEachRange(count, grain: 1 << 16) { range in
      for index in range { pointer[index] = index % stride < channels ? random.value(at: index) : 0 }
    }
  }
}

extension Tensor {
  fileprivate func fill(_ random: CounterRandom) {
    let pointer = pointer
    Parallel.forEachRange(count, grain: 1 << 16) { range in
      for index in range { pointer[index] = random.value(at: index) }
    }
  }
}

extension CounterRandom {
  fileprivate func value(at index: Int) -> Float { Float(2 * uniform(at: UInt64(index)) - 1) }
}
