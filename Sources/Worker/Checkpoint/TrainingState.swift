import Core

/// All that training a work unit carries from one step to the next. The rest follows from where it is.
struct TrainingState {
  var branch: DualBranch
  /// The MENet that was best on the inner validation fold so far.
  var selected: Selected?
  /// The epochs that have ended.
  var epochs: [EpochRecord] = []
  /// Steps taken in the epoch that is under way.
  var batches = 0
  /// What these steps add up to.
  var tally = EpochTally()

  struct Selected {
    var accuracy: Double
    /// MENet's parameters and running statistics, in their order.
    var tensors: [Tensor]
  }

  init(_ branch: DualBranch) { self.branch = branch }

  /// Steps taken, all stages.
  func steps(_ schedule: TrainingSchedule) -> Int { epochs.count * schedule.batches + batches }

  /// An epoch has ended, with this MENet as the best so far.
  mutating func end(_ record: EpochRecord, _ selected: Selected?) {
    epochs.append(record)
    (batches, tally, self.selected) = (0, EpochTally(), selected)
  }

  /// MENet's parameters and running statistics.
  var motionTensors: [Tensor] { branch.menet.parameters.map(\.value) + branch.menet.statistics.map(\.value) }

  /// MENet becomes the selected one, where there is one.
  func restoreSelected() {
    guard let selected else { return }
    for (tensor, kept) in zip(motionTensors, selected.tensors) {
      tensor.pointer.update(from: kept.pointer, count: kept.count)
    }
  }
}

// MARK: - As a file holds it

extension TrainingState {
  /// The networks with their optimizers, each by its name.
  private var modules: [(name: String, module: any Module, optimizer: Adam)] {
    var modules: [(String, any Module, Adam)] = [("menet", branch.menet, branch.motionOptimizer)]
    if let idnet = branch.idnet, let optimizer = branch.identityOptimizer {
      modules.append(("idnet", idnet, optimizer))
    }
    if let mine = branch.mine, let optimizer = branch.mineOptimizer { modules.append(("mine", mine, optimizer)) }
    return modules
  }

  /// Every tensor by its name in a checkpoint, but those of the tally: `menet.conv1.weight`,
  /// `menet.adam.first.conv1.weight`, `selected.conv1.weight`.
  var tensors: [(name: String, tensor: Tensor)] {
    var all: [(String, Tensor)] = []
    for (name, module, optimizer) in modules {
      all += module.parameters.map { ("\(name).\($0.name)", $0.value) }
      all += module.statistics.map { ("\(name).\($0.name)", $0.value) }
      all += zip(module.parameters, optimizer.first).map { ("\(name).adam.first.\($0.name)", $1) }
      all += zip(module.parameters, optimizer.second).map { ("\(name).adam.second.\($0.name)", $1) }
    }
    if let selected {
      let names = branch.menet.parameters.map(\.name) + branch.menet.statistics.map(\.name)
      all += zip(names, selected.tensors).map { ("selected.\($0)", $1) }
    }
    return all
  }

  /// Everything that is no tensor.
  var progress: TrainingProgress {
    get {
      TrainingProgress(
        epochs: epochs, batches: batches, losses: tally.losses, clips: tally.clips,
        optimizerSteps: Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0.optimizer.steps) }),
        movingAverage: branch.movingAverage.logarithm, selectedAccuracy: selected?.accuracy)
    }
    set {
      epochs = newValue.epochs
      batches = newValue.batches
      branch.motionOptimizer.steps = newValue.optimizerSteps["menet"] ?? 0
      branch.identityOptimizer?.steps = newValue.optimizerSteps["idnet"] ?? 0
      branch.mineOptimizer?.steps = newValue.optimizerSteps["mine"] ?? 0
      branch.movingAverage.logarithm = newValue.movingAverage
      selected = newValue.selectedAccuracy.map { accuracy in
        Selected(accuracy: accuracy, tensors: motionTensors.map { Tensor($0.shape) })
      }
    }
  }
}

/// What training carries beside tensors: a text in a checkpoint. Numbers come back from it to the bit.
struct TrainingProgress: Codable, Equatable {
  var epochs: [EpochRecord]
  var batches: Int
  /// Sums of the epoch that is under way, and the clips whose features were kept.
  var losses: MeanLosses
  var clips: [String]
  /// Adam's, a module.
  var optimizerSteps: [String: Int]
  /// The logarithm of MINE's moving average.
  var movingAverage: Double?
  var selectedAccuracy: Double?

  /// - Parameter clips: names of the training clips.
  /// - Throws: a `Fault` at `place` unless training on this schedule can have come here.
  func check(_ schedule: TrainingSchedule, clips known: Set<String>, modules: Set<String>, at place: String) throws {
    func require(_ condition: Bool, _ problem: String) throws {
      if !condition { throw Fault(at: place, problem) }
    }
    try require(epochs.count <= schedule.epochs.count, "has \(epochs.count) epochs of \(schedule.epochs.count)")
    for (index, (record, epoch)) in zip(epochs, schedule.epochs).enumerated() {
      try require(
        record.stage == epoch.stage && record.epoch == epoch.number && record.steps == (index + 1) * schedule.batches,
        "has stage \(record.stage.map { "\($0.rawValue)" } ?? "-"), epoch \(record.epoch), step \(record.steps) where stage "
          + "\(epoch.stage.rawValue), epoch \(epoch.number) ends")
    }
    let most = epochs.count < schedule.epochs.count ? schedule.batches : 0
    try require((0...most).contains(batches), "is \(batches) steps into an epoch of \(most)")
    try require(
      clips.count <= batches * schedule.batchSize && Set(clips).count == clips.count && known.isSuperset(of: clips),
      "has features of clips that the epoch cannot have seen")
    let steps = epochs.count * schedule.batches + batches
    try require(
      Set(optimizerSteps.keys) == modules && optimizerSteps.values.allSatisfy((0...steps).contains),
      "has optimizer steps \(optimizerSteps) after \(steps) steps")
    try require((0...1).contains(selectedAccuracy ?? 0), "has a selected accuracy of \(selectedAccuracy ?? 0)")
  }
}
