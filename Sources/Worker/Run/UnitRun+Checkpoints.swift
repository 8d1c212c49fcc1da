import Core

extension UnitRun {
  /// Resumes on all ranks from the newest valid checkpoint; without one, training starts at the beginning.
  ///
  /// Only the first rank reads files, because another host may see an older version of them.
  func resume(_ fitted: inout any FittedMethod) throws {
    var taken = fitted
    var isResumed = false
    try group.onFirstRank {
      try files.prepare()
      if fitted.schedule.steps > 1 { try files.checkpoints.write(allSteps: fitted.schedule.steps) }
      let found = files.checkpoints.newest(
        { path, steps in progress = try Checkpoint.load(path, steps: steps, owner, into: &taken) },
        note: supervisor.note)
      writer?.keep(found)
      // Methods whose epochs have no records have no metrics.
      if fitted.schedule.isRecorded { try files.rewriteMetrics(progress.records) } else { files.removeMetrics() }
      isResumed = found != nil
    }
    fitted = taken
    try group.share(&progress, &fitted, isResumed: isResumed)
  }

  /// Copies the state; it is written while training continues.
  func keep(_ fitted: any FittedMethod) throws { try group.onFirstRank { try write(fitted) } }

  /// Writes the checkpoint of an epoch's end. All ranks call it; the first one decides, because clocks differ.
  func keepEpoch(_ fitted: any FittedMethod) throws {
    try group.onFirstRank {
      let passed = clock.secondsOfThisRun - secondsOfLastCheckpoint
      guard passed >= Double(fold.training.checkpointEverySeconds) else { return }
      if fitted.schedule.steps > 1 || clock.secondsOfThisRun > secondsWorthKeeping { try write(fitted) }
    }
  }

  /// Writes a checkpoint, which is on disk when this returns.
  func keepNow(_ fitted: any FittedMethod) throws {
    try group.onFirstRank {
      try write(fitted)
      try writer?.finish()
    }
  }

  private func write(_ fitted: any FittedMethod) throws {
    secondsOfLastCheckpoint = clock.secondsOfThisRun
    try writer?.write(Checkpoint(progress, fitted.state(), owner), seconds: clock.seconds)
  }
}
