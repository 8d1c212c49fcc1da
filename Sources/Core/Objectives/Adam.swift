/// Adam (Kingma & Ba 2015) over the parameters of one module: 0.9, 0.999, 1e-8.
public struct Adam {
  static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  private let parameters: [Parameter]
  private let learningRate: Double
  /// First and second moments, one tensor a parameter.
  public let first, second: [Tensor]
  /// Steps taken.
  public var steps = 0

  public init(_ parameters: [Parameter], learningRate: Double) {
    self.parameters = parameters
    self.learningRate = learningRate
    first = parameters.map { Tensor($0.value.shape, filledWith: 0) }
    second = parameters.map { Tensor($0.value.shape, filledWith: 0) }
  }

  /// Moves every parameter against its gradient.
  public mutating func step() {
    steps += 1
    let (beta2, toFirst, toSecond) = (Float(Adam.beta2), Float(1 - Adam.beta1), Float(1 - Adam.beta2))
    let size = Float(learningRate / (1 - power(Adam.beta1, steps)))
    let correction = Float((1 - power(Adam.beta2, steps)).squareRoot())
    let epsilon = Float(Adam.epsilon)
    for (index, parameter) in parameters.enumerated() {
      let (value, gradient) = (parameter.value.pointer, parameter.gradient.pointer)
      let (m, v) = (first[index].pointer, second[index].pointer)
      Parallel.forEachRange(parameter.value.count, grain: 1 << 15) { range in
        for i in range {
          let slope = gradient[i]
          m[i] += (slope - m[i]) * toFirst
          v[i] = (v[i] * beta2).addingProduct(toSecond * slope, slope)
          value[i] -= size * (m[i] / (v[i].squareRoot() / correction + epsilon))
        }
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
