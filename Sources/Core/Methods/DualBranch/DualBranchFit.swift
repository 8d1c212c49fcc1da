/// Fits the dual-branch network on one fold: its steps, the ends of its epochs, and its evaluation on the test clips.
struct DualBranchFit: FittedMethod {
  let fold: MethodFold
  let schedule: TrainingSchedule
  var branch: DualBranch
  /// The MENet with the best accuracy on the inner validation fold so far.
  var selected: Selected?
  /// The sums over the steps of the current epoch.
  var tally = EpochTally()
  private let loader: ClipLoader
  private let clips: ClipsAhead

  struct Selected {
    var accuracy: Double
    /// MENet's parameters and running statistics, in the network's order.
    var tensors: [Tensor]
  }

  /// - Parameter stages: nil for those of the variant.
  init(_ fold: MethodFold, _ ablation: Ablation, stages: [Stage]? = nil) throws {
    self.fold = fold
    let (network, training) = (fold.configuration.network, fold.training)
    schedule = TrainingSchedule(
      (stages ?? ablation.stages).map { ($0, $0.epochs(training)) }, clips: fold.data.training.count,
      batch: training.batch)
    loader = ClipLoader(fold.clips.recorded, motion: fold.clips.motion, network)
    branch = try DualBranch(
      network, training, ablation, emotions: fold.data.classes.count, identities: fold.data.identities.count,
      seed: fold.random.weights, pretrained: PretrainedNetworks(fold))
    clips = ClipsAhead(loader, ablation.mutualInformation ? .both : .motion)
  }

  // MARK: - Steps

  var loadingFault: Fault? { clips.failure }

  mutating func step(_ number: Int) throws -> StepReport {
    let (index, batch) = schedule.position(number)
    let epoch = schedule.epochs[index]
    let members = members(of: epoch, batch: batch)
    let steps = schedule.stepsPerEpoch
    let moment = StageStep(number: (epoch.number - 1) * steps + batch, of: epoch.count * steps)
    let (losses, outputs) = try branch.step(stage(epoch), try load(members, epoch, step: number), at: moment)
    tally.add(losses, outputs, of: members)
    return StepReport(clips: members.count, loss: tally.losses.mean.total)
  }

  private func stage(_ epoch: TrainingSchedule.Epoch) -> Stage {
    guard let stage = epoch.stage else { preconditionFailure("every epoch of this schedule has a stage") }
    return stage
  }

  /// The clips of one batch. An epoch takes every training clip once, in random order.
  private func members(of epoch: TrainingSchedule.Epoch, batch: Int) -> [FoldData.Member] {
    let order = fold.random.order(fold.data.training.count, stage(epoch), epoch: epoch.number)
    let start = batch * fold.training.batch
    return order[start..<min(order.count, start + fold.training.batch)].map { fold.data.training[$0] }
  }

  /// The clips of a batch that this rank loads, their frames and their augmentation in this epoch.
  private func choices(_ members: [FoldData.Member], _ lanes: Lanes, _ epoch: TrainingSchedule.Epoch) -> [ClipChoice] {
    let (network, random) = (fold.configuration.network, fold.random)
    return lanes.samples.map { sample in
      let clip = fold.clips.recorded.clips[members[sample].index]
      let stream = random.frames(of: clip.name, stage(epoch), epoch: epoch.number)
      let frames =
        switch fold.training.sampling {
        case .random: FrameSampler.training(clip, count: network.frames, random: stream)
        case .spread: FrameSampler.spread(clip, count: network.frames, random: stream)
        }
      let augmentation = Augmentation(
        fold.training.augmentation, network,
        random: random.augmentation(of: clip.name, stage(epoch), epoch: epoch.number))
      return ClipChoice(clip: members[sample].index, frames: frames, augmentation: augmentation)
    }
  }

  private func load(
    _ members: [FoldData.Member], _ epoch: TrainingSchedule.Epoch, step: Int
  ) throws -> TrainingBatch {
    let lanes = fold.lanes(members.count)
    let choices = choices(members, lanes, epoch)
    // For clips that were loaded ahead, all ranks agreed at the last boundary that they can be read.
    let loaded = clips.hasBegun ? try clips.take(choices) : try fold.group.onEveryRank { try clips.take(choices) }
    loadAhead(of: step + 1)
    return TrainingBatch(
      lanes: lanes, motionClips: loaded.motion, identityClips: loaded.identity, emotions: members.map(\.emotion),
      identities: members.map(fold.data.identity), shuffle: fold.random.shuffle(members.count, stage(epoch), step: step)
    )
  }

  /// Starts to load the batch of a step, if there is such a step.
  private func loadAhead(of step: Int) {
    guard step < schedule.steps else { return }
    let (index, batch) = schedule.position(step)
    let members = members(of: schedule.epochs[index], batch: batch)
    clips.begin(choices(members, fold.lanes(members.count), schedule.epochs[index]))
  }

  // MARK: - Epochs

  private var evaluation: NetworkEvaluation { NetworkEvaluation(fold: fold, loader: loader) }

  /// Scores MENet after an epoch.
  mutating func endEpoch(_ index: Int) throws -> EpochRecord? {
    let epoch = schedule.epochs[index]
    var record = EpochRecord(epoch, steps: (index + 1) * schedule.stepsPerEpoch, losses: tally.losses.mean)
    var best = selected
    if stage(epoch).trainsMotion {
      let isTested = epoch.number % fold.training.testEvery == 0 || epoch.number == epoch.count
      if isTested, !fold.data.test.isEmpty {
        record.testAccuracy = try accuracy(on: fold.data.test)
      }
      if !fold.data.validation.isEmpty {
        let accuracy = try accuracy(on: fold.data.validation)
        record.validationAccuracy = accuracy
        if epoch.stage == schedule.epochs.last?.stage, accuracy > best?.accuracy ?? -1 {
          best = Selected(accuracy: accuracy, tensors: branch.menet.result.tensors.map { $0.tensor.copy() })
        }
      }
    }
    if fold.group.exchange.rank == 0 {
      record.heldOutInformation = tally.heldOutInformation(
        seed: fold.random.information(stage(epoch), epoch: epoch.number))
    }
    (selected, tally) = (best, EpochTally())
    return record
  }

  private func accuracy(on members: [FoldData.Member]) throws -> Double {
    FoldData.accuracy(try evaluation.motion(of: members, branch.menet.result).probabilities, members)
  }

  // MARK: - The end

  mutating func evaluate() throws -> MethodScores {
    // Copies the selected MENet, where there is one, to MENet.
    let menet = branch.menet.result
    for ((_, tensor), kept) in zip(menet.tensors, selected?.tensors ?? []) {
      tensor.pointer.update(from: kept.pointer, count: kept.count)
    }
    let test = try evaluation.motion(of: fold.data.test, menet)
    let motion = try evaluation.motion(of: fold.data.training, menet).features
    let identity = try branch.decoupling.map {
      try evaluation.identity(of: fold.data.training, $0.idnet.result).features
    }
    var scores = MethodScores(probabilities: test.probabilities)
    guard fold.group.exchange.rank == 0 else { return scores }
    (scores.linearProbes, scores.nonlinearProbes) = (
      probes(motion, identity, by: .ridge), probes(motion, identity, by: .network)
    )
    scores.attention = AttentionSimilarity.mean(test.attention)
    scores.attentionMaps = test.attentionMaps.mean
    return scores
  }

  private func probes(
    _ motion: [[Float]], _ identity: [[Float]]?, by classifier: IdentityProbe.Classifier
  ) -> IdentityProbes? {
    let training = fold.data.training
    return IdentityProbes(
      motion: motion, identity: identity, emotions: training.map(\.emotion), subjects: training.map(\.subject),
      clips: training.map(\.name), by: classifier)
  }

  var models: [ModelFile] {
    let network = fold.configuration.network
    var files: [ModelFile] = []
    if let decoupling = branch.decoupling {
      files.append(
        ModelFile("idnet", decoupling.idnet.result.state, metadata: ModelDescription(classes: nil, network).metadata))
      if let mine = decoupling.penalty.estimator?.mine {
        files.append(ModelFile("mine", mine.state, metadata: mine.metadata))
      }
    }
    let recorded = fold.clips.recorded
    let description = ModelDescription(
      classes: fold.data.classes, network, fold.configuration.registration, of: recorded.clips[0], fit: recorded.fit)
    return files + [ModelFile("menet", branch.menet.result.state, metadata: description.metadata)]
  }
}
