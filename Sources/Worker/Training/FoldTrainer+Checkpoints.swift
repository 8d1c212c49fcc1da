import Core

/// Thrown at a boundary where the group agreed to leave the unit.
struct Leaving: Error {}

extension FoldTrainer {
  /// The state of the newest good checkpoint, or else the beginning, on all ranks.
  ///
  /// The first rank alone looks: another host may see an older file.
  func takeUp() throws {
    try onFirstRank {
      try files.prepare()
      let found = newestCheckpoint()
      writer = CheckpointWriter(files.checkpoints, goingOnFrom: found)
      try files.rewriteMetrics(state.epochs)
    }
    try state.share(over: group)
  }

  /// Loads the newest good checkpoint and gives its steps; each that is not good is said, and left for the one before.
  private func newestCheckpoint() -> Int? {
    var faults: [Fault] = []
    var found: Int?
    for steps in files.checkpoints.steps() where found == nil {
      do {
        try state.load(
          files.checkpoints.file(steps), steps: steps, schedule, clips: Set(data.training.map(\.name)), owner)
        found = steps
      } catch {
        faults.append(error as? Fault ?? Fault(at: files.checkpoints.file(steps), "\(error)"))
      }
    }
    let instead = found.map { "going on from \(CheckpointFolder.name($0))" } ?? "the unit starts from its first step"
    for fault in faults { hooks.note("\(fault); \(instead)") }
    return found
  }

  private var owner: CheckpointOwner { CheckpointOwner(unit: unit, digest: configuration.digest) }

  /// Between two steps, and two batches of an evaluation: others are served, and the ranks agree whether to leave.
  func boundary() throws {
    try hooks.afterStep()
    // The largest vote of the group; the sum of 0 and 1 over its ranks is above 0 where one of them votes so.
    let own = try hooks.pause()
    var votes: [Double] = [own >= .atNextEpoch, own == .atNextStep, writer?.hasFailed ?? false].map { $0 ? 1 : 0 }
    try votes.withUnsafeMutableBufferPointer { try exchange.add($0) }
    if votes[2] > 0 { try onFirstRank { try writer?.finish() } }
    pause = max(pause, votes[1] > 0 ? .atNextStep : votes[0] > 0 ? .atNextEpoch : .none)
    if pause == .atNextStep { throw Leaving() }
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
