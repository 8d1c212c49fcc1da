/// What a network learns: a named tensor and its gradient.
public struct Parameter {
  /// torchvision's name, `layer2.0.conv1.weight`.
  public let name: String
  public let value: Tensor
  /// Written whole by every backward pass; undefined before the first.
  public let gradient: Tensor

  init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value
    gradient = Tensor(value.shape, filledWith: 0)
  }
}

/// A named tensor that a network carries but does not learn by gradient: running statistics.
public struct Statistic {
  public let name: String
  public let value: Tensor
}

/// How a network is run.
public enum Mode {
  /// Batch statistics over all lanes; running statistics move; backward may follow.
  case training(Lanes)
  /// Running statistics; nothing is remembered.
  case evaluation
}

/// Fills parameters at the start: each draws from a stream of its own, named by it.
public struct Initializer {
  private let seed: UInt64
  private let module: String

  /// - Parameter module: `menet`, `idnet` or `mine`, so that equal names in them differ.
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
