/// Transfer Learning (Peng et al. 2018): a ResNet-10 on the apex frame of a clip, trained on macro-expressions and then
/// on micro-expressions.
struct TransferLearning: Method {
  static let name = "transfer-learning"

  var about: MethodDescription {
    MethodDescription(
      name: TransferLearning.name, title: "Transfer Learning",
      paper: "Peng, M., Wu, Z., Zhang, Z. and Chen, T. 2018. From macro to micro expression recognition: deep learning "
        + "on small datasets using transfer learning. IEEE FG 2018, 657–661",
      settings: [
        MethodDescription.Setting(
          "input", "the apex frame alone, network.motionSize pixels; without an apex the middle of onset and offset"),
        MethodDescription.Setting("network", "2-D ResNet-10, network.width channels after the first convolution"),
        MethodDescription.Setting(
          "start", "`pretraining` on macro-expressions; before it, or instead, the 2-D ResNet of network.pretrained"),
        MethodDescription.Setting(
          "training", "Adam; the sweep file's batch and learning rate, as many epochs as both of MENet's stages have"),
      ],
      changes: [
        "The network of photographs and the macro-expressions are those that the sweep file names, not the paper's, "
          + "which are available on application only; without them the network starts from random weights.",
        "Pixels are mapped to -1 … 1, for photographs' weights too; frames are as the store has them.",
        "No frames but the apex are trained on, and pictures are not changed at random.",
        "Adam with the sweep file's learning rate for all layers, and no schedule.",
        "What the paper's program does in detail is not known here; see docs/methods.md.",
      ])
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    TransferLearning.cost(configuration.training.methodEpochs, configuration)
  }

  /// The cost of a number of epochs, and of predicting the test clips.
  static func cost(_ epochs: Int, _ configuration: SweepConfiguration) -> MethodCost {
    let network = NetworkCost.apex(configuration.network)
    var cost = MethodCost(
      parts: [MethodCost.Part(epochs: epochs, perClip: network.training, maps: network.maps)],
      modelBytes: 4 * network.parameters)
    cost.ending.perTestClip = network.forward
    let side = Double(configuration.network.motionSize)
    cost.memory = MethodCost.Memory(network: network, input: 3 * side * side)
    return cost
  }

  var pretraining: (any Method)? { TransferLearningPretraining() }

  /// - Throws: a `Fault` or `Faults` about a file that cannot be read or does not fit.
  func checkStart(_ configuration: SweepConfiguration) throws {
    guard let path = configuration.network.pretrained else { return }
    let network = TransferLearning.network(configuration, classes: 1, seed: 0)
    try ApexWeights(opening: path, configuration.registration).load(into: network, classes: [])
  }

  /// Width and frame size.
  func settings(of model: SafeTensors, _ description: ModelDescription) throws -> SweepConfiguration {
    var configuration = SweepConfiguration()
    let stem = try model.entry("conv1.weight").shape
    guard let width = stem.first, width > 0, stem == [width, 3, 1, 7, 7] else {
      throw Fault(at: "\(model.path): conv1.weight", "has shape \(stem); a ResNet-10 has [width, 3, 1, 7, 7]")
    }
    // The file is then about as large as the network that is made for it.
    try model.require("layer4.0.conv2.weight", [8 * width, 8 * width, 1, 3, 3])
    guard let size = description.motionSize else {
      throw Fault(at: model.path, "does not say the size of the frames (metadata `motionSize`)")
    }
    (configuration.network.width, configuration.network.motionSize) = (width, size)
    return configuration
  }

  /// - Throws: a `Fault` or `Faults` when this rank's host cannot read the weights that it starts from.
  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    try TransferLearning.fit(fold, epochs: fold.training.methodEpochs)
  }

  /// Begins to fit a network on the apex frames of a fold.
  static func fit(_ fold: MethodFold, epochs: Int) throws -> NetworkFit<ApexNetwork> {
    let configuration = fold.configuration
    let network = network(configuration, classes: fold.data.classes.count, seed: fold.random.method)
    if let path = fold.clips.pretraining.map({ "\($0)/model.safetensors" }) ?? configuration.network.pretrained {
      try ApexWeights(opening: path, configuration.registration).load(into: network, classes: fold.data.classes)
    }
    let frames = ApexFrames(fold.store, size: network.size)
    return NetworkFit(
      name, fold, epochs: epochs, network, metadata: ["motionSize": "\(network.size)"]
    ) { members in
      { chosen in try fold.group.onEveryRank { try frames.load(chosen.map { members[$0].index }) } }
    }
  }

  private static func network(_ configuration: SweepConfiguration, classes: Int, seed: UInt64) -> ApexNetwork {
    ApexNetwork(
      width: configuration.network.width, size: configuration.network.motionSize, classes: classes,
      Initializer(seed: seed, module: name))
  }
}

/// Trains the network of `TransferLearning` on other clips before the folds of a dataset, which start from it.
struct TransferLearningPretraining: Method {
  static let name = "\(PretrainingMethod.name)-\(TransferLearning.name)"

  var about: MethodDescription {
    MethodDescription(
      name: TransferLearningPretraining.name, title: TransferLearning().about.title, paper: nil,
      settings: PretrainingMethod().about.settings, changes: [])
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    guard let pretraining = configuration.pretraining else { return MethodCost() }
    return TransferLearning.cost(pretraining.epochs, configuration.forPretraining(pretraining))
  }

  /// - Throws: a `Fault` or `Faults` when this rank's host cannot read the weights that it starts from.
  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    guard let pretraining = fold.configuration.pretraining else {
      throw Fault(at: "\(fold.unit)", "has no settings of pretraining")
    }
    let own = MethodFold(fold.unit, fold.configuration.forPretraining(pretraining), fold.data, fold.clips)
    return try TransferLearning.fit(own, epochs: pretraining.epochs)
  }
}
