/// y = x · weightᵀ + bias on rows of features; every rank computes the same from all rows.
struct Linear {
  let weight, bias: Parameter
  private var input: Tensor?

  init(weight: Parameter, bias: Parameter) {
    self.weight = weight
    self.bias = bias
  }

  /// Weights and biases uniform in ±1/sqrt(inputs).
  init(_ name: String, inputs: Int, outputs: Int, _ initializer: Initializer) {
    let bound = 1 / Double(inputs).squareRoot()
    self.init(
      weight: initializer.uniform(name + ".weight", [outputs, inputs], bound: bound),
      bias: initializer.uniform(name + ".bias", [outputs], bound: bound))
  }

  var parameters: [Parameter] { [weight, bias] }

  /// - Parameter x: `[rows, inputs]`.
  mutating func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
    if case .training = mode { input = x }
    let y = matrixProduct(x, transposed(weight.value))
    let outputs = bias.value.count
    for index in 0..<y.count { y[index] += bias.value[index % outputs] }
    return y
  }

  /// Returns the gradient of x, and sets the parameters' gradients unless the layer is frozen.
  mutating func backward(_ dy: Tensor, frozen: Bool = false) -> Tensor {
    guard let x = input else { return dy }
    input = nil
    if !frozen { setGradients(dy, x) }
    return matrixProduct(dy, weight.value)
  }

  private func setGradients(_ dy: Tensor, _ x: Tensor) {
    let outputs = bias.value.count
    let gradient = matrixProduct(transposed(dy), x)
    weight.gradient.pointer.update(from: gradient.pointer, count: gradient.count)
    for column in 0..<outputs {
      bias.gradient[column] = Float((0..<dy.shape[0]).reduce(0.0) { $0 + Double(dy[$1 * outputs + column]) })
    }
  }
}
