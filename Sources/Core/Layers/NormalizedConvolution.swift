/// A convolution with stride 1, batch normalisation and ReLU; its tensors are `NAME.0` and `NAME.1`, as in a PyTorch
/// `Sequential`.
struct NormalizedConvolution {
  private var convolution: ConvolutionLayer
  private var normalization: BatchNormalization

  /// - Parameters:
  ///   - frameTaps: taps over time; 1 looks at single frames.
  ///   - taps: taps over height and over width.
  init(_ name: String, inputs: Int, outputs: Int, frameTaps: Int = 1, taps: Int, _ initializer: Initializer) {
    convolution = ConvolutionLayer(
      "\(name).0",
      ConvolutionGeometry(
        inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: taps, stride: 1),
      initializer)
    normalization = BatchNormalization("\(name).1", channels: outputs, rectified: true, initializer)
  }

  var parameters: [Parameter] { [convolution.weight] + normalization.state.parameters }
  var statistics: [Statistic] { normalization.state.statistics }

  mutating func forward(_ x: FeatureMaps, _ mode: Mode) throws -> FeatureMaps {
    try normalization.forward(convolution.forward(.maps(x), mode), mode)
  }

  /// Returns the gradient of x and sets the parameters' gradients; `dy` is overwritten.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    try convolution.backward(normalization.backward(dy, lanes), lanes)
  }

  /// Sets the parameters' gradients, without that of x.
  mutating func backwardParameters(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    try convolution.backwardWeight(normalization.backward(dy, lanes), lanes)
  }
}
