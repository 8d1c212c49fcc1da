/// The dual problem of a two-class support vector machine (C-SVC), solved by sequential minimal optimisation: minimise
/// ½ αᵀQα - Σ α with yᵀα = 0 and 0 ≤ α ≤ C, where Q_ij = y_i y_j K_ij.
///
/// The working set is chosen by second-order information (Fan, Chen and Lin 2005); of equal choices, the first. So the
/// result depends only on the matrix.
struct SupportVectorSolver {
  /// y_i α_i of each sample.
  let coefficients: [Double]
  /// Added to Σ y_i α_i K(x_i, x); a sum above 0 means the first class.
  let bias: Double
  let iterations: Int

  /// The most iterations: LIBSVM's limit.
  static let mostIterations = 10_000_000
  /// Replaces curvatures that are not above 0.
  private static let leastCurvature = 1e-12

  /// - Parameters:
  ///   - kernel: `[count, count]`, symmetric.
  ///   - signs: 1 for the first class, -1 for the second; both must occur.
  ///   - cost: C, above 0.
  ///   - tolerance: the largest allowed violation of the optimality conditions.
  init(kernel: [Double], signs: [Double], cost: Double, tolerance: Double) {
    let count = signs.count
    var alpha = [Double](repeating: 0, count: count)
    var gradient = [Double](repeating: -1, count: count)
    func rises(_ t: Int) -> Bool { signs[t] > 0 ? alpha[t] < cost : alpha[t] > 0 }
    func falls(_ t: Int) -> Bool { signs[t] > 0 ? alpha[t] > 0 : alpha[t] < cost }

    var iterations = 0
    while iterations < SupportVectorSolver.mostIterations {
      var (i, highest) = (-1, -Double.infinity)
      for t in 0..<count where rises(t) && -signs[t] * gradient[t] > highest {
        (i, highest) = (t, -signs[t] * gradient[t])
      }
      guard i >= 0 else { break }
      var (j, lowest, best) = (-1, Double.infinity, Double.infinity)
      for t in 0..<count where falls(t) {
        let value = -signs[t] * gradient[t]
        lowest = min(lowest, value)
        guard value < highest else { continue }
        let curvature = kernel[i * count + i] + kernel[t * count + t] - 2 * kernel[i * count + t]
        let gain = -(highest - value) * (highest - value) / max(curvature, SupportVectorSolver.leastCurvature)
        if gain < best { (j, best) = (t, gain) }
      }
      guard j >= 0, highest - lowest >= tolerance else { break }
      iterations += 1

      // α_i changes by y_i δ and α_j by -y_j δ, so that yᵀα stays 0.
      let curvature = kernel[i * count + i] + kernel[j * count + j] - 2 * kernel[i * count + j]
      let wanted =
        (-signs[i] * gradient[i] + signs[j] * gradient[j])
        / max(curvature, SupportVectorSolver.leastCurvature)
      let roomOfFirst = signs[i] > 0 ? cost - alpha[i] : alpha[i]
      let roomOfSecond = signs[j] > 0 ? alpha[j] : cost - alpha[j]
      let step = min(wanted, roomOfFirst, roomOfSecond)
      alpha[i] = step == roomOfFirst ? (signs[i] > 0 ? cost : 0) : alpha[i] + signs[i] * step
      alpha[j] = step == roomOfSecond ? (signs[j] > 0 ? 0 : cost) : alpha[j] - signs[j] * step
      for t in 0..<count {
        gradient[t] += signs[t] * step * (kernel[t * count + i] - kernel[t * count + j])
      }
    }
    self.iterations = iterations
    coefficients = zip(signs, alpha).map { $0 * $1 }
    bias = SupportVectorSolver.bias(gradient, signs, alpha, cost)
  }

  /// The mean of -y G over the vectors between the bounds; if there are none, the middle of the interval that the
  /// others allow.
  private static func bias(_ gradient: [Double], _ signs: [Double], _ alpha: [Double], _ cost: Double) -> Double {
    var (sum, free) = (0.0, 0)
    var (highest, lowest) = (-Double.infinity, Double.infinity)
    for t in signs.indices {
      let value = -signs[t] * gradient[t]
      if alpha[t] > 0, alpha[t] < cost {
        (sum, free) = (sum + value, free + 1)
      } else if (alpha[t] == 0) == (signs[t] > 0) {
        highest = max(highest, value)
      } else {
        lowest = min(lowest, value)
      }
    }
    return free > 0 ? sum / Double(free) : (highest + lowest) / 2
  }
}
