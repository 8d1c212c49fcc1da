/// The pixels of a flow that a similarity is fitted to.
///
/// Sums are taken pixel by pixel, so that the bits do not depend on the width of the CPU's vectors.
struct SimilaritySamples {
  /// Positions from the frame's centre, and displacements: one list each, for the vectors.
  private var x: [Double] = [], y: [Double] = []
  private var right: [Double] = [], down: [Double] = []

  /// - Parameter step: from one pixel that is taken to the next, along a row and along a column.
  init(_ flow: FlowField, step: Int) {
    for row in stride(from: 0, to: flow.height, by: step) {
      for column in stride(from: 0, to: flow.width, by: step) {
        let position = row * flow.width + column
        x.append(Double(column) - Double(flow.width - 1) / 2)
        y.append(Double(row) - Double(flow.height - 1) / 2)
        right.append(Double(flow.horizontal[position]))
        down.append(Double(flow.vertical[position]))
      }
    }
  }

  /// Equal weights.
  var equalWeights: [Double] { Array(repeating: 1, count: x.count) }

  /// Cauchy's weights of the residuals of a fit.
  func weights(_ fit: Similarity) -> [Double] {
    var weights = squares(fit)
    // A flow without residuals is fitted exactly, whatever the weights.
    let scale = max(upperMedian(weights), 1e-12)
    weights.withUnsafeMutableBufferPointer { weights in
      for index in weights.indices { weights[index] = 1 / (1 + weights[index] / scale) }
    }
    return weights
  }

  /// The squares of the residuals' lengths.
  private func squares(_ fit: Similarity) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { squares, count in
      count = x.count
      for index in 0..<count {
        let moved = fit.displacement(x[index], y[index])
        let (across, along) = (right[index] - moved.x, down[index] - moved.y)
        squares[index] = across * across + along * along
      }
    }
  }

  /// The weighted least squares solution.
  ///
  /// With positions from their weighted centre the four equations separate: the shift is the mean displacement, and a
  /// and b are two quotients.
  func fitted(_ weights: [Double]) -> Similarity {
    var total = 0.0
    var (meanX, meanY, meanRight, meanDown) = (0.0, 0.0, 0.0, 0.0)
    for (index, weight) in weights.enumerated() {
      total += weight
      meanX += weight * x[index]
      meanY += weight * y[index]
      meanRight += weight * right[index]
      meanDown += weight * down[index]
    }
    (meanX, meanY, meanRight, meanDown) = (meanX / total, meanY / total, meanRight / total, meanDown / total)
    var (along, across, square) = (0.0, 0.0, 0.0)
    for (index, weight) in weights.enumerated() {
      let (dx, dy) = (x[index] - meanX, y[index] - meanY)
      along += weight * (dx * right[index] + dy * down[index])
      across += weight * (dx * down[index] - dy * right[index])
      square += weight * (dx * dx + dy * dy)
    }
    var fit = Similarity()
    // A single pixel has no turn and no scale.
    if square > 0 { (fit.a, fit.b) = (along / square, across / square) }
    fit.right = meanRight - fit.a * meanX + fit.b * meanY
    fit.down = meanDown - fit.b * meanX - fit.a * meanY
    return fit
  }
}

/// The median of some numbers from 0, none of them NaN; of two middle ones the greater.
///
/// The bits of such numbers are in the numbers' order. Those with the median's exponent are found by counting, of these
/// those with its next eleven bits, and only the few that are left are sorted: unlike a selection by comparisons it has
/// no branches that the CPU would guess wrong.
func upperMedian(_ numbers: [Double]) -> Double {
  var rank = numbers.count / 2
  let exponent = digit(of: numbers, shift: 52, rank: &rank)
  let close = numbers.filter { $0.bitPattern >> 52 == exponent }
  let next = digit(of: close, shift: 41, rank: &rank)
  return close.filter { $0.bitPattern >> 41 & 2047 == next }.sorted()[rank]
}

/// The eleven bits above `shift` of the number with this rank.
///
/// - Parameter rank: among all numbers; afterwards among those with the same eleven bits.
private func digit(of numbers: [Double], shift: UInt64, rank: inout Int) -> UInt64 {
  withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2048) { counts in
    counts.initialize(repeating: 0)
    for number in numbers { counts[Int(number.bitPattern >> shift & 2047)] &+= 1 }
    var digit = 0
    while rank >= Int(counts[digit]) {
      rank -= Int(counts[digit])
      digit += 1
    }
    return UInt64(digit)
  }
}
