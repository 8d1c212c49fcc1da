/// Graph attention (Veličković et al. 2018) over the nodes of one graph, weighted by its adjacency; every rank computes
/// the same from all rows.
///
/// With x_i the features of node i, A the adjacency, and z_i = W x_i + b:
///
///     e_ij = leakyReLU(s · z_i + t · z_j)      slope 0.2 below zero
///     α_ij = A_ij exp(e_ij) / Σ_k A_ik exp(e_ik)
///     y_i = ELU(Σ_j α_ij z_j)
///
/// Only edges with A_ij > 0 count. A node without edges has y_i = 0. The adjacency is given, not learned.
struct GraphAttention {
  /// s and t, `[outputs]` each.
  let source, target: Parameter
  private var connection: Linear
  private let outputs: Int
  private var memory: Memory?

  private struct Memory {
    /// z, `[rows · nodes, outputs]`.
    let values: Tensor
    /// α, and the derivative of the leaky ReLU, `[rows, nodes, nodes]`.
    let attention, steepness: Tensor
    /// y, `[rows · nodes, outputs]`.
    let output: Tensor
  }

  private static let slope: Float = 0.2

  /// W, b, s and t uniform in ±1/sqrt of the length that they are multiplied with.
  init(_ name: String, inputs: Int, outputs: Int, _ initializer: Initializer) {
    self.outputs = outputs
    connection = Linear(name, inputs: inputs, outputs: outputs, initializer)
    let bound = 1 / Double(outputs).squareRoot()
    source = initializer.uniform(name + ".source", [outputs], bound: bound)
    target = initializer.uniform(name + ".target", [outputs], bound: bound)
  }

  var parameters: [Parameter] { connection.parameters + [source, target] }

  /// - Parameters:
  ///   - x: `[rows · nodes, inputs]`.
  ///   - adjacency: A, `[nodes, nodes]`.
  /// - Returns: `[rows · nodes, outputs]`.
  mutating func forward(_ x: Tensor, adjacency: Tensor, _ mode: Mode) -> Tensor {
    let nodes = adjacency.shape[0]
    let rows = x.shape[0] / nodes
    let values = connection.forward(x, mode)
    let (attention, steepness) = (Tensor([rows, nodes, nodes]), Tensor([rows, nodes, nodes]))
    let output = Tensor(values.shape, filledWith: 0)
    Parallel.forEach(rows) { row in
      let first = values.pointer + row * nodes * outputs
      let sources = (0..<nodes).map { product(source.value, first + $0 * outputs) }
      let targets = (0..<nodes).map { product(target.value, first + $0 * outputs) }
      for node in 0..<nodes {
        let edges = adjacency.row(node)
        let start = node * nodes
        let (weights, slopes) = (attention.row(row) + start, steepness.row(row) + start)
        for other in 0..<nodes {
          let score = sources[node] + targets[other]
          slopes[other] = score < 0 ? GraphAttention.slope : 1
          weights[other] = score * slopes[other]
        }
        GraphAttention.softmax(weights, edges, count: nodes)
        let y = output.pointer + (row * nodes + node) * outputs
        for other in 0..<nodes { addScaled(y, weights[other], first + other * outputs, count: outputs) }
        for index in 0..<outputs where y[index] < 0 { y[index] = Float(exponential(Double(y[index])) - 1) }
      }
    }
    if case .training = mode {
      memory = Memory(values: values, attention: attention, steepness: steepness, output: output)
    }
    return output
  }

  /// Returns the gradient of x, and sets the parameters' gradients.
  ///
  /// - Parameter dy: `[rows · nodes, outputs]`.
  mutating func backward(_ dy: Tensor) -> Tensor {
    guard let memory else { return dy }
    self.memory = nil
    let (values, attention) = (memory.values, memory.attention)
    let (rows, nodes) = (attention.shape[0], attention.shape[1])
    let gradient = Tensor(values.shape, filledWith: 0)
    // The gradients of s · z_i and t · z_j.
    let (sources, targets) = (Tensor([rows, nodes], filledWith: 0), Tensor([rows, nodes], filledWith: 0))
    Parallel.forEach(rows) { row in
      let start = row * nodes * outputs
      let (first, own) = (values.pointer + start, gradient.pointer + start)
      let (ofSum, ofWeights) = (Tensor([outputs]), Tensor([nodes]))
      for node in 0..<nodes {
        let position = start + node * outputs
        for index in 0..<outputs {
          // ELU'(x) is 1 above zero and exp x = y + 1 below.
          let y = memory.output[position + index]
          ofSum[index] = dy[position + index] * (y < 0 ? y + 1 : 1)
        }
        let weights = attention.row(row) + node * nodes
        for other in 0..<nodes {
          ofWeights[other] = product(ofSum, first + other * outputs)
          addScaled(own + other * outputs, weights[other], ofSum.pointer, count: outputs)
        }
        softmaxGradient(weights, ofWeights.pointer, ofWeights.pointer, count: nodes)
        let slopes = memory.steepness.row(row) + node * nodes
        for other in 0..<nodes {
          let ofScore = ofWeights[other] * slopes[other]
          sources.row(row)[node] += ofScore
          targets.row(row)[other] += ofScore
        }
      }
      for node in 0..<nodes {
        addScaled(own + node * outputs, sources.row(row)[node], source.value.pointer, count: outputs)
        addScaled(own + node * outputs, targets.row(row)[node], target.value.pointer, count: outputs)
      }
    }
    for (parameter, factors) in [(source, sources), (target, targets)] {
      let sums = matrixProduct(Tensor(factors, shape: [1, rows * nodes]), values)
      copyElements(parameter.gradient.pointer, sums.pointer, count: outputs)
    }
    return connection.backward(gradient)
  }

  private func product(_ a: Tensor, _ b: UnsafePointer<Float>) -> Float {
    Float((0..<outputs).reduce(0.0) { $0 + Double(a[$1]) * Double(b[$1]) })
  }

  /// α of one node from its scores, in place; 0 where it has no edge.
  private static func softmax(_ scores: UnsafeMutablePointer<Float>, _ edges: UnsafePointer<Float>, count: Int) {
    let linked = (0..<count).filter { edges[$0] > 0 }
    let largest = linked.reduce(-Double.infinity) { max($0, Double(scores[$1])) }
    let weights = linked.map { Double(edges[$0]) * exponential(Double(scores[$0]) - largest) }
    let sum = weights.reduce(0, +)
    scores.update(repeating: 0, count: count)
    for (other, weight) in zip(linked, weights) { scores[other] = Float(weight / sum) }
  }
}
