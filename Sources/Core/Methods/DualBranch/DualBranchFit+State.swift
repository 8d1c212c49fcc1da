// MARK: - What a checkpoint holds

extension DualBranchFit {
  /// The parts of a checkpoint that are not tensors. Numbers are restored to the same bits.
  private struct Notes: Codable {
    /// The losses of the current epoch, and the clips whose features were kept.
    var losses: MeanLosses
    var clips: [String]
    /// Steps of each network's Adam.
    var optimizerSteps: [String: Int]
    /// Logarithm of MINE's moving average.
    var movingAverage: Double?
    var selectedAccuracy: Double?
  }

  /// The networks of MENet's and IDNet's training with their names.
  private var networks: [(name: String, trained: TrainedNetwork)] {
    [("menet", branch.menet)] + (branch.decoupling.map { [("idnet", $0.idnet)] } ?? [])
  }

  /// All that is trained, with names and optimizers.
  private var modules: [(name: String, module: any Module, optimizer: Adam)] {
    let estimator = branch.decoupling?.penalty.estimator
    return networks.map { ($0.name, $0.trained.network, $0.trained.optimizer) }
      + (estimator.map { [("mine", $0.mine, $0.optimizer)] } ?? [])
  }

  /// The tensors that every checkpoint has, such as `menet.conv1.weight`, `menet.adam.first.conv1.weight` and, with
  /// averaged weights, `menet.average.conv1.weight`.
  private var lasting: [(name: String, tensor: Tensor)] {
    let trained = modules.flatMap { name, module, optimizer in
      module.tensors(with: optimizer).map { ("\(name).\($0.name)", $0.tensor) }
    }
    let averages = networks.flatMap { name, trained in
      (trained.average?.network.tensors ?? []).map { ("\(name).average.\($0.name)", $0.tensor) }
    }
    return trained + averages
  }

  /// The tensors of the selected MENet with their names in a checkpoint, such as `selected.conv1.weight`.
  private func named(_ selected: Selected?) -> [(name: String, tensor: Tensor)] {
    zip(branch.menet.result.tensors, selected?.tensors ?? []).map { ("selected.\($0.name)", $1) }
  }

  func state() throws -> MethodState {
    let notes = Notes(
      losses: tally.losses, clips: tally.clips,
      optimizerSteps: Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0.optimizer.steps) }),
      movingAverage: branch.decoupling?.penalty.estimator?.movingAverage.logarithm,
      selectedAccuracy: selected?.accuracy)
    return try MethodState(notes, tensors: lasting + named(selected) + tally.tensors)
  }

  mutating func restore(_ state: MethodState, steps: Int, from path: String) throws {
    let notes = try state.notes(Notes.self, from: path)
    try check(notes, steps: steps, from: path)
    let selected = notes.selectedAccuracy.map { accuracy in
      Selected(accuracy: accuracy, tensors: branch.menet.result.tensors.map { Tensor($0.tensor.shape) })
    }
    let tallied = EpochTally.emptyTensors(clips: notes.clips, width: branch.menet.network.shape.features)
    try state.copy(into: lasting + named(selected) + tallied, from: path)
    self.selected = selected
    tally = EpochTally(losses: notes.losses, clips: notes.clips, tensors: tallied)
    branch.menet.optimizer.steps = notes.optimizerSteps["menet"] ?? 0
    branch.decoupling?.idnet.optimizer.steps = notes.optimizerSteps["idnet"] ?? 0
    branch.decoupling?.penalty.estimator?.optimizer.steps = notes.optimizerSteps["mine"] ?? 0
    branch.decoupling?.penalty.estimator?.movingAverage.logarithm = notes.movingAverage
  }

  /// - Throws: a `Fault` unless these notes are possible in training on these clips.
  private func check(_ notes: Notes, steps: Int, from path: String) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      if !condition { throw Fault(at: path, problem()) }
    }
    // After an epoch's last step, the end of the epoch may or may not have been processed.
    let (_, batches) = schedule.position(steps)
    let most = batches == 0 && steps > 0 ? schedule.stepsPerEpoch : batches
    try require(
      notes.clips.count <= most * fold.training.batch && Set(notes.clips).count == notes.clips.count
        && Set(fold.data.training.map(\.name)).isSuperset(of: notes.clips),
      "has features of clips that are not in the steps of this epoch")
    try require(
      Set(notes.optimizerSteps.keys) == Set(modules.map(\.name))
        && notes.optimizerSteps.values.allSatisfy((0...steps).contains),
      "has optimizer steps \(notes.optimizerSteps) after \(steps) steps")
    try require(
      (0...1).contains(notes.selectedAccuracy ?? 0), "has a selected accuracy of \(notes.selectedAccuracy ?? 0)")
  }
}
