/// A method that is a network on features of each clip, trained by Adam as long as MENet is.
struct NetworkMethod<Features: ClipFeatures, Network: MethodNetwork>: Method {
  let about: MethodDescription
  let features: Features
  /// Makes the network for a number of classes.
  private let make: @Sendable (_ classes: Int, Initializer) -> Network

  /// - Parameter about: the description without the settings of training, which are added.
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

  func begin(_ fold: MethodFold) throws -> any FittedMethod {
    var network = make(fold.data.classes.count, Initializer(seed: fold.random.method, module: about.name))
    // Without training clips it is loaded from a file.
    if !fold.data.training.isEmpty {
      try network.prepare(for: fold.data.training.map { fold.store.clips[$0.index] })
    }
    return Fitted(about.name, fold, features, network)
  }

  private struct Fitted: FittedMethod {
    let name: String
    let fold: MethodFold
    let features: Features
    let schedule: TrainingSchedule
    private var network: Network
    private var optimizer: Adam
    /// The losses of the current epoch.
    private var losses = MeanLosses()
    /// Features of the training clips; nil until the first step.
    private var training: [Tensor]?

    private enum Purpose: UInt64 {
      case order = 1
      case step
    }

    init(_ name: String, _ fold: MethodFold, _ features: Features, _ network: Network) {
      (self.name, self.fold, self.features, self.network) = (name, fold, features, network)
      optimizer = Adam(network.parameters, learningRate: fold.training.learningRate)
      schedule = TrainingSchedule(
        [(nil, max(1, 2 * fold.training.motionEpochs))], clips: fold.data.training.count, batch: fold.training.batch)
    }

    private var seed: UInt64 { fold.random.method }

    mutating func step(_ number: Int) throws -> StepReport {
      let members = fold.data.training
      let rows = try training ?? fold.clips.rows(features, of: members)
      training = rows
      let (epoch, batch) = schedule.position(number)
      let order = CounterRandom(seed, Purpose.order.rawValue, UInt64(epoch)).permutation(rows.count)
      let start = batch * fold.training.batch
      let chosen = Array(order[start..<min(rows.count, start + fold.training.batch)])
      let lanes = fold.lanes(chosen.count)
      _ = try network.forward(
        Tensor(stacking: lanes.samples.map { rows[chosen[$0]] }, width: features.count), .training(lanes),
        CounterRandom(seed, Purpose.step.rawValue, UInt64(number)))
      let loss = try network.backward(
        labels: chosen.map { members[$0].emotion }, clips: chosen,
        progress: Double(number) / Double(schedule.steps), lanes)
      guard loss.total.isFinite else {
        throw Fault(at: "epoch \(epoch + 1)", "the loss is not finite; a smaller training.learningRate may help")
      }
      optimizer.step()
      losses.add(loss, clips: chosen.count)
      return StepReport(clips: chosen.count, loss: losses.mean.total)
    }

    mutating func endEpoch(_ index: Int) -> EpochRecord? {
      defer { losses = MeanLosses() }
      return EpochRecord(
        schedule.epochs[index], steps: (index + 1) * schedule.stepsPerEpoch, losses: losses.mean)
    }

    var models: [ModelFile] { [ModelFile(network.tensors, method: name, fold)] }

    /// The parts of a checkpoint that are not tensors.
    private struct Notes: Codable {
      var losses: MeanLosses
      var optimizerSteps: Int
    }

    func state() throws -> MethodState {
      try MethodState(Notes(losses: losses, optimizerSteps: optimizer.steps), tensors: network.tensors(with: optimizer))
    }

    mutating func restore(_ state: MethodState, steps: Int, from path: String) throws {
      let notes = try state.notes(Notes.self, from: path)
      guard notes.optimizerSteps == steps else {
        throw Fault(at: path, "has \(notes.optimizerSteps) optimizer steps after \(steps) steps")
      }
      try state.copy(into: network.tensors(with: optimizer), from: path)
      (losses, optimizer.steps) = (notes.losses, steps)
    }

    func load(_ model: SafeTensors) throws { try model.read(into: network.tensors) }

    func evaluate() throws -> MethodScores {
      let rows = try fold.clips.rows(features, of: fold.data.test)
      var network = network
      var probabilities: [[Float]] = []
      for start in stride(from: 0, to: rows.count, by: fold.training.batch) {
        let batch = start..<min(rows.count, start + fold.training.batch)
        let lanes = fold.lanes(batch.count)
        let own = Tensor(stacking: lanes.samples.map { rows[batch.lowerBound + $0] }, width: features.count)
        let logits =
          lanes.samples.isEmpty
          ? Tensor([0, fold.data.classes.count]) : try network.forward(own, .evaluation, CounterRandom(seed))
        probabilities += Core.probabilities(try lanes.gather(logits))
        try fold.group.boundary()
      }
      return MethodScores(probabilities: probabilities)
    }
  }
}
