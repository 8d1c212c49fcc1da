/// Batch normalisation of rows of features, `[rows, width]`; every rank computes the same from all rows.
struct RowNormalization {
  let state: NormalizationState
  private let width: Int
  private var memory: (normalized: Tensor, inverseDeviation: [Double])?

  /// - Parameter start: the weight's initial value; with 0 the layer's output is zero at first.
  init(_ name: String, width: Int, _ initializer: Initializer, weight start: Float = 1) {
    state = NormalizationState(name, channels: width, initializer, weight: start)
    self.width = width
  }

  mutating func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
    let rows = x.shape[0]
    var means = (0..<width).map { Double(state.runningMean.value[$0]) }
    var variances = (0..<width).map { Double(state.runningVariance.value[$0]) }
    if case .training = mode {
      for column in 0..<width {
        means[column] = columnMean(rows) { Double(x[$0 * width + column]) }
        variances[column] = columnMean(rows) { row in
          let centred = Double(x[row * width + column]) - means[column]
          return centred * centred
        }
        state.track(channel: column, mean: means[column], variance: variances[column], count: Double(rows))
      }
      state.batchesTracked.value[0] += 1
    }
    let inverse = variances.map { 1 / ($0 + NormalizationState.epsilon).squareRoot() }
    let normalized = Tensor(x.shape)
    let y = Tensor(x.shape)
    for index in 0..<x.count {
      let column = index % width
      let value = (Double(x[index]) - means[column]) * inverse[column]
      normalized[index] = Float(value)
      y[index] = Float(value * Double(state.weight.value[column]) + Double(state.bias.value[column]))
    }
    if case .training = mode { memory = (normalized, inverse) }
    return y
  }

  mutating func backward(_ dy: Tensor) -> Tensor {
    guard let (normalized, inverse) = memory else { return dy }
    memory = nil
    let rows = dy.shape[0]
    let dx = Tensor(dy.shape)
    for column in 0..<width {
      let mean = columnMean(rows) { Double(dy[$0 * width + column]) }
      let gradient = columnMean(rows) { Double(dy[$0 * width + column]) * Double(normalized[$0 * width + column]) }
      state.bias.gradient[column] = Float(mean * Double(rows))
      state.weight.gradient[column] = Float(gradient * Double(rows))
      let scale = Double(state.weight.value[column]) * inverse[column]
      for row in 0..<rows {
        let index = row * width + column
        dx[index] = Float(scale * (Double(dy[index]) - mean - Double(normalized[index]) * gradient))
      }
    }
    return dx
  }

  private func columnMean(_ rows: Int, _ value: (Int) -> Double) -> Double {
    (0..<rows).reduce(0) { $0 + value($1) } / Double(rows)
  }
}
