/// A method that is a network on features of each clip, trained by Adam as long as MENet is.
struct NetworkMethod<Features: ClipFeatures, Network: MethodNetwork>: Method {
  let about: MethodDescription
  let features: Features
  /// The network without its classifier, and its speed.
  private let work: NetworkCost, speed: Double?
  /// Makes the network for a number of classes.
  private let make: @Sendable (_ classes: Int, Initializer) -> Network

  /// - Parameters:
  ///   - about: the description without the settings of training, which are added.
  ///   - work: the network without its classifier.
  ///   - speed: multiplications with additions per second of one core in its steps; nil where that was not measured.
  init(
    _ about: MethodDescription, features: Features, work: NetworkCost = NetworkCost(), speed: Double? = nil,
    network make: @escaping @Sendable (_ classes: Int, Initializer) -> Network
  ) {
    var about = about
    about.settings.append(
      MethodDescription.Setting(
        "training", "Adam; the sweep file's batch and learning rate, as many epochs as both of MENet's stages have"))
    (self.about, self.features, self.work, self.speed, self.make) = (about, features, work, speed, make)
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    guard let speed, var measured = MeasuredCost(features) else { return MethodCost() }
    var cost = MethodCost(
      parts: [
        MethodCost.Part(
          epochs: configuration.training.methodEpochs, perClip: work.training, maps: work.maps,
          seconds: work.training / speed)
      ], modelBytes: 4 * work.parameters)
    measured.perTestClip = work.forward / speed
    cost.measured = measured
    cost.memory = MethodCost.Memory(
      network: work, input: Double(features.count), features: Double(features.count))
    return cost
  }

  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    var network = make(fold.data.classes.count, Initializer(seed: fold.random.method, module: about.name))
    // Without training clips it is loaded from a file.
    if !fold.data.training.isEmpty {
      try network.prepare(for: fold.data.training.map { fold.clips.recorded.clips[$0.index] })
    }
    return NetworkFit(about.name, fold, epochs: fold.training.methodEpochs, network) { members in
      let rows = try fold.clips.rows(features, of: members)
      return { chosen in Tensor(stacking: chosen.map { rows[$0] }, width: features.count) }
    }
  }
}

extension SweepConfiguration.Training {
  /// Epochs of a method's network: as many as both of MENet's stages have, at least one.
  var methodEpochs: Int { max(1, 2 * motionEpochs) }
}
