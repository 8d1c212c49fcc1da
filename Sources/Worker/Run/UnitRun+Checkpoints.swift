import Core

extension UnitRun {
  /// Fitting that is one step takes milliseconds or hours; it is worth a checkpoint after so many seconds.
  private static let secondsWorthKeeping = 10.0

  func isWorthKeeping(_ schedule: TrainingSchedule) -> Bool {
    schedule.steps > 1 || clock.secondsOfThisRun > UnitRun.secondsWorthKeeping
  }

  /// The state of the newest good checkpoint, or else the beginning, on all ranks.
  ///
  /// The first rank alone looks: another host may see an older file.
  func resume(_ fitted: inout any FittedMethod) throws {
    var taken = fitted
    var isResumed = false
    try group.onFirstRank {
      try files.prepare()
      let found = files.checkpoints.newest(
        { path, steps in progress = try Checkpoint.load(path, steps: steps, owner, into: &taken) },
        note: supervisor.note)
      writer?.keep(found)
      // Methods whose epochs leave no records leave no metrics.
      if fitted.schedule.isRecorded { try files.rewriteMetrics(progress.records) } else { files.removeMetrics() }
      isResumed = found != nil
    }
    fitted = taken
    try group.share(&progress, &fitted, isResumed: isResumed)
  }

  /// Copies the state; it is written while training goes on.
  func keep(_ fitted: any FittedMethod) throws {
    try group.onFirstRank { try writer?.write(Checkpoint(progress, fitted.state(), owner), seconds: clock.seconds) }
  }

  /// A checkpoint of the state as it is, on disk when this returns.
  func keepNow(_ fitted: any FittedMethod) throws {
    try group.onFirstRank {
      try writer?.write(Checkpoint(progress, fitted.state(), owner), seconds: clock.seconds)
      try writer?.finish()
    }
  }
}
