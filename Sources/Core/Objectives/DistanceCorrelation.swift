/// The squared distance correlation of two features in a batch (Székely, Rizzo & Bakirov 2007), and its gradient with
/// respect to the first.
///
/// Each feature is standardised over the batch, and with groups its mean within each group is subtracted (see
/// `StandardizedFeatures`). From the rows z of the first and d of the second, with
/// a_ij = sqrt(max(|z_i - z_j|², 1e-10)) and b_ij likewise, double-centred (less row mean, less column mean, plus mean)
/// to A and B:
///
///     r = ΣAB / (‖A‖ ‖B‖)
///     G = B / (‖A‖ ‖B‖) - r · A / ‖A‖²
///     ∂r/∂z_i = 2 · Σ_j G_ij (z_i - z_j) / a_ij, without pairs whose distance is clamped
///
/// Both norms are at least 1e-9. r is 0 to 1 where no norm is that small; it is 0 for features that are equal in all
/// clips, and 1 for a batch of two with different features. Means and deviations are constants for the gradient.
/// All is computed in double precision by one thread: O(batch² · features).
///
/// - Parameters:
///   - learned, fixed: `[batch, features]`, the whole batch on every rank; the numbers of features may differ.
///   - groups: the group of each row; nil for one group.
public func distanceCorrelation(
  of learned: Tensor, with fixed: Tensor, given groups: [Int]? = nil
) -> (value: Double, gradient: Tensor) {
  let features = StandardizedFeatures(learned, groups)
  let (value, gradient) = distanceCorrelation(of: features, with: StandardizedFeatures(fixed, groups))
  return (value, features.gradient(from: gradient))
}

/// r of standardised features, and its gradient with respect to the first, before both are traced back to the features
/// themselves.
func distanceCorrelation(
  of learned: StandardizedFeatures, with fixed: StandardizedFeatures
) -> (value: Double, gradient: StandardizedFeatures.Rows) {
  let (a, b) = (DistanceMatrix(learned.rows), DistanceMatrix(fixed.rows))
  let size = a.size
  let (normA, normB) = (a.norm, b.norm)
  var product = 0.0
  for index in 0..<size * size { product += a.centred[index] * b.centred[index] }
  let value = product / (normA * normB)
  // A norm that is held at its least value does not depend on the features.
  let share = normA > DistanceMatrix.leastNorm ? value / (normA * normA) : 0

  var gradient = StandardizedFeatures.Rows(count: size, width: learned.rows.width)
  for i in 0..<size {
    var total = 0.0
    for j in 0..<size where j != i && a.distances[i * size + j] > DistanceMatrix.leastDistance {
      let index = i * size + j
      let weight = 2 * (b.centred[index] / (normA * normB) - share * a.centred[index]) / a.distances[index]
      total += weight
      gradient.add(-weight, times: learned.rows, row: j, toRow: i)
    }
    gradient.add(total, times: learned.rows, row: i, toRow: i)
  }
  return (value, gradient)
}

/// Features of a batch, standardised: z = (f - mean) / (sd + 1e-3 · max sd + 1e-6), less z's mean within each group.
///
/// Mean and sd are those of each feature over the batch, sd with the batch's size as divisor; max sd is the largest of
/// all features, so that a feature which hardly varies is not blown up.
struct StandardizedFeatures {
  private(set) var rows: Rows
  private let divisors: [Double]
  private let groups: [Int]

  /// - Parameter divisors: instead of those of these features.
  init(_ features: Tensor, _ groups: [Int]?, divisors: [Double]? = nil) {
    let (batch, width) = (features.shape[0], features.count / max(1, features.shape[0]))
    self.groups = groups ?? [Int](repeating: 0, count: batch)
    rows = Rows(count: batch, width: width)
    var deviations = [Double](repeating: 0, count: width)
    for column in 0..<width {
      let values = (0..<batch).map { Double(features.row($0)[column]) }
      let mean = values.reduce(0, +) / Double(batch)
      for row in 0..<batch { rows[row, column] = values[row] - mean }
      deviations[column] = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batch)).squareRoot()
    }
    let least = 1e-3 * (deviations.max() ?? 0) + 1e-6
    self.divisors = divisors ?? deviations.map { $0 + least }
    for row in 0..<batch {
      for column in 0..<width { rows[row, column] /= self.divisors[column] }
    }
    rows.centre(within: self.groups)
  }

  /// By what the features were divided.
  var scale: [Double] { divisors }

  /// The gradient with respect to the features, `[batch, features]`, from that with respect to `rows`.
  func gradient(from rowGradient: Rows) -> Tensor {
    var gradient = rowGradient
    gradient.centre(within: groups)
    let result = Tensor([rows.count, rows.width])
    for row in 0..<rows.count {
      for column in 0..<rows.width { result.row(row)[column] = Float(gradient[row, column] / divisors[column]) }
    }
    return result
  }

  /// A matrix in double precision, its rows padded by zeros to whole vectors.
  struct Rows {
    typealias Vector = SIMD8<Double>
    let count, width: Int
    private let vectors: Int
    private var values: [Vector]

    init(count: Int, width: Int) {
      (self.count, self.width, vectors) = (count, width, (width + 7) / 8)
      values = [Vector](repeating: .zero, count: count * vectors)
    }

    subscript(row: Int, column: Int) -> Double {
      get { values[row * vectors + column / 8][column % 8] }
      set { values[row * vectors + column / 8][column % 8] = newValue }
    }

    /// |row - other|². Eight sums, each over every eighth column, are added as a binary tree.
    func squaredDistance(_ row: Int, _ other: Int) -> Double {
      var sum = Vector.zero
      for index in 0..<vectors {
        let difference = values[row * vectors + index] - values[other * vectors + index]
        sum.addProduct(difference, difference)
      }
      let four = sum.evenHalf + sum.oddHalf
      let two = four.evenHalf + four.oddHalf
      return two[0] + two[1]
    }

    /// own row += factor · row of another matrix.
    mutating func add(_ factor: Double, times other: Rows, row: Int, toRow own: Int) {
      for index in 0..<vectors {
        values[own * vectors + index].addProduct(Vector(repeating: factor), other.values[row * vectors + index])
      }
    }

    /// Subtracts the mean of each group's rows.
    mutating func centre(within groups: [Int]) {
      for group in Set(groups).sorted() {
        let members = groups.indices.filter { groups[$0] == group }
        for index in 0..<vectors {
          var mean = members.reduce(Vector.zero) { $0 + values[$1 * vectors + index] }
          mean /= Double(members.count)
          for row in members { values[row * vectors + index] -= mean }
        }
      }
    }
  }
}

/// The distances of all pairs of rows, and the same double-centred.
private struct DistanceMatrix {
  /// The least distance, the root of 1e-10, also of a row from itself.
  static let leastDistance = 1e-5
  static let leastNorm = 1e-9
  let size: Int
  /// `[size][size]`.
  let distances, centred: [Double]

  init(_ rows: StandardizedFeatures.Rows) {
    let size = rows.count
    var distances = [Double](repeating: DistanceMatrix.leastDistance, count: size * size)
    for i in 0..<size {
      for j in 0..<i {
        let distance = max(rows.squaredDistance(i, j).squareRoot(), DistanceMatrix.leastDistance)
        (distances[i * size + j], distances[j * size + i]) = (distance, distance)
      }
    }
    // The matrix is symmetric, so the means of its columns are those of its rows.
    let means = (0..<size).map { row in distances[row * size..<(row + 1) * size].reduce(0, +) / Double(size) }
    let mean = means.reduce(0, +) / Double(size)
    var centred = distances
    for i in 0..<size {
      for j in 0..<size { centred[i * size + j] += mean - means[i] - means[j] }
    }
    (self.size, self.distances, self.centred) = (size, distances, centred)
  }

  /// ‖A‖, at least `leastNorm`.
  var norm: Double { max(centred.reduce(0) { $0 + $1 * $1 }.squareRoot(), DistanceMatrix.leastNorm) }
}
