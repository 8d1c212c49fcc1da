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
  /// Every tensor of the module, as a file holds it: `torch.load_state_dict` takes them.
  public var state: [SafeTensors.Content] {
    parameters.map { SafeTensors.Content($0.name, shape: $0.value.shape, floats: $0.value.elements) }
      + statistics.map { statistic in
        statistic.isCounter
          ? SafeTensors.Content(statistic.name, shape: [], integers: [Int(statistic.value[0])])
          : SafeTensors.Content(statistic.name, shape: statistic.value.shape, floats: statistic.value.elements)
      }
  }

  /// The gradients of all parameters, each name after `prefix`.
  public func gradients(prefix: String = "") -> [SafeTensors.Content] {
    parameters.map {
      SafeTensors.Content(prefix + $0.name, shape: $0.value.shape, floats: $0.gradient.elements)
    }
  }

  /// Takes every tensor from a file.
  ///
  /// - Throws: a `Fault` naming the tensor that is missing, too many, of another shape or not finite.
  public func load(_ file: SafeTensors) throws {
    let known = Set(parameters.map(\.name) + statistics.map(\.name))
    if let stranger = file.names.first(where: { !known.contains($0) }) {
      throw Fault(at: "\(file.path): \(stranger)", "is no tensor of this network; is it another network's file?")
    }
    for parameter in parameters { try read(parameter.name, into: parameter.value, from: file) }
    for statistic in statistics {
      if statistic.isCounter {
        guard let count = try file.integers(statistic.name).first, count >= 0 else {
          throw Fault(at: "\(file.path): \(statistic.name)", "is no count; it must be one integer, 0 or more")
        }
        statistic.value[0] = Float(count)
      } else {
        try read(statistic.name, into: statistic.value, from: file)
      }
    }
  }

  private func read(_ name: String, into tensor: Tensor, from file: SafeTensors) throws {
    let shape = try file.entry(name).shape
    guard shape == tensor.shape else {
      throw Fault(at: "\(file.path): \(name)", "has shape \(shape); this network needs \(tensor.shape)")
    }
    let elements = try file.floats(name)
    guard elements.allSatisfy(\.isFinite) else {
      throw Fault(at: "\(file.path): \(name)", "holds a value that is not finite")
    }
    elements.withUnsafeBufferPointer { tensor.pointer.update(from: $0.baseAddress!, count: tensor.count) }
  }
}

extension Statistic {
  /// Counts are integers in files.
  var isCounter: Bool { name.hasSuffix("num_batches_tracked") }
}
