/// A learned dictionary, which codes vectors.
struct SparseDictionary: Equatable, Sendable {
  /// `[size][length]`
  private(set) var columns: [[Double]]
  /// The factor of all vectors before they are coded.
  let scale: Double
  let settings: SparseCoding

  /// The features of a clip: the mean of its frames' codes, `size` numbers.
  ///
  /// - Parameter atoms: one vector per frame, as in training.
  func features(of atoms: [[Float]]) -> [Float] {
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

  /// The dictionary with its numbers rounded to floats, so that a dictionary from a file gives the same codes.
  var rounded: SparseDictionary {
    SparseDictionary(columns: columns.map { $0.map { Double(Float($0)) } }, scale: scale, settings: settings)
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
