/// A support vector machine for several classes: one of two classes for each pair, which vote.
public struct SupportVectorMachine: Sendable {
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

  /// The machine of two classes.
  private struct Pair: Sendable {
    var first, second: Int
    /// Rows of `support`, and y α of each.
    var rows: [Int]
    var coefficients: [Double]
    var bias: Double
  }

  private let settings: Settings
  private let classes: Int
  /// The training rows.
  private let support: [[Float]]
  private let pairs: [Pair]
  /// The class of all training rows where there is but one.
  private let only: Int?

  /// Fits the pairs of classes that have rows.
  ///
  /// - Parameters:
  ///   - rows: all of one length.
  ///   - labels: of each row, 0 ..< classes.
  public init(fitting rows: [[Float]], labels: [Int], classes: Int, _ settings: Settings) {
    (self.settings, self.classes, support) = (settings, classes, rows)
    let kernel = settings.kernel.matrix(rows, rows)
    let present = Set(labels).sorted()
    only = present.count == 1 ? present[0] : nil
    let wanted = present.flatMap { one in present.filter { $0 > one }.map { (one, $0) } }
    var fitted = [Pair?](repeating: nil, count: wanted.count)
    fitted.withUnsafeMutableBufferPointer { fitted in
      let places = Places(base: fitted.baseAddress)
      Parallel.forEach(wanted.count) { index in
        let (first, second) = wanted[index]
        let members = labels.indices.filter { labels[$0] == first || labels[$0] == second }
        let solved = SupportVectorSolver(
          kernel: members.flatMap { row in members.map { kernel[row * rows.count + $0] } },
          signs: members.map { labels[$0] == first ? 1 : -1 }, cost: settings.cost, tolerance: settings.tolerance)
        places.base?[index] = Pair(
          first: first, second: second, rows: members, coefficients: solved.coefficients, bias: solved.bias)
      }
    }
    pairs = fitted.compactMap { $0 }
  }

  private struct Places: @unchecked Sendable {
    let base: UnsafeMutablePointer<Pair?>?
  }

  /// Of each row, what each pair says: above 0 is the pair's first class. Pairs in the order (0, 1), (0, 2) … (1, 2) …
  public func decisions(of rows: [[Float]]) -> [[Double]] {
    let kernel = settings.kernel.matrix(rows, support)
    return rows.indices.map { row in
      pairs.map { pair in
        var sum = pair.bias
        for (place, coefficient) in zip(pair.rows, pair.coefficients) where coefficient != 0 {
          sum += coefficient * kernel[row * support.count + place]
        }
        return sum
      }
    }
  }

  /// Of each row, the share of the pairs that each class wins; a class without training rows has none.
  public func probabilities(of rows: [[Float]]) -> [[Float]] {
    if let only {
      return rows.map { _ in (0..<classes).map { $0 == only ? 1 : 0 } }
    }
    return decisions(of: rows).map { decisions in
      var votes = [Float](repeating: 0, count: classes)
      for (pair, decision) in zip(pairs, decisions) { votes[decision > 0 ? pair.first : pair.second] += 1 }
      return votes.map { $0 / Float(max(1, pairs.count)) }
    }
  }
}
