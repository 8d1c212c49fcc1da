/// A fully connected layer with ReLU and, in training, dropout (Srivastava et al. 2014); every rank computes the same
/// from all rows.
///
/// Kept outputs are divided by the kept share, so that evaluation uses all outputs unchanged.
struct RectifiedLinear {
  private var connection: Linear
  /// The share of outputs that are dropped in training.
  let dropped: Double
  /// The factor of each output in the last training pass: 0, or 1 / (1 - dropped).
  private var factors: Tensor?

  /// - Parameter dropped: 0 ..< 1.
  init(_ name: String, inputs: Int, outputs: Int, dropped: Double = 0, _ initializer: Initializer) {
    connection = Linear(name, inputs: inputs, outputs: outputs, initializer)
    self.dropped = dropped
  }

  var parameters: [Parameter] { connection.parameters }

  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - random: output p of `[rows, outputs]` is dropped if number p is below `dropped`.
  mutating func forward(_ x: Tensor, _ mode: Mode, _ random: CounterRandom) -> Tensor {
    let y = connection.forward(x, mode)
    guard case .training = mode else {
      for index in 0..<y.count { y[index] = rectified(y[index]) }
      return y
    }
    let (factors, kept) = (Tensor(y.shape), Float(1 / (1 - dropped)))
    for index in 0..<y.count {
      let isKept = dropped == 0 || random.uniform(at: UInt64(index)) >= dropped
      // NaN is kept, so that it shows in the result.
      factors[index] = isKept && !(y[index] <= 0) ? kept : 0
      y[index] = isKept ? rectified(y[index]) * kept : 0
    }
    self.factors = factors
    return y
  }

  private func rectified(_ value: Float) -> Float { value <= 0 ? 0 : value }

  /// Returns the gradient of x, and sets the parameters' gradients.
  mutating func backward(_ dy: Tensor) -> Tensor {
    guard let factors else { return dy }
    self.factors = nil
    let gradients = Tensor(dy.shape)
    for index in 0..<dy.count { gradients[index] = dy[index] * factors[index] }
    return connection.backward(gradients)
  }
}
