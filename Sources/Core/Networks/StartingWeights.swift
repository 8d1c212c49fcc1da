/// What MENet or IDNet starts from, where it is not random.
public enum StartingWeights: Sendable {
  /// A 2-D ResNet-18, trained on photographs.
  case photographs(PretrainedWeights)
  /// A network that MicroFold has trained on other clips; with or without its classifier.
  case network(NetworkFile, hasClassifier: Bool)

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - configuration: the network's width, input and registration must be those of the file.
  ///   - branch: of a network that MicroFold has trained.
  ///   - classes: those of the network that starts from it; its classifier is used where it has the same ones.
  /// - Throws: a `Fault` or `Faults` about a file that cannot be read or does not fit.
  public init(
    opening path: String, for configuration: SweepConfiguration, _ branch: NetworkFile.Branch = .menet,
    classes: [String]? = nil
  ) throws {
    let network = configuration.network
    guard try SafeTensors(opening: path).entry("conv1.weight").shape.count == 5 else {
      self = .photographs(try PretrainedWeights(opening: path, width: network.width))
      return
    }
    let file = try NetworkFile(branch, opening: path)
    func require(_ isSame: Bool, _ problem: @autoclosure () -> String) throws {
      if !isSame { throw Fault(at: path, problem()) }
    }
    try require(
      file.width == network.width, "has \(file.width) channels, but network.width is \(network.width)")
    let (input, registration, stem) = (file.description.input, file.description.registration, file.description.stem)
    try require(
      stem == nil || stem == network.stem,
      "has the stem \(stem?.rawValue ?? ""), but network.stem is \(network.stem.rawValue); they must be the same")
    if branch == .menet {
      try require(
        input == network.input,
        "was trained on \(input.rawValue), but network.input is \(network.input.rawValue); they must be the same")
      try require(
        registration == configuration.registration,
        "was trained with registration \(registration.rawValue), but registration is "
          + "\(configuration.registration.rawValue); they must be the same")
    }
    self = .network(file, hasClassifier: classes != nil && file.description.classes == classes)
  }

  /// Reads every tensor of a network that MicroFold has trained, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` naming a tensor that does not fit the sweep's MENet, or is not finite.
  public func check(for network: SweepConfiguration.Network) throws {
    guard case .network(let file, _) = self else { return }
    _ = try file.network(frames: network.frames, size: network.motionSize, stem: network.stem)
  }

  /// Overwrites those tensors of a network that the file has.
  ///
  /// - Throws: a `Fault` naming a tensor that does not fit, or a file that can no longer be read.
  public func load(into network: RecognitionNetwork) throws {
    switch self {
    case .photographs(let weights): try weights.load(into: network)
    case .network(let file, let hasClassifier):
      func isWanted(_ name: String) -> Bool {
        // Attention that the file does not have starts without an effect.
        if name.hasPrefix("attention.") { return file.file.contains(name) }
        return hasClassifier || !name.hasPrefix("classifier.")
      }
      for parameter in network.parameters where isWanted(parameter.name) {
        try file.file.read(parameter.name, into: parameter.value)
      }
      for statistic in network.statistics where isWanted(statistic.name) { try statistic.load(file.file) }
    }
  }
}
