/// A method that is a network on features of each clip, trained by Adam as long as MENet is.
struct NetworkMethod<Features: ClipFeatures, Network: MethodNetwork>: Method {
  let about: MethodDescription
  let features: Features
  /// Makes the network for so many classes.
  private let make: @Sendable (_ classes: Int, Initializer) -> Network

  /// - Parameter about: without the settings of training, which are added.
  init(
    _ about: MethodDescription, features: Features,
    network make: @escaping @Sendable (_ classes: Int, Initializer) -> Network
  ) {
    var about = about
    about.settings.append(
      MethodDescription.Setting(
        "training", "Adam; the sweep file's batch and learning rate, as many epochs as both of MENet's stages have"))
    (self.about, self.features, self.make) = (about, features, make)
  }

  func begin(_ training: MethodClips) -> any FittedMethod {
    let network = make(training.classes, Initializer(seed: training.seed, module: about.name))
    return Fitted(
      features: features, network: network, seed: training.seed, settings: training.settings,
      optimizer: Adam(network.parameters, learningRate: training.settings.learningRate))
  }

  private struct Fitted: FittedMethod {
    let features: Features
    var network: Network
    let seed: UInt64
    let settings: SweepConfiguration.Training
    var optimizer: Adam

    private enum Purpose: UInt64 {
      case order = 1
      case step
    }

    var rounds: Int { max(1, 2 * settings.motionEpochs) }

    mutating func fit(round: Int, _ training: MethodClips) throws -> Double? {
      let rows = try training.features.rows(features, of: training)
      let order = CounterRandom(seed, Purpose.order.rawValue, UInt64(round)).permutation(rows.count)
      let starts = Array(stride(from: 0, to: rows.count, by: settings.batch))
      var loss = 0.0
      for (index, start) in starts.enumerated() {
        let positions = Array(order[start..<min(rows.count, start + settings.batch)])
        let lanes = Lanes(batch: positions.count, count: settings.lanes, exchange: training.exchange)
        let step = round * starts.count + index
        _ = try network.forward(
          Tensor(stacking: lanes.samples.map { rows[positions[$0]] }, width: features.count), .training(lanes),
          CounterRandom(seed, Purpose.step.rawValue, UInt64(step)))
        let mean = try network.backward(
          labels: positions.map { training.members[$0].label },
          progress: Double(step) / Double(rounds * starts.count), lanes)
        guard mean.isFinite else {
          throw Fault(at: "epoch \(round + 1)", "the loss is not finite; a smaller training.learningRate may help")
        }
        optimizer.step()
        loss += mean * Double(positions.count)
        try training.boundary()
      }
      return loss / Double(max(1, rows.count))
    }

    var model: [(name: String, tensor: Tensor)] {
      network.parameters.map { ($0.name, $0.value) } + network.statistics.map { ($0.name, $0.value) }
    }

    var tensors: [(name: String, tensor: Tensor)] {
      model + zip(network.parameters, optimizer.first).map { ("adam.first.\($0.name)", $1) }
        + zip(network.parameters, optimizer.second).map { ("adam.second.\($0.name)", $1) }
        + [("adam.steps", Tensor([1], [Float(optimizer.steps)]))]
    }

    mutating func restore(_ tensors: [String: Tensor], at location: String) throws {
      let steps = Double(tensors["adam.steps"]?[0] ?? -1)
      guard let steps = Int(exactly: steps), steps >= 0 else { throw Fault(at: location, "has no `adam.steps`") }
      try tensors.copy(into: self.tensors, at: location)
      optimizer.steps = steps
    }

    func probabilities(of clips: MethodClips) throws -> [[Float]] {
      let rows = try clips.features.rows(features, of: clips)
      var network = network
      var probabilities: [[Float]] = []
      for start in stride(from: 0, to: rows.count, by: settings.batch) {
        let batch = start..<min(rows.count, start + settings.batch)
        let lanes = Lanes(batch: batch.count, count: settings.lanes, exchange: clips.exchange)
        let own = Tensor(stacking: lanes.samples.map { rows[batch.lowerBound + $0] }, width: features.count)
        let logits =
          lanes.samples.isEmpty
          ? Tensor([0, clips.classes]) : try network.forward(own, .evaluation, CounterRandom(seed))
        probabilities += Core.probabilities(try lanes.gather(logits))
        try clips.boundary()
      }
      return probabilities
    }
  }
}
