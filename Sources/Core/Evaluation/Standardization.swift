/// Subtracts each feature's mean and divides by its standard deviation (population), both of the rows given at `init`.
struct Standardization {
  var mean: [Double]
  /// 1 / standard deviation; 0 for a feature that does not vary, so that it is left out.
  var inverseDeviation: [Double]

  init(rows: [[Float]]) {
    let count = Double(rows.count)
    let width = rows[0].count
    var mean = [Double](repeating: 0, count: width)
    for row in rows { for j in 0..<width { mean[j] += Double(row[j]) } }
    for j in 0..<width { mean[j] /= count }
    var squares = [Double](repeating: 0, count: width)
    for row in rows { for j in 0..<width { squares[j] += (Double(row[j]) - mean[j]) * (Double(row[j]) - mean[j]) } }
    inverseDeviation = (0..<width).map { j in
      let deviation = (squares[j] / count).squareRoot()
      return deviation > 1e-9 * abs(mean[j]) ? 1 / deviation : 0
    }
    self.mean = mean
  }

  func apply(_ row: [Float]) -> [Double] {
    row.indices.map { (Double(row[$0]) - mean[$0]) * inverseDeviation[$0] }
  }
}
