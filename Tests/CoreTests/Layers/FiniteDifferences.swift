import Testing

@testable import Core

/// A tensor that a loss depends on, and the gradient that a backward pass claims for it.
struct Variable {
  let name: String
  let value: Tensor
  let gradient: Tensor
}

extension Variable {
  init(_ parameter: Parameter) {
    self.init(name: parameter.name, value: parameter.value, gradient: parameter.gradient.copy())
  }
}

/// Compares gradients with central differences of the loss, each variable alone, along its gradient and along random
/// directions.
///
/// Layers work in single precision, so an output is only known to about 1e-7 of its size, and the difference of two
/// losses over a step h to about 1e-7 / h. A single element's gradient would drown in that; a directional derivative
/// has the size of the whole gradient and does not. v has unit deviation an element; the five-point difference
/// (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / 12h is off by h⁴ times a fifth derivative besides, so that h = 3e-3 makes
/// both parts about 1e-4 of the gradient's norm where the loss is smooth.
/// A wrong sign, factor or missing term shows as an error of the order of 1.
func expectGradients(
  of variables: [Variable], step: Double = 3e-3, tolerance: Double = 1e-3,
  _ location: SourceLocation = #_sourceLocation,
  loss: () throws -> Double
) rethrows {
  for variable in variables {
    let gradient = variable.gradient.elements.map(Double.init)
    let norm = squares(variable.gradient.elements).squareRoot()
    let count = variable.value.count
    // A step is small beside the variable itself, but not lost in its rounding.
    let step = step * max(1, (squares(variable.value.elements) / Double(count)).squareRoot())
    let along = gradient.map { $0 / norm * Double(count).squareRoot() }
    let random = (0..<3).map { randomElements(count, seed: UInt64(17 + $0)).map(Double.init) }
    for (index, direction) in ([along] + random).enumerated() {
      let start = variable.value.elements
      func move(_ distance: Double) {
        for index in 0..<count { variable.value[index] = Float(Double(start[index]) + distance * direction[index]) }
      }
      func difference(_ distance: Double) throws -> Double {
        move(distance)
        let above = try loss()
        move(-distance)
        return above - (try loss())
      }
      let measured = try (8 * difference(step) - difference(2 * step)) / (12 * step)
      move(0)
      let claimed = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      // A direction with many elements has a long way to go wrong: its length is sqrt(count), as `along`'s.
      let scale = norm * (index == 0 ? Double(count).squareRoot() : 1)
      let error = abs(measured - claimed) / scale
      #expect(error < tolerance, "\(variable.name), direction \(index): \(error)", sourceLocation: location)
    }
  }
}

/// Sum of output · cotangent, in double precision.
func weighted(_ output: Tensor, _ cotangent: Tensor) -> Double {
  zip(output.elements, cotangent.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

func randomTensor(_ shape: [Int], seed: UInt64) -> Tensor {
  Tensor(shape, randomElements(shape.reduce(1, *), seed: seed))
}
