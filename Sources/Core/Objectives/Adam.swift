/// Adam (Kingma & Ba 2015) over the parameters of one module, with betas 0.9 and 0.999 and epsilon 1e-8.
///
/// With weight decay it is AdamW (Loshchilov & Hutter 2019), as `torch.optim.AdamW`: w -= rate · decay · w before the
/// step. Only weights of two and more dimensions decay: those of convolutions and fully connected layers. Biases, and
/// scales and shifts of batch normalisation, do not.
public struct Adam {
  static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  private let parameters: [Parameter]
  private let learningRate, weightDecay: Double
  /// First and second moments, one tensor per parameter.
  public let first, second: [Tensor]
  /// Steps taken.
  public var steps = 0

  public init(_ parameters: [Parameter], learningRate: Double, weightDecay: Double = 0) {
    self.parameters = parameters
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
    first = parameters.map { Tensor($0.value.shape, filledWith: 0) }
    second = parameters.map { Tensor($0.value.shape, filledWith: 0) }
  }

  /// Updates every parameter by its gradient.
  ///
  /// - Parameter factor: by which the learning rate is multiplied in this step.
  public mutating func step(rateTimes factor: Double = 1) {
    steps += 1
    let rate = learningRate * factor
    let move = Move(
      beta2: Float(Adam.beta2), toFirst: Float(1 - Adam.beta1), toSecond: Float(1 - Adam.beta2),
      size: Float(rate / (1 - Adam.beta1.raised(to: steps))),
      correction: Float((1 - Adam.beta2.raised(to: steps)).squareRoot()), epsilon: Float(Adam.epsilon))
    for (index, parameter) in parameters.enumerated() {
      let (value, gradient) = (parameter.value.pointer, parameter.gradient.pointer)
      let (m, v) = (first[index].pointer, second[index].pointer)
      let decays = weightDecay > 0 && parameter.value.shape.count > 1
      let kept = decays ? Float(1 - rate * weightDecay) : 1
      Parallel.forEachRange(parameter.value.count, grain: 1 << 15) { range in
        var i = range.lowerBound
        while i + 16 <= range.upperBound {
          var (mean, square, weight) = (SIMD16.load(m + i), SIMD16.load(v + i), SIMD16.load(value + i))
          weight *= kept
          move.apply(.load(gradient + i), &mean, &square, &weight)
          mean.store(m + i)
          square.store(v + i)
          weight.store(value + i)
          i += 16
        }
        while i < range.upperBound {
          var (mean, square) = (SIMD2<Float>(m[i], 0), SIMD2<Float>(v[i], 0))
          var weight = SIMD2<Float>(value[i] * kept, 0)
          move.apply(SIMD2(gradient[i], 0), &mean, &square, &weight)
          (m[i], v[i], value[i]) = (mean[0], square[0], weight[0])
          i += 1
        }
      }
    }
  }

  /// The constants of one step, the same for all parameters.
  private struct Move {
    let beta2, toFirst, toSecond, size, correction, epsilon: Float

    @inline(__always)
    func apply<V: SIMD>(_ gradient: V, _ mean: inout V, _ square: inout V, _ value: inout V) where V.Scalar == Float {
      mean += (gradient - mean) * toFirst
      square = (square * beta2).addingProduct(V(repeating: toSecond) * gradient, gradient)
      value -= size * (mean / (square.squareRoot() / V(repeating: correction) + V(repeating: epsilon)))
    }
  }
}

extension Double {
  /// This number to the power of an integer, 0 or more, by repeated squaring: the same bits everywhere.
  func raised(to exponent: Int) -> Double {
    var (result, square, rest) = (1.0, self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
