/// Sparse MDMO (Liu, Li, Lai, "Sparse MDMO: Learning a Discriminative Feature for Micro-Expression Recognition", IEEE
/// Transactions on Affective Computing 12(1), 2021): graph-regularised sparse coding of a clip's frames.
///
/// With X the vectors of all training frames as columns, dictionary D (columns of length at most 1), codes S and the
/// graph Laplacian L of X's nearest neighbours, it minimises ‖X - DS‖² + α tr(S L Sᵀ) + β Σ|s|: every code and every
/// column in turn is set to its own exact minimum, so that the objective never increases.
///
/// Differences: vectors are Cartesian; the solver is coordinate descent; frames are coded without the graph for the
/// features, because frames of other clips are not in it; a clip's feature is the mean of its frames' codes.
struct SparseCoding: Equatable, Sendable {
  /// Columns of the dictionary, at least 1.
  var size = 64
  /// Neighbours of a frame in the graph.
  var neighbours = 3
  /// α, the weight of the difference between codes of neighbours.
  var graphWeight = 0.1
  /// β, the weight of the codes' absolute values, with X scaled to a mean squared length of 1.
  var sparsity = 0.1
  /// Rounds of codes and dictionary.
  var rounds = 10
  /// Passes over the codes in a round, and over the code of a new frame.
  var passes = 5

  init() {}

  /// Learns a dictionary from the frames of training clips.
  ///
  /// - Parameters:
  ///   - atoms: one vector per frame, all of the same length, from `MainDirectionalMeanFlow.atoms`; at least one.
  ///   - random: chooses the frames that the dictionary starts with.
  ///   - afterRound: called after each round; an error that it throws ends the learning.
  /// - Returns: the dictionary with its numbers rounded to floats, and the objective after each round.
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

/// The scalar product, added in order.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
