/// Fits a network on the training clips of one fold, by Adam and in lanes, and predicts its test clips.
struct NetworkFit<Network: MethodNetwork>: FittedMethod {
  /// Reads the network's inputs of some clips, `[clips, features]`, given by their indices in a list; each rank reads
  /// its own.
  typealias Reader = (_ chosen: [Int]) throws -> Tensor

  private let name: String
  private let fold: MethodFold
  /// Opens a list of clips; all ranks call it.
  private let open: (_ members: [FoldData.Member]) throws -> Reader
  /// Texts in the model file, beside the usual ones.
  private let metadata: [String: String]
  let schedule: TrainingSchedule
  private var network: Network
  private var optimizer: Adam
  /// The losses of the current epoch.
  private var losses = MeanLosses()
  /// Reads the training clips; nil until the first step.
  private var training: Reader?

  private enum Purpose: UInt64 {
    case order = 1
    case step
  }

  /// - Parameters:
  ///   - name: of the method in the model file.
  ///   - network: with its initial weights.
  ///   - metadata: of the model file, beside the usual one.
  ///   - open: makes a reader of a list of clips; all ranks call it.
  init(
    _ name: String, _ fold: MethodFold, epochs: Int, _ network: Network, metadata: [String: String] = [:],
    inputs open: @escaping (_ members: [FoldData.Member]) throws -> Reader
  ) {
    (self.name, self.fold, self.network, self.metadata, self.open) = (name, fold, network, metadata, open)
    optimizer = Adam(network.parameters, learningRate: fold.training.learningRate)
    schedule = TrainingSchedule([(nil, epochs)], clips: fold.data.training.count, batch: fold.training.batch)
  }

  private var seed: UInt64 { fold.random.method }

  mutating func step(_ number: Int) throws -> StepReport {
    let members = fold.data.training
    let read = try training ?? open(members)
    training = read
    let (epoch, batch) = schedule.position(number)
    let order = CounterRandom(seed, Purpose.order.rawValue, UInt64(epoch)).permutation(members.count)
    let start = batch * fold.training.batch
    let chosen = Array(order[start..<min(members.count, start + fold.training.batch)])
    let lanes = fold.lanes(chosen.count)
    _ = try network.forward(
      try read(lanes.samples.map { chosen[$0] }), .training(lanes),
      CounterRandom(seed, Purpose.step.rawValue, UInt64(number)))
    let loss = try network.backward(
      labels: chosen.map { members[$0].emotion }, clips: chosen, progress: Double(number) / Double(schedule.steps),
      lanes)
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

  var models: [ModelFile] {
    var file = ModelFile(network.tensors, method: name, fold)
    file.metadata.merge(metadata) { own, _ in own }
    return [file]
  }

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
    let members = fold.data.test
    let read = try open(members)
    var network = network
    var probabilities: [[Float]] = []
    for start in stride(from: 0, to: members.count, by: fold.training.batch) {
      let batch = start..<min(members.count, start + fold.training.batch)
      let lanes = fold.lanes(batch.count)
      let own = try read(lanes.samples.map { batch.lowerBound + $0 })
      let logits =
        lanes.samples.isEmpty
        ? Tensor([0, fold.data.classes.count]) : try network.forward(own, .evaluation, CounterRandom(seed))
      probabilities += Core.probabilities(try lanes.gather(logits))
      try fold.group.boundary()
    }
    return MethodScores(probabilities: probabilities)
  }
}
