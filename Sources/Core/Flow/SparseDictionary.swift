/// Sparse MDMO (Liu, Li, Lai, "Sparse MDMO: Learning a Discriminative Feature for Micro-Expression Recognition", IEEE
/// Transactions on Affective Computing 12(1), 2021): graph-regularised sparse coding of a clip's frames.
///
/// With X the vectors of all training frames as columns, dictionary D (columns of length at most 1), codes S and the
/// graph Laplacian L of X's nearest neighbours, it makes ‖X - DS‖² + α tr(S L Sᵀ) + β Σ|s| small: every code and every
/// column in turn is set to its own exact minimum, so that the objective never rises.
///
/// Changed: vectors are Cartesian; the solver is coordinate descent; frames of other clips are coded without the graph,
/// of which they are no part; a clip's feature is the mean of its frames' codes.
public struct SparseCoding: Equatable, Sendable {
  /// Columns of the dictionary, at least 1.
  public var size = 64
  /// Neighbours of a frame in the graph.
  public var neighbours = 3
  /// α, how alike the codes of neighbours are to be.
  public var graphWeight = 0.1
  /// β, how sparse the codes are to be, with X scaled to a mean squared length of 1.
  public var sparsity = 0.1
  /// Rounds of codes and dictionary.
  public var rounds = 10
  /// Passes over the codes in a round, and over a new frame's.
  public var passes = 5

  public init() {}

  /// Learns a dictionary from the frames of training clips.
  ///
  /// - Parameters:
  ///   - atoms: a vector a frame, all of one length, as `MainDirectionalMeanFlow.atoms` makes them; at least one.
  ///   - random: chooses the frames that the dictionary begins with.
  /// - Returns: the dictionary and the objective after each round.
  public func learn(
    _ atoms: [[Float]], _ random: CounterRandom
  ) -> (dictionary: SparseDictionary, objective: [Double]) {
    let squares = atoms.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } }
    let scale = squares > 0 ? (Double(atoms.count) / squares).squareRoot() : 1
    let x = atoms.map { $0.map { Double($0) * scale } }
    let graph = NeighbourGraph(x, neighbours: neighbours)
    var dictionary = SparseDictionary(columns: firstColumns(x, random), scale: scale, settings: self)
    var codes = x.map { _ in [Double](repeating: 0, count: size) }
    var objective: [Double] = []
    for _ in 0..<rounds {
      for _ in 0..<passes {
        for i in x.indices {
          let pull = graph.neighbours[i].reduce(into: [Double](repeating: 0, count: size)) { sum, j in
            for k in sum.indices { sum[k] += graphWeight * codes[j][k] }
          }
          dictionary.improve(&codes[i], of: x[i], pull: pull, stiffness: graphWeight * Double(graph.neighbours[i].count))
        }
      }
      dictionary.improveColumns(x, codes)
      objective.append(dictionary.objective(x, codes, graph))
    }
    return (dictionary, objective)
  }

  private func firstColumns(_ x: [[Double]], _ random: CounterRandom) -> [[Double]] {
    let order = random.permutation(x.count)
    return (0..<size).map { k in
      var column = k < x.count ? x[order[k]] : []
      if dot(column, column) == 0 {
        // More columns than frames, or a frame without motion. Fisher–Yates took the first x.count numbers.
        column = x[0].indices.map { random.normal(at: UInt64(x.count + k * x[0].count + $0)) }
      }
      let length = dot(column, column).squareRoot()
      return column.map { $0 / length }
    }
  }
}

/// A learned dictionary and how it codes.
public struct SparseDictionary: Equatable, Sendable {
  /// `[size][length]`
  private(set) var columns: [[Double]]
  let scale: Double
  let settings: SparseCoding

  /// The feature of a clip: the mean over its frames of their codes, `size` numbers.
  ///
  /// - Parameter atoms: a vector a frame, as in training.
  public func features(of atoms: [[Float]]) -> [Float] {
    var sum = [Double](repeating: 0, count: columns.count)
    let none = sum
    for atom in atoms {
      var code = none
      let x = atom.map { Double($0) * scale }
      for _ in 0..<settings.passes * settings.rounds { improve(&code, of: x, pull: none, stiffness: 0) }
      for k in sum.indices { sum[k] += code[k] }
    }
    return sum.map { Float($0 / Double(max(1, atoms.count))) }
  }

  /// Sets each number of a frame's code to its minimum: soft thresholding of dₖ·r + dₖ·dₖ sₖ + pull by β/2.
  func improve(_ code: inout [Double], of x: [Double], pull: [Double], stiffness: Double) {
    var rest = residual(x, code)
    for k in columns.indices {
      let squares = dot(columns[k], columns[k])
      guard squares + stiffness > 0 else { continue }
      let target = dot(columns[k], rest) + squares * code[k] + pull[k]
      let shrunk = max(0, abs(target) - settings.sparsity / 2) / (squares + stiffness)
      let value = target < 0 ? -shrunk : shrunk
      if value != code[k] {
        for j in rest.indices { rest[j] += (code[k] - value) * columns[k][j] }
        code[k] = value
      }
    }
  }

  /// Sets each column to its minimum of length at most 1.
  mutating func improveColumns(_ x: [[Double]], _ codes: [[Double]]) {
    var rests = zip(x, codes).map(residual)
    for k in columns.indices {
      let weight = codes.reduce(0.0) { $0 + $1[k] * $1[k] }
      guard weight > 0 else { continue }
      var column = columns[k].map { $0 * weight }
      for (rest, code) in zip(rests, codes) where code[k] != 0 {
        for j in column.indices { column[j] += code[k] * rest[j] }
      }
      for j in column.indices { column[j] /= weight }
      let length = dot(column, column).squareRoot()
      if length > 1 { for j in column.indices { column[j] /= length } }
      for i in rests.indices where codes[i][k] != 0 {
        for j in column.indices { rests[i][j] += codes[i][k] * (columns[k][j] - column[j]) }
      }
      columns[k] = column
    }
  }

  func objective(_ x: [[Double]], _ codes: [[Double]], _ graph: NeighbourGraph) -> Double {
    var (fit, edges, size) = (0.0, 0.0, 0.0)
    for i in x.indices {
      let rest = residual(x[i], codes[i])
      fit += dot(rest, rest)
      size += codes[i].reduce(0) { $0 + abs($1) }
      for j in graph.neighbours[i] where j > i {
        for k in codes[i].indices { edges += (codes[i][k] - codes[j][k]) * (codes[i][k] - codes[j][k]) }
      }
    }
    return fit + settings.graphWeight * edges + settings.sparsity * size
  }

  init(columns: [[Double]], scale: Double, settings: SparseCoding) {
    self.columns = columns
    self.scale = scale
    self.settings = settings
  }

  private func residual(_ x: [Double], _ code: [Double]) -> [Double] {
    var rest = x
    for k in columns.indices where code[k] != 0 {
      for j in rest.indices { rest[j] -= code[k] * columns[k][j] }
    }
    return rest
  }
}

/// Who is among whose nearest, in either direction; every edge weighs 1.
struct NeighbourGraph {
  /// Ascending.
  let neighbours: [[Int]]

  init(_ x: [[Double]], neighbours count: Int) {
    var sets = [Set<Int>](repeating: [], count: x.count)
    for i in x.indices {
      let distances = x.map { other in zip(x[i], other).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let nearest = x.indices.filter { $0 != i }.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count)
      for j in nearest {
        sets[i].insert(j)
        sets[j].insert(i)
      }
    }
    neighbours = sets.map { $0.sorted() }
  }
}

/// The sum of products, front to back.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
