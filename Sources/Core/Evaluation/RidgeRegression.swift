/// Linear least squares with a squared penalty, in closed form, with a bias that is not penalised.
///
/// The weights are (XᵀX + λI)⁻¹ XᵀY on centred X and Y. With fewer rows than inputs the equivalent dual form
/// Xᵀ(XXᵀ + λI)⁻¹Y is solved, so that the system has the smaller of both sizes. All sums are in Double and in a fixed
/// order.
struct RidgeRegression {
  /// `[inputs][outputs]`
  private(set) var weights: [[Double]]
  /// `[outputs]`
  private(set) var bias: [Double]

  /// Fits `inputs [n][d]` to `targets [n][k]`, n ≥ 1; nil when the system is not positive definite.
  init?(inputs: [[Double]], targets: [[Double]], ridge: Double) {
    let inputMean = RidgeRegression.columnMeans(inputs)
    let targetMean = RidgeRegression.columnMeans(targets)
    let x = inputs.map { RidgeRegression.difference($0, inputMean) }
    let y = targets.map { RidgeRegression.difference($0, targetMean) }
    let xByColumn = RidgeRegression.transposed(x)
    let yByColumn = RidgeRegression.transposed(y)
    if x.count < xByColumn.count {
      guard let factor = CholeskyFactor(RidgeRegression.gram(x, ridge: ridge)) else { return nil }
      let dual = yByColumn.map(factor.solve)
      weights = xByColumn.map { column in dual.map { RidgeRegression.dot(column, $0) } }
    } else {
      guard let factor = CholeskyFactor(RidgeRegression.gram(xByColumn, ridge: ridge)) else { return nil }
      let solutions = yByColumn.map { target in factor.solve(xByColumn.map { RidgeRegression.dot($0, target) }) }
      weights = RidgeRegression.transposed(solutions)
    }
    bias = targetMean
    for (j, row) in weights.enumerated() { for k in row.indices { bias[k] -= inputMean[j] * row[k] } }
  }

  /// The outputs for one row of inputs.
  func predict(_ row: [Double]) -> [Double] {
    var outputs = bias
    for (j, value) in row.enumerated() where value != 0 {
      for k in outputs.indices { outputs[k] += value * weights[j][k] }
    }
    return outputs
  }

  /// The dot products of all pairs of rows, plus `ridge` on the diagonal: the lower triangle, row by row.
  private static func gram(_ rows: [[Double]], ridge: Double) -> [[Double]] {
    rows.indices.map { i in (0...i).map { j in dot(rows[i], rows[j]) + (i == j ? ridge : 0) } }
  }

  private static func columnMeans(_ rows: [[Double]]) -> [Double] {
    transposed(rows).map { $0.reduce(0, +) / Double(rows.count) }
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

  private static func transposed(_ rows: [[Double]]) -> [[Double]] {
    rows[0].indices.map { column in rows.map { $0[column] } }
  }

  /// The sum of products over the length of the shorter one, in order.
  fileprivate static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
    return sum
  }
}

/// The lower triangular L with L Lᵀ = A.
struct CholeskyFactor {
  /// Row i has i + 1 entries.
  private var rows: [[Double]]

  /// Factors the lower triangle of a symmetric matrix; nil when it is not positive definite.
  init?(_ lower: [[Double]]) {
    rows = []
    rows.reserveCapacity(lower.count)
    for i in lower.indices {
      var row: [Double] = []
      row.reserveCapacity(i + 1)
      for j in 0..<i { row.append((lower[i][j] - RidgeRegression.dot(row, rows[j])) / rows[j][j]) }
      let pivot = lower[i][i] - RidgeRegression.dot(row, row)
      guard pivot > 0, pivot.isFinite else { return nil }
      row.append(pivot.squareRoot())
      rows.append(row)
    }
  }

  /// The z with A z = b.
  func solve(_ b: [Double]) -> [Double] {
    var z: [Double] = []
    z.reserveCapacity(b.count)
    for i in b.indices { z.append((b[i] - RidgeRegression.dot(z, rows[i])) / rows[i][i]) }
    for i in b.indices.reversed() {
      z[i] /= rows[i][i]
      for j in 0..<i { z[j] -= rows[i][j] * z[i] }
    }
    return z
  }
}
