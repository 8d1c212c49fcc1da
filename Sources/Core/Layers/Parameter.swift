/// A tensor that is learned: its name, its value and its gradient.
public struct Parameter {
  /// torchvision's name, `layer2.0.conv1.weight`.
  public let name: String
  public let value: Tensor
  /// Overwritten by every backward pass; undefined before the first.
  public let gradient: Tensor

  init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value
    gradient = Tensor(value.shape, filledWith: 0)
  }
}

/// A named tensor that a network keeps but does not learn by gradient: running statistics (a buffer in PyTorch).
public struct Statistic {
  public let name: String
  public let value: Tensor
}

/// The mode in which a network runs.
public enum Mode {
  /// Uses batch statistics over all lanes and updates running statistics; a backward pass may follow.
  case training(Lanes)
  /// Uses running statistics, and keeps nothing for a backward pass.
  case evaluation
}

/// Draws the initial values of parameters; each parameter has its own random stream, named after it.
public struct Initializer {
  private let seed: UInt64
  private let module: String

  /// - Parameter module: `menet`, `idnet` or `mine`, so that parameters of the same name get different values.
  public init(seed: UInt64, module: String) {
    self.seed = seed
    self.module = module
  }

  func normal(_ name: String, _ shape: [Int], deviation: Double) -> Parameter {
    fill(name, shape) { $0.normal(at: $1) * deviation }
  }

  /// Uniform in ±bound.
  func uniform(_ name: String, _ shape: [Int], bound: Double) -> Parameter {
    fill(name, shape) { ($0.uniform(at: $1) * 2 - 1) * bound }
  }

  func constant(_ name: String, _ shape: [Int], _ value: Float) -> Parameter {
    Parameter(name, Tensor(shape, filledWith: value))
  }

  private func fill(_ name: String, _ shape: [Int], _ draw: (CounterRandom, UInt64) -> Double) -> Parameter {
    let random = CounterRandom(seed, CounterRandom.coordinate(module), CounterRandom.coordinate(name))
    let tensor = Tensor(shape)
    for index in 0..<tensor.count { tensor[index] = Float(draw(random, UInt64(index))) }
    return Parameter(name, tensor)
  }
}
