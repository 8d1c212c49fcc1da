import Core

/// The progress of a unit, for every method: a text in a checkpoint.
struct RunProgress: Codable, Equatable {
  /// Steps taken in all epochs.
  var steps = 0
  /// Epochs that have ended. An epoch is scored between its last step and its end.
  var epochs = 0
  /// One record per epoch, if the method's epochs have records.
  var records: [EpochRecord] = []

  /// - Throws: a `Fault` at `path` unless this progress is possible in a run of this schedule.
  func check(_ schedule: TrainingSchedule, at path: String) throws {
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      if !condition { throw Fault(at: path, problem()) }
    }
    try require(
      (0...schedule.epochs.count).contains(epochs), "has \(epochs) epochs of \(schedule.epochs.count)")
    let ended = epochs * schedule.stepsPerEpoch
    let most = epochs < schedule.epochs.count ? schedule.stepsPerEpoch : 0
    try require((ended...ended + most).contains(steps), "has \(steps) steps after \(epochs) epochs")
    try require(
      records.count == (schedule.isRecorded ? epochs : 0), "has \(records.count) records of \(epochs) epochs")
    for (index, (record, epoch)) in zip(records, schedule.epochs).enumerated() {
      let steps = (index + 1) * schedule.stepsPerEpoch
      try require(
        record.stage == epoch.stage && record.epoch == epoch.number && record.steps == steps,
        "has stage \(record.stage.map { "\($0.rawValue)" } ?? "-"), epoch \(record.epoch), step \(record.steps) where "
          + "stage \(epoch.stage.map { "\($0.rawValue)" } ?? "-"), epoch \(epoch.number) ends")
    }
  }
}
