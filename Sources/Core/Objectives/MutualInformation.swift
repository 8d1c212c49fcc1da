/// The Donsker–Varadhan bound on the mutual information of both features (Eq. 3 and 7, with the second expectation over
/// shuffled pairs), and its gradient with respect to the estimator's outputs.
///
/// I = mean over i of T(d_i, e_i) - (logsumexp over j of T(d_π(j), e_j) - log B).
///
/// - Parameter outputs: T of the joint pairs, then of the shuffled pairs, `[2 · batch]`.
public func mutualInformation(_ outputs: Tensor) -> (estimate: Double, gradient: Tensor) {
  let batch = outputs.count / 2
  let shuffled = (batch..<2 * batch).map { Double(outputs[$0]) }
  let total = logSumExp(shuffled)
  let joint = (0..<batch).reduce(0.0) { $0 + Double(outputs[$1]) } / Double(batch)
  let gradient = Tensor([2 * batch])
  for index in 0..<batch {
    gradient[index] = Float(1 / Double(batch))
    gradient[batch + index] = Float(-exponential(shuffled[index] - total))
  }
  return (joint - (total - naturalLogarithm(Double(batch))), gradient)
}

/// The moving average of E[e^T], as a logarithm; it corrects the bias of MINE's gradient (Belghazi et al. 2018).
public struct MovingAverage: Equatable, Sendable {
  static let decay = 0.99
  /// log of the average; nil before the first batch.
  public var logarithm: Double?

  public init(logarithm: Double? = nil) { self.logarithm = logarithm }

  /// Updates the average with a batch, and returns the gradient of −I with respect to the estimator's outputs, with the
  /// average instead of the batch's own mean. At the first batch both are equal.
  ///
  /// - Parameter outputs: as for `mutualInformation`.
  public mutating func descentGradient(_ outputs: Tensor) -> Tensor {
    let batch = outputs.count / 2
    let size = naturalLogarithm(Double(batch))
    let shuffled = (batch..<2 * batch).map { Double(outputs[$0]) }
    let current = logSumExp(shuffled) - size
    let average = logarithm.map {
      logSumExp([naturalLogarithm(MovingAverage.decay) + $0, naturalLogarithm(1 - MovingAverage.decay) + current])
    }
    logarithm = average ?? current
    let gradient = Tensor([2 * batch])
    for index in 0..<batch {
      gradient[index] = Float(-1 / Double(batch))
      gradient[batch + index] = Float(exponential(shuffled[index] - size - (average ?? current)))
    }
    return gradient
  }
}
