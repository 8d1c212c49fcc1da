/// A support vector machine for several classes: one two-class machine per pair of classes; the machines vote.
public struct SupportVectorMachine {
  /// The settings of the fit.
  public struct Settings: Equatable, Sendable {
    public var kernel = SupportVectorKernel.linear
    /// C: the cost of a clip on the wrong side of the margin, the same for all classes.
    public var cost = 1.0
    /// The largest allowed violation of the optimality conditions.
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

  /// The learned numbers. They are rounded to floats, so that a machine from a file gives the same decisions.
  private enum Form {
    /// For a linear kernel, the normal vector of each pair, `[pairs, width]`.
    case normals(Tensor)
    /// The training rows, `[rows, width]`, and for each pair their y α, `[pairs, rows]`, 0 for rows of other classes.
    case support(rows: Tensor, coefficients: Tensor)
  }

  private let settings: Settings
  private let classes, width: Int
  /// Number of training rows of each class, `[classes]`.
  private let counts: Tensor
  private var form: Form
  /// The bias of each pair of classes, (0, 1), (0, 2) … (1, 2) …, `[pairs]`.
  private let biases: Tensor

  /// Makes a machine that is not fitted yet.
  ///
  /// - Parameters:
  ///   - rows: number of rows that it will be fitted on.
  ///   - width: length of a row.
  public init(rows: Int, width: Int, classes: Int, _ settings: Settings) {
    (self.settings, self.classes, self.width) = (settings, classes, width)
    let pairs = SupportVectorMachine.pairs(classes).count
    counts = Tensor([classes], filledWith: 0)
    biases = Tensor([pairs], filledWith: 0)
    form =
      settings.kernel == .linear
      ? .normals(Tensor([pairs, width], filledWith: 0))
      : .support(
        rows: Tensor([rows, width], filledWith: 0), coefficients: Tensor([pairs, rows], filledWith: 0))
  }

  /// Makes room for the training rows of a machine's file, whose number differs from fold to fold.
  ///
  /// - Throws: a `Fault` when the file has no such rows where the kernel needs them.
  mutating func reserve(for file: SafeTensors) throws {
    guard case .support = form else { return }
    let shape = try file.entry("rows").shape
    guard shape.count == 2, shape[1] == width else {
      throw Fault(at: "\(file.path): rows", "has shape \(shape); this method needs [rows, \(width)]")
    }
    form = .support(rows: Tensor(shape), coefficients: Tensor([biases.count, shape[0]]))
  }

  /// All learned tensors.
  var tensors: [(name: String, tensor: Tensor)] {
    let own: [(String, Tensor)] =
      switch form {
      case .normals(let normals): [("normals", normals)]
      case .support(let rows, let coefficients): [("rows", rows), ("coefficients", coefficients)]
      }
    return own + [("counts", counts), ("biases", biases)]
  }

  private static func pairs(_ classes: Int) -> [(first: Int, second: Int)] {
    (0..<classes).flatMap { one in (one..<classes).dropFirst().map { (one, $0) } }
  }

  /// Fits the machine of each pair of classes that both have rows.
  ///
  /// - Parameters:
  ///   - samples: `[rows, width]`.
  ///   - labels: one per row, 0 ..< classes.
  public func fit(_ samples: Tensor, labels: [Int]) {
    counts.clear()
    for label in labels { counts[label] += 1 }
    if case .support(let rows, _) = form { rows.pointer.update(from: samples.pointer, count: rows.count) }
    let kernel = settings.kernel.matrix(samples, samples)
    let pairs = SupportVectorMachine.pairs(classes)
    Parallel.forEach(pairs.count) { pair in
      let (first, second) = pairs[pair]
      guard counts[first] > 0, counts[second] > 0 else { return }
      let members = labels.indices.filter { labels[$0] == first || labels[$0] == second }
      let solved = SupportVectorSolver(
        kernel: members.flatMap { row in members.map { kernel[row * labels.count + $0] } },
        signs: members.map { labels[$0] == first ? 1 : -1 }, cost: settings.cost, tolerance: settings.tolerance)
      keep(solved, pair, of: samples, members)
    }
  }

  private func keep(_ solved: SupportVectorSolver, _ pair: Int, of samples: Tensor, _ members: [Int]) {
    biases[pair] = Float(solved.bias)
    switch form {
    case .normals(let normals):
      var normal = [Double](repeating: 0, count: width)
      for (member, coefficient) in zip(members, solved.coefficients) where coefficient != 0 {
        for position in 0..<width { normal[position] += coefficient * Double(samples.row(member)[position]) }
      }
      for position in 0..<width { normals.row(pair)[position] = Float(normal[position]) }
    case .support(_, let coefficients):
      for (member, coefficient) in zip(members, solved.coefficients) {
        coefficients.row(pair)[member] = Float(coefficient)
      }
    }
  }

  /// For each row, the decision value of each pair of classes: above 0 means the pair's first class.
  public func decisions(of samples: Tensor) -> [[Double]] {
    let count = samples.shape[0]
    switch form {
    case .normals(let normals):
      let products = SupportVectorKernel.linear.matrix(samples, normals)
      return (0..<count).map { sample in
        (0..<biases.count).map { products[sample * biases.count + $0] + Double(biases[$0]) }
      }
    case .support(let rows, let coefficients):
      let kernel = settings.kernel.matrix(samples, rows)
      return (0..<count).map { sample in
        (0..<biases.count).map { pair in
          (0..<rows.shape[0]).reduce(Double(biases[pair])) { sum, row in
            sum + Double(coefficients.row(pair)[row]) * kernel[sample * rows.shape[0] + row]
          }
        }
      }
    }
  }

  /// For each row, the share of the pairs that each class wins; 0 for a class without training rows.
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
