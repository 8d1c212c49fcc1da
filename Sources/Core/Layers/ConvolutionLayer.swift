/// A convolution over time, height and width, without bias.
struct ConvolutionLayer {
  let geometry: ConvolutionGeometry
  let weight: Parameter
  private var input: ConvolutionInput?

  /// He normal, fan-out: deviation sqrt(2 / (output channels · taps)).
  init(_ name: String, _ geometry: ConvolutionGeometry, _ initializer: Initializer) {
    self.geometry = geometry
    let fanOut = geometry.outputChannels * geometry.frameTaps * geometry.taps * geometry.taps
    weight = initializer.normal(
      name + ".weight", geometry.weightShape, deviation: (2 / Double(fanOut)).squareRoot())
  }

  /// - Parameter keepsInput: whether the input is kept for the backward pass; if not, that pass needs it again.
  mutating func forward(_ x: ConvolutionInput, _ mode: Mode, keepsInput: Bool = true) -> FeatureMaps {
    if case .training = mode, keepsInput { input = x }
    return convolutionForward(geometry, x, weight: weight.value)
  }

  /// Sets the weight's gradient, a sum over all lanes, from the gradient of the last training pass's output; inside
  /// `Lanes.whileAdding` it is set when that ends.
  mutating func backwardWeight(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    guard let x = input else { return }
    input = nil
    try setGradient(x, dy, lanes)
  }

  private func setGradient(_ x: ConvolutionInput, _ dy: FeatureMaps, _ lanes: Lanes) throws {
    let product = WeightGradient(geometry, x)
    let (sums, gradient) = (Tensor([product.count]), weight.gradient)
    try lanes.beginTotal(into: sums) {
      product.sums(x, dy: dy, lanes: $0)
    } then: {
      product.unpack(sums, into: gradient)
    }
  }

  /// Sets the weight's gradient and returns the gradient of the input.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    guard let x = input else { return dy }
    let (height, width) = (x.height, x.width)
    try backwardWeight(dy, lanes)
    return convolutionInputGradient(geometry, dy: dy, weight: weight.value, height: height, width: width)
  }

  /// As `backward`, for an input that was not kept.
  func backward(_ dy: FeatureMaps, input x: consuming FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    let (height, width) = (x.height, x.width)
    try setGradient(.maps(x), dy, lanes)
    return convolutionInputGradient(geometry, dy: dy, weight: weight.value, height: height, width: width)
  }
}
