/// What `ApexNetwork` starts from: a 2-D ResNet with torchvision's names (ResNet-10, or of ResNet-18 the first block of
/// each layer), or a network of this method that MicroFold has trained.
struct ApexWeights {
  private let file: SafeTensors

  /// - Throws: a `Fault` when the file cannot be read, or was trained on frames that were registered in another way.
  init(opening path: String, _ registration: SweepConfiguration.Registration) throws {
    file = try SafeTensors(opening: path)
    guard file.metadata["method"] == TransferLearning.name else { return }
    let own = try ModelDescription(of: file).registration
    guard own == registration else {
      throw Fault(
        at: path,
        "was trained with registration \(own.rawValue), but registration is \(registration.rawValue); they must be "
          + "the same")
    }
  }

  /// Overwrites the tensors of a network with those of the file. The classifier is new, unless the file is of this
  /// method with the same classes. Counts of batches are not read: nothing depends on them.
  ///
  /// - Throws: a `Fault` when the file is of another kind of network, `Faults` listing every tensor that is missing,
  ///   unknown, of the wrong shape or not finite.
  func load(into network: ApexNetwork, classes: [String]) throws {
    let stem = try file.entry("conv1.weight").shape
    guard isShape(stem, of: network.parameters[0].value) else {
      throw Fault(
        at: "\(file.path): conv1.weight",
        "has shape \(stem); \(TransferLearning.name) with network.width \(network.width) needs a 2-D ResNet with "
          + "[\(network.width), 3, 7, 7]")
    }
    let isOwn = file.metadata["method"] == TransferLearning.name
    let hasClassifier = isOwn ? try ModelDescription(of: file).classes == classes : false
    let tensors =
      network.parameters.map { ($0.name, $0.value) }
      + network.statistics.filter { !$0.isCounter }.map { ($0.name, $0.value) }
    var faults: [Fault] = []
    for (name, tensor) in tensors where hasClassifier || !isClassifier(name) {
      do {
        try read(name, into: tensor)
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    let known = Set(tensors.map(\.0) + network.statistics.map(\.name))
    for name in file.names where !known.contains(name) && !isClassifier(name) && !isOfSecondBlock(name) {
      faults.append(Fault(at: "\(file.path): \(name)", "is not a tensor of a 2-D ResNet-10 or ResNet-18"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  private func isClassifier(_ name: String) -> Bool { name.hasPrefix("fc.") }

  /// ResNet-18 has two blocks in each layer.
  private func isOfSecondBlock(_ name: String) -> Bool {
    (1...4).contains { name.hasPrefix("layer\($0).1.") }
  }

  /// Whether it is the shape of a tensor; a 4-D kernel is one of a single frame.
  private func isShape(_ shape: [Int], of tensor: Tensor) -> Bool { shape == tensor.shape || shape == flat(tensor) }

  /// The shape of a kernel without its frame.
  private func flat(_ tensor: Tensor) -> [Int] {
    tensor.shape.count == 5 ? Array(tensor.shape[..<2] + tensor.shape[3...]) : tensor.shape
  }

  private func read(_ name: String, into tensor: Tensor) throws {
    let isFlat = try file.entry(name).shape.count == 4
    try file.read(name, into: isFlat ? Tensor(tensor, shape: flat(tensor)) : tensor)
  }
}
