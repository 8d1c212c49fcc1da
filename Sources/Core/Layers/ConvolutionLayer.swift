/// A convolution without bias over time and place.
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

  mutating func forward(_ x: ConvolutionInput, _ mode: Mode) -> FeatureMaps {
    if case .training = mode { input = x }
    return convolutionForward(geometry, x, weight: weight.value)
  }

  /// Sets the weight's gradient, a sum over all lanes, from the gradient of the output of the last training pass.
  mutating func backwardWeight(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    guard let x = input else { return }
    input = nil
    let product = WeightGradient(geometry, x)
    let sums = Tensor([product.count])
    try lanes.total(into: sums) { product.sums(x, dy: dy, lanes: $0) }
    product.unpack(sums, into: weight.gradient)
  }

  /// As `backwardWeight`, and the gradient of the input.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    guard let x = input else { return dy }
    try backwardWeight(dy, lanes)
    return convolutionInputGradient(geometry, dy: dy, weight: weight.value, height: x.height, width: x.width)
  }
}
