import Core

/// How far fitting a method has come: a text in a checkpoint.
struct MethodProgress: Codable, Equatable {
  var rounds = 0
  /// A record a round where rounds have a loss, else none.
  var epochs: [EpochRecord] = []

  /// - Throws: a `Fault` at `place` unless fitting in so many rounds can have come here.
  func check(rounds most: Int, at place: String) throws {
    guard (0...most).contains(rounds), epochs.isEmpty || epochs.map(\.epoch) == Array(1..<rounds + 1),
      epochs.allSatisfy({ $0.stage == nil && $0.steps == $0.epoch })
    else { throw Fault(at: place, "has \(rounds) rounds of \(most), and \(epochs.count) records of them") }
  }
}

extension MethodRun {
  /// Rounds may take milliseconds, so a checkpoint is written no more often than this.
  private static let checkpointInterval = Duration.seconds(10)

  private var owner: CheckpointOwner { CheckpointOwner(unit: unit, digest: configuration.digest) }

  /// The state of the newest good checkpoint, or else the beginning, on all ranks.
  ///
  /// The first rank alone looks: another host may see an older file.
  func takeUp(_ fitted: inout any FittedMethod) throws {
    var taken = fitted
    try group.onFirstRank {
      try files.prepare()
      let found = files.checkpoints.newest({ try load($0, rounds: $1, into: &taken) }, note: hooks.note)
      writer = CheckpointWriter(files.checkpoints, goingOnFrom: found)
      // Methods without a loss leave no metrics.
      if progress.epochs.isEmpty { files.removeMetrics() } else { try files.rewriteMetrics(progress.epochs) }
    }
    fitted = taken
    try share(&fitted)
  }

  /// Takes everything from a checkpoint.
  ///
  /// - Parameter rounds: what its name says.
  /// - Throws: a `Fault` saying what is wrong with the file.
  func load(_ path: String, rounds: Int, into fitted: inout any FittedMethod) throws {
    let file = try SafeTensors(opening: path)
    let progress = try Checkpoint.progress(MethodProgress.self, of: file, .method, owner)
    try progress.check(rounds: fitted.rounds, at: path)
    guard progress.rounds == rounds else { throw Fault(at: path, "is of another round than its name says") }
    let known = fitted.tensors
    try file.require(known.map { ($0.name, $0.tensor.shape) })
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in known {
      tensors[name] = Tensor(tensor.shape)
      try file.copy(name, into: tensors[name] ?? tensor)
    }
    try fitted.restore(tensors, at: path)
    self.progress = progress
  }

  /// Makes every rank's state that of the group's first rank. All ranks have tensors of the same shapes.
  private func share(_ fitted: inout any FittedMethod) throws {
    guard group.size > 1 else { return }
    let rounds = try group.broadcastText(group.rank == 0 ? "\(progress.rounds)" : "")
    guard let rounds = Int(rounds), rounds > 0 else { return }
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in fitted.tensors {
      let copy = tensor.copy()
      try group.broadcast(copy)
      tensors[name] = copy
    }
    if group.rank > 0 {
      try fitted.restore(tensors, at: "what the group's first rank has")
      progress.rounds = rounds
    }
  }

  /// A copy of what was learned, written now and then while fitting goes on.
  func keep(_ fitted: any FittedMethod) throws {
    try group.onFirstRank {
      kept = (fitted.tensors.map { SafeTensors.Content($0.name, frozen: $0.tensor.copy()) }, false)
      if .now - lastWritten >= MethodRun.checkpointInterval { try write() }
    }
  }

  /// The last round's end, on disk when this returns; a round that is under way begins again.
  func leave() throws {
    try group.onFirstRank {
      try write()
      try writer?.finish()
    }
  }

  private func write() throws {
    guard let kept, !kept.isWritten else { return }
    self.kept?.isWritten = true
    lastWritten = .now
    let checkpoint = try Checkpoint(
      .method, steps: progress.rounds, progress: progress, tensors: kept.tensors, owner)
    try writer?.write(checkpoint, seconds: clock.seconds)
  }
}
