import Core

/// The epochs of a work unit, one after the other.
struct TrainingSchedule {
  /// One pass over the training clips.
  struct Epoch: Equatable {
    let stage: Stage
    /// From 1, in its stage.
    let number: Int
  }

  let epochs: [Epoch]
  /// Steps of an epoch.
  let batches: Int
  let batchSize: Int

  init(_ variant: Variant, _ training: SweepConfiguration.Training, clips: Int) {
    epochs = Stage.of(variant).flatMap { stage in
      (0..<max(0, stage.epochs(training))).map { Epoch(stage: stage, number: $0 + 1) }
    }
    batchSize = training.batch
    batches = (clips + batchSize - 1) / batchSize
  }

  /// Steps of all epochs.
  var steps: Int { epochs.count * batches }
}
