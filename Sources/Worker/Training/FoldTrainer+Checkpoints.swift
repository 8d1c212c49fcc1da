import Core

/// Thrown at a boundary where the group agreed to leave the unit.
struct Leaving: Error {}

extension FoldTrainer {
  /// The state of the newest good checkpoint, or else the beginning, on all ranks.
  ///
  /// The first rank alone looks: another host may see an older file.
  func takeUp() throws {
    var isTakenUp = false
    try onFirstRank {
      try files.prepare()
      let clips = Set(data.training.map(\.name))
      let found = files.checkpoints.newest(
        { try state.load($0, steps: $1, schedule, clips: clips, owner) }, note: hooks.note)
      writer = CheckpointWriter(files.checkpoints, goingOnFrom: found)
      try files.rewriteMetrics(state.epochs)
      isTakenUp = found != nil
    }
    try state.share(over: group, isTakenUp: isTakenUp)
  }

  private var owner: CheckpointOwner { CheckpointOwner(unit: unit, digest: configuration.digest) }

  /// Between two steps, and two batches of an evaluation: others are served, and the ranks agree whether to leave.
  ///
  /// - Parameter fault: why this rank has not the clips of the next step or batch.
  /// - Throws: the fault of one of the ranks on all of them; what was trained is on disk then.
  func boundary(loading fault: Fault?) throws {
    try hooks.afterStep()
    let own = try hooks.pause()
    let (wish, failed) = try exchange.agree(on: own, [writer?.hasFailed ?? false, fault != nil])
    if failed[0] { try onFirstRank { try writer?.finish() } }
    pause = max(pause, wish)
    if pause == .atNextStep { throw Leaving() }
    guard failed[1] else { return }
    try leave()
    try group.onEveryRank { if let fault { throw fault } }
  }

  /// A checkpoint after a step, where the sweep asks for one every so many.
  func keepStep() throws {
    let interval = configuration.training.checkpointEverySteps
    if interval > 0, state.steps(schedule) % interval == 0 { try keep() }
  }

  /// A checkpoint after an epoch, unless the sweep counts steps.
  func keepEpoch() throws {
    if configuration.training.checkpointEverySteps == 0 { try keep() }
  }

  /// Copies the state; it is written while training goes on.
  private func keep() throws {
    try onFirstRank { try writer?.write(Checkpoint(state, schedule, owner), seconds: clock.seconds) }
  }

  /// A checkpoint of the state as it is, on disk when this returns.
  func leave() throws {
    try onFirstRank {
      try writer?.write(Checkpoint(state, schedule, owner), seconds: clock.seconds)
      try writer?.finish()
    }
  }
}
