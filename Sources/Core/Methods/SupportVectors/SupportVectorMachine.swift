/// A support vector machine for several classes: one of two classes for each pair, which vote.
public struct SupportVectorMachine {
  /// What it is fitted with.
  public struct Settings: Equatable, Sendable {
    public var kernel = SupportVectorKernel.linear
    /// C: what a clip on the wrong side of the margin costs, the same for all classes.
    public var cost = 1.0
    /// How far the conditions of the optimum may be missed.
    public var tolerance = 1e-3

    public init() {}

    /// For `MethodDescription.settings`.
    var described: [MethodDescription.Setting] {
      [
        MethodDescription.Setting("classifier", "support vector machine, one against one, no class weights"),
        MethodDescription.Setting("kernel", kernel.described),
        MethodDescription.Setting("C", "\(cost)"),
        MethodDescription.Setting("probabilities", "share of the pairs that a class wins"),
      ]
    }
  }

  private let settings: Settings
  private let classes: Int
  /// The training rows, `[rows, width]`.
  private let rows: Tensor
  /// Training rows of each class, `[classes]`.
  private let counts: Tensor
  /// Of each pair of classes, (0, 1), (0, 2) … (1, 2) …, y α of each training row, `[pairs, rows]`; 0 for rows of other
  /// classes.
  private let coefficients: Tensor
  /// What each pair adds, `[pairs]`.
  private let biases: Tensor

  /// One that has not been fitted.
  ///
  /// - Parameters:
  ///   - rows: rows that it will be fitted on.
  ///   - width: numbers of a row.
  public init(rows: Int, width: Int, classes: Int, _ settings: Settings) {
    (self.settings, self.classes) = (settings, classes)
    let pairs = SupportVectorMachine.pairs(classes).count
    self.rows = Tensor([rows, width], filledWith: 0)
    counts = Tensor([classes], filledWith: 0)
    coefficients = Tensor([pairs, rows], filledWith: 0)
    biases = Tensor([pairs], filledWith: 0)
  }

  /// All that it has learned.
  var tensors: [(name: String, tensor: Tensor)] {
    [("rows", rows), ("counts", counts), ("coefficients", coefficients), ("biases", biases)]
  }

  private static func pairs(_ classes: Int) -> [(first: Int, second: Int)] {
    (0..<classes).flatMap { one in (one..<classes).dropFirst().map { (one, $0) } }
  }

  /// Fits the pairs of classes that both have rows.
  ///
  /// - Parameters:
  ///   - samples: `[rows, width]`.
  ///   - labels: of each row, 0 ..< classes.
  public func fit(_ samples: Tensor, labels: [Int]) {
    rows.pointer.update(from: samples.pointer, count: rows.count)
    counts.clear()
    for label in labels { counts[label] += 1 }
    let kernel = settings.kernel.matrix(rows, rows)
    let pairs = SupportVectorMachine.pairs(classes)
    coefficients.clear()
    Parallel.forEach(pairs.count) { index in
      let (first, second) = pairs[index]
      guard counts[first] > 0, counts[second] > 0 else { return }
      let members = labels.indices.filter { labels[$0] == first || labels[$0] == second }
      let solved = SupportVectorSolver(
        kernel: members.flatMap { row in members.map { kernel[row * labels.count + $0] } },
        signs: members.map { labels[$0] == first ? 1 : -1 }, cost: settings.cost, tolerance: settings.tolerance)
      // Rounded here, so that a machine from a file decides as the one that was fitted.
      for (member, coefficient) in zip(members, solved.coefficients) {
        coefficients.row(index)[member] = Float(coefficient)
      }
      biases[index] = Float(solved.bias)
    }
  }

  /// Of each row, what each pair of classes says: above 0 is the pair's first class.
  public func decisions(of samples: Tensor) -> [[Double]] {
    let count = rows.shape[0]
    let kernel = settings.kernel.matrix(samples, rows)
    return (0..<samples.shape[0]).map { sample in
      (0..<biases.count).map { pair in
        var sum = Double(biases[pair])
        for row in 0..<count where coefficients.row(pair)[row] != 0 {
          sum += Double(coefficients.row(pair)[row]) * kernel[sample * count + row]
        }
        return sum
      }
    }
  }

  /// Of each row, the share of the pairs that each class wins; a class without training rows has none.
  public func probabilities(of samples: Tensor) -> [[Float]] {
    let present = (0..<classes).filter { counts[$0] > 0 }
    if present.count == 1 {
      let only = (0..<classes).map { Float($0 == present[0] ? 1 : 0) }
      return (0..<samples.shape[0]).map { _ in only }
    }
    let pairs = SupportVectorMachine.pairs(classes)
    let contests = Float(present.count * (present.count - 1) / 2)
    return decisions(of: samples).map { decisions in
      var votes = [Float](repeating: 0, count: classes)
      for ((first, second), decision) in zip(pairs, decisions) where counts[first] > 0 && counts[second] > 0 {
        votes[decision > 0 ? first : second] += 1
      }
      return votes.map { $0 / contests }
    }
  }
}
