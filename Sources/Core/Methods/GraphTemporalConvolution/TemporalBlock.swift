/// A block of a temporal convolutional network (Bai et al. 2018): two causal convolutions, each with batch
/// normalisation, ReLU and dropout, and a residual.
///
///     y = ReLU(D(C₂ D(C₁ x)) + x)
///
/// Where the number of channels changes, the residual goes through a 1 × 1 convolution. It is not normalised: the scale
/// of a single input channel would be lost.
struct TemporalBlock {
  private var conv1, conv2: CausalConvolution
  private var dropout1, dropout2: Dropout
  private var shortcut: ConvolutionLayer?
  /// The result of the last training pass.
  private var result: FeatureMaps?

  /// - Parameters:
  ///   - lengths: the lengths of the sequences, which lie one after the other in a row.
  ///   - dropped: the share of values that dropout sets to 0 in training.
  init(
    _ name: String, inputs: Int, outputs: Int, taps: Int, dilation: Int, lengths: [Int], dropped: Double,
    _ initializer: Initializer
  ) {
    func conv(_ part: String, _ inputs: Int) -> CausalConvolution {
      CausalConvolution(
        "\(name).\(part)", inputs: inputs, outputs: outputs, taps: taps, dilation: dilation, lengths: lengths,
        initializer)
    }
    (conv1, conv2) = (conv("conv1", inputs), conv("conv2", outputs))
    (dropout1, dropout2) = (Dropout(share: dropped), Dropout(share: dropped))
    if inputs != outputs {
      shortcut = ConvolutionLayer(
        "\(name).downsample",
        ConvolutionGeometry(inputChannels: inputs, outputChannels: outputs, frameTaps: 1, taps: 1, stride: 1),
        initializer)
    }
  }

  var parameters: [Parameter] {
    conv1.parameters + conv2.parameters + (shortcut.map { [$0.weight] } ?? [])
  }
  var statistics: [Statistic] { conv1.statistics + conv2.statistics }

  /// - Parameters:
  ///   - x: `[samples, 1, 1, positions, inputs]`.
  ///   - random: the block's own stream of the step.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode, _ random: CounterRandom) throws -> FeatureMaps {
    func stream(_ number: UInt64) -> CounterRandom { CounterRandom(random.bits(at: number)) }
    let inner = dropout1.forward(try conv1.forward(x, mode), mode, stream(0))
    let outer = dropout2.forward(try conv2.forward(inner, mode), mode, stream(1))
    let residual = shortcut?.forward(.maps(x), mode) ?? x
    let y = FeatureMaps(like: outer)
    // NaN is kept, so that it shows in the result.
    y.setEach(outer, residual) { $0 + $1 <= 0 ? 0 : $0 + $1 }
    if case .training = mode { result = y }
    return y
  }

  /// Returns the gradient of x and sets the parameters' gradients.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    let dx = try conv1.backward(innerGradient(dy, lanes), lanes)
    let sum = rectified(dy)
    let residual = try shortcut?.backward(sum, lanes) ?? sum
    addElements(dx.pointer, residual.pointer, count: dx.count)
    result = nil
    return dx
  }

  /// Sets the parameters' gradients, without that of x.
  mutating func backwardParameters(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    try conv1.backwardParameters(innerGradient(dy, lanes), lanes)
    let sum = rectified(dy)
    try shortcut?.backwardWeight(sum, lanes)
    result = nil
  }

  /// The gradient of the first convolution's result.
  private mutating func innerGradient(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    dropout1.backward(try conv2.backward(dropout2.backward(rectified(dy)), lanes))
  }

  /// The gradient of the sum before the last ReLU, in new memory, because layers write over what they are given.
  private func rectified(_ dy: FeatureMaps) -> FeatureMaps {
    let gradient = FeatureMaps(like: dy)
    guard let result else { return gradient }
    gradient.setEach(dy, result) { $1 <= 0 ? 0 : $0 }
    return gradient
  }
}

extension FeatureMaps {
  /// Sets every value to a function of two others; padding of two zeros must give zero.
  fileprivate func setEach(_ a: FeatureMaps, _ b: FeatureMaps, _ value: (Float, Float) -> Float) {
    let result = pointer
    Parallel.forEachRange(count, grain: 1 << 15) { range in
      for index in range { result[index] = value(a.pointer[index], b.pointer[index]) }
    }
  }
}
