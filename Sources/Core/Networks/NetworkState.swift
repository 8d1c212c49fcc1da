/// A module whose tensors can be kept in a safetensors file under torchvision's names.
public protocol Module {
  var parameters: [Parameter] { get }
  var statistics: [Statistic] { get }
}

extension RecognitionNetwork: Module {}

extension MutualInformationEstimator: Module {
  public var statistics: [Statistic] { [] }
}

extension Module {
  /// Every tensor of the module in the form of a file that PyTorch's `load_state_dict` accepts.
  public var state: [SafeTensors.Content] {
    parameters.map { SafeTensors.Content($0.name, shape: $0.value.shape, floats: $0.value.elements) }
      + statistics.map { statistic in
        statistic.isCounter
          ? SafeTensors.Content(statistic.name, shape: [], integers: [Int(statistic.value[0])])
          : SafeTensors.Content(statistic.name, shape: statistic.value.shape, floats: statistic.value.elements)
      }
  }

  /// The gradients of all parameters; each name is preceded by `prefix`.
  public func gradients(prefix: String = "") -> [SafeTensors.Content] {
    parameters.map {
      SafeTensors.Content(prefix + $0.name, shape: $0.value.shape, floats: $0.gradient.elements)
    }
  }

  /// Reads every tensor from a file.
  ///
  /// - Throws: a `Fault` naming the tensor that is missing, unknown, of another shape or not finite.
  public func load(_ file: SafeTensors) throws {
    let known = Set(parameters.map(\.name) + statistics.map(\.name))
    if let unknown = file.names.first(where: { !known.contains($0) }) {
      throw Fault(
        at: "\(file.path): \(unknown)", "is not a tensor of this network; is the file that of another network?")
    }
    for parameter in parameters { try file.read(parameter.name, into: parameter.value) }
    for statistic in statistics { try statistic.load(file) }
  }
}

extension SafeTensors {
  /// Reads all of the file's tensors.
  ///
  /// - Throws: a `Fault` when one is missing, of another shape, not finite, or not among `tensors`.
  func read(into tensors: [(name: String, tensor: Tensor)]) throws {
    let known = Set(tensors.map(\.name))
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw Fault(at: "\(path): \(unknown)", "is not a tensor of this method; is the file that of another?")
    }
    for (name, tensor) in tensors { try read(name, into: tensor) }
  }

  /// Reads the elements of a tensor of the same shape.
  ///
  /// - Throws: a `Fault` when it is missing, of another shape or not finite, or a variance below 0.
  func read(_ name: String, into tensor: Tensor) throws {
    let shape = try entry(name).shape
    guard shape == tensor.shape else {
      throw Fault(at: "\(path): \(name)", "has shape \(shape); this network needs \(tensor.shape)")
    }
    let elements = try floats(name)
    guard elements.allSatisfy(\.isFinite) else {
      throw Fault(at: "\(path): \(name)", "holds a value that is not finite")
    }
    if name.hasSuffix("running_var"), let variance = elements.first(where: { $0 < 0 }) {
      throw Fault(at: "\(path): \(name)", "holds \(variance); a variance is 0 or more")
    }
    for (index, element) in elements.enumerated() { tensor[index] = element }
  }
}

extension Statistic {
  /// Counts are integers in files.
  var isCounter: Bool { name.hasSuffix("num_batches_tracked") }

  /// The largest count: up to here a float is exact for every whole number.
  private static let largestCount = 1 << 24

  /// Reads the value from a file.
  ///
  /// - Throws: a `Fault` when it is missing, of another shape, or not a number that a statistic can be.
  func load(_ file: SafeTensors) throws {
    if isCounter {
      value[0] = Float(try count(in: file))
    } else {
      try file.read(name, into: value)
    }
  }

  /// Reads the count from a file.
  ///
  /// - Throws: a `Fault` when it is missing, or not a whole number from 0 to `largestCount`.
  func count(in file: SafeTensors) throws -> Int {
    let counts = try file.integers(name)
    guard counts.count == 1, (0...Statistic.largestCount).contains(counts[0]) else {
      throw Fault(
        at: "\(file.path): \(name)", "must be one integer from 0 to \(Statistic.largestCount)")
    }
    return counts[0]
  }
}
