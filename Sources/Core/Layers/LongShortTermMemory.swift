/// A recurrent layer with long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
/// 2000); every rank computes the same from all rows.
///
/// At each step the gates i, f, g, o are the quarters of W_ih x + b_ih + W_hh h + b_hh, after a sigmoid for i, f and o
/// and a hyperbolic tangent for g. Then c = f · c + i · g and h = o · tanh c. Both start at zero. Names, shapes and the
/// order of the gates are those of `torch.nn.LSTM`.
struct LongShortTermMemory {
  /// `[4 · units, inputs]` and `[4 · units, units]`.
  let inputWeight, hiddenWeight: Parameter
  /// `[4 · units]` each.
  let inputBias, hiddenBias: Parameter
  private let inputs, units: Int
  private var memory: Memory?

  private struct Memory {
    /// `[rows · steps, inputs]`.
    let input: Tensor
    /// The gates after their activation, `[rows, steps, 4 · units]`.
    let gates: Tensor
    /// c and h after each step, `[rows, steps, units]`.
    let cells, hidden: Tensor
  }

  /// Weights and biases uniform in ±1/sqrt(units).
  init(_ name: String, inputs: Int, units: Int, _ initializer: Initializer) {
    (self.inputs, self.units) = (inputs, units)
    let bound = 1 / Double(units).squareRoot()
    inputWeight = initializer.uniform(name + ".weight_ih_l0", [4 * units, inputs], bound: bound)
    hiddenWeight = initializer.uniform(name + ".weight_hh_l0", [4 * units, units], bound: bound)
    inputBias = initializer.uniform(name + ".bias_ih_l0", [4 * units], bound: bound)
    hiddenBias = initializer.uniform(name + ".bias_hh_l0", [4 * units], bound: bound)
  }

  var parameters: [Parameter] { [inputWeight, hiddenWeight, inputBias, hiddenBias] }

  /// h after each step, `[rows, steps, units]`.
  ///
  /// - Parameter x: `[rows, steps, inputs]`.
  mutating func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
    let (rows, steps) = (x.shape[0], x.shape[1])
    let input = Tensor(x, shape: [rows * steps, inputs])
    let gates = Tensor(matrixProduct(input, transposed(inputWeight.value)), shape: [rows, steps, 4 * units])
    let recurrent = transposed(hiddenWeight.value)
    let (cells, hidden) = (Tensor([rows, steps, units]), Tensor([rows, steps, units]))
    Parallel.forEach(rows) { row in
      for step in 0..<steps {
        let (gate, cell) = (gates.row(row) + step * 4 * units, cells.row(row) + step * units)
        let output = hidden.row(row) + step * units
        for index in 0..<4 * units { gate[index] += inputBias.value[index] + hiddenBias.value[index] }
        if step > 0 {
          for unit in 0..<units {
            addScaled(gate, output[unit - units], recurrent.row(unit), count: 4 * units)
          }
        }
        for unit in 0..<units {
          let activated = activate(gate, unit)
          let before = step > 0 ? cell[unit - units] : 0
          cell[unit] = (activated.input * activated.candidate).addingProduct(activated.forget, before)
          output[unit] = activated.output * hyperbolicTangent(cell[unit])
        }
      }
    }
    if case .training = mode { memory = Memory(input: input, gates: gates, cells: cells, hidden: hidden) }
    return hidden
  }

  /// Applies the activations to the gates of a unit, in place.
  @inline(__always)
  private func activate(
    _ gate: UnsafeMutablePointer<Float>, _ unit: Int
  ) -> (input: Float, forget: Float, candidate: Float, output: Float) {
    let (input, forget) = (sigmoid(gate[unit]), sigmoid(gate[units + unit]))
    let (candidate, output) = (hyperbolicTangent(gate[2 * units + unit]), sigmoid(gate[3 * units + unit]))
    (gate[unit], gate[units + unit]) = (input, forget)
    (gate[2 * units + unit], gate[3 * units + unit]) = (candidate, output)
    return (input, forget, candidate, output)
  }

  /// Returns the gradient of x, `[rows, steps, inputs]`, and sets the parameters' gradients.
  ///
  /// - Parameter dy: the gradient of `forward`'s result, `[rows, steps, units]`.
  mutating func backward(_ dy: Tensor) -> Tensor {
    guard let memory else { return dy }
    self.memory = nil
    let (rows, steps) = (dy.shape[0], dy.shape[1])
    let gradients = Tensor(gateGradients(dy, memory), shape: [rows * steps, 4 * units])
    let transposedGradients = transposed(gradients)
    set(inputWeight, matrixProduct(transposedGradients, memory.input))
    set(hiddenWeight, matrixProduct(transposedGradients, hiddenBefore(memory.hidden)))
    for index in 0..<4 * units {
      let sum = Float((0..<rows * steps).reduce(0.0) { $0 + Double(gradients[$1 * 4 * units + index]) })
      (inputBias.gradient[index], hiddenBias.gradient[index]) = (sum, sum)
    }
    return Tensor(matrixProduct(gradients, inputWeight.value), shape: [rows, steps, inputs])
  }

  /// The gradients of the gates before their activation, `[rows, steps, 4 · units]`, from the last step to the first.
  private func gateGradients(_ dy: Tensor, _ memory: Memory) -> Tensor {
    let steps = dy.shape[1]
    let gradients = Tensor(memory.gates.shape)
    Parallel.forEach(dy.shape[0]) { row in
      // Gradients of h and c after the step.
      let (hidden, cell) = (Tensor([units]), Tensor([units], filledWith: 0))
      for step in (0..<steps).reversed() {
        let (start, gateStart) = (step * units, step * 4 * units)
        hidden.pointer.update(from: dy.row(row) + start, count: units)
        if step + 1 < steps {
          let later = gradients.row(row) + gateStart + 4 * units
          for index in 0..<4 * units {
            addScaled(hidden.pointer, later[index], hiddenWeight.value.row(index), count: units)
          }
        }
        let (gate, gradient) = (memory.gates.row(row) + gateStart, gradients.row(row) + gateStart)
        let cells = memory.cells.row(row) + start
        for unit in 0..<units {
          let (input, forget) = (gate[unit], gate[units + unit])
          let (candidate, output) = (gate[2 * units + unit], gate[3 * units + unit])
          let activated = hyperbolicTangent(cells[unit])
          let before = step > 0 ? cells[unit - units] : 0
          cell[unit] += hidden[unit] * output * (1 - activated * activated)
          gradient[unit] = cell[unit] * candidate * input * (1 - input)
          gradient[units + unit] = cell[unit] * before * forget * (1 - forget)
          gradient[2 * units + unit] = cell[unit] * input * (1 - candidate * candidate)
          gradient[3 * units + unit] = hidden[unit] * activated * output * (1 - output)
          cell[unit] *= forget
        }
      }
    }
    return gradients
  }

  /// h before each step, `[rows · steps, units]`.
  private func hiddenBefore(_ hidden: Tensor) -> Tensor {
    let (rows, steps) = (hidden.shape[0], hidden.shape[1])
    let before = Tensor([rows * steps, units], filledWith: 0)
    for row in 0..<rows {
      (before.row(row * steps) + units).update(from: hidden.row(row), count: (steps - 1) * units)
    }
    return before
  }

  private func set(_ parameter: Parameter, _ gradient: Tensor) {
    parameter.gradient.pointer.update(from: gradient.pointer, count: gradient.count)
  }
}
