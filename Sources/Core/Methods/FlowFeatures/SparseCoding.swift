/// Sparse MDMO (Liu, Li, Lai, "Sparse MDMO: Learning a Discriminative Feature for Micro-Expression Recognition", IEEE
/// Transactions on Affective Computing 12(1), 2021): graph-regularised sparse coding of a clip's frames.
///
/// With X the vectors of all training frames as columns, dictionary D (columns of length at most 1), codes S and the
/// graph Laplacian L of X's nearest neighbours, it makes ‖X - DS‖² + α tr(S L Sᵀ) + β Σ|s| small: every code and every
/// column in turn is set to its own exact minimum, so that the objective never rises.
///
/// Vectors are Cartesian; the solver is coordinate descent; frames of other clips are coded without the graph,
/// of which they are no part; a clip's feature is the mean of its frames' codes.
struct SparseCoding: Equatable, Sendable {
  /// Columns of the dictionary, at least 1.
  var size = 64
  /// Neighbours of a frame in the graph.
  var neighbours = 3
  /// α, how alike the codes of neighbours are to be.
  var graphWeight = 0.1
  /// β, how sparse the codes are to be, with X scaled to a mean squared length of 1.
  var sparsity = 0.1
  /// Rounds of codes and dictionary.
  var rounds = 10
  /// Passes over the codes in a round, and over a new frame's.
  var passes = 5

  init() {}

  /// Learns a dictionary from the frames of training clips.
  ///
  /// - Parameters:
  ///   - atoms: a vector a frame, all of one length, as `MainDirectionalMeanFlow.atoms` makes them; at least one.
  ///   - random: chooses the frames that the dictionary begins with.
  ///   - afterRound: what it throws ends the learning.
  /// - Returns: the dictionary, its numbers rounded to floats, and the objective after each round.
  func learn(
    _ atoms: [[Float]], _ random: CounterRandom, afterRound: () throws -> Void = {}
  ) throws -> (dictionary: SparseDictionary, objective: [Double]) {
    let squares = atoms.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } }
    let scale = Double(Float(squares > 0 ? (Double(atoms.count) / squares).squareRoot() : 1))
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
          dictionary.improve(
            &codes[i], of: x[i], pull: pull, stiffness: graphWeight * Double(graph.neighbours[i].count))
        }
      }
      dictionary.improveColumns(x, codes)
      objective.append(dictionary.objective(x, codes, graph))
      try afterRound()
    }
    return (dictionary.rounded, objective)
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

/// The sum of products, front to back.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
