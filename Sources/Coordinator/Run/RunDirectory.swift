import Core
import Foundation
import Worker

/// The directory of a run: what lies where, and whether what lies there is this sweep.
struct RunDirectory {
  let path: String

  /// `sweep.json`: the configuration, resolved, with its digest and the program's version.
  struct Identity: Codable {
    var configuration: SweepConfiguration
    /// SHA-256 of what decides the results.
    var digest: String
    var version: String
  }

  var sweepFile: String { path + "/sweep.json" }
  var foldFile: String { path + "/folds.json" }
  var ledgerFile: String { path + "/ledger.jsonl" }
  var statusFile: String { path + "/status.json" }
  /// Signs of life of the ranks at work, a folder a job; gone at the end.
  var ranksFolder: String { path + "/ranks" }
  var reportPage: String { path + "/report/index.html" }

  /// The store of a synthetic dataset, made at the start.
  func syntheticStore(_ dataset: String) -> String { "\(path)/\(dataset)/store.safetensors" }

  /// Where a unit's files lie; a seed has a folder of its own where there are several.
  func unit(_ unit: WorkUnit, seeds: Int) -> String {
    let folder = "\(path)/\(unit.dataset)/fold-\(unit.fold)/\(unit.variant.rawValue)"
    return seeds > 1 ? "\(folder)/seed-\(unit.seed)" : folder
  }

  /// Makes the directory, or takes up the run that lies there, and owns it from here on.
  ///
  /// - Parameter note: told what takes a while.
  /// - Throws: a `Fault` when another sweep or something else lies there, another job is at work there, or nothing can be
  ///   written.
  func prepare(
    for configuration: SweepConfiguration, start: SweepOptions.Start, owner: RunOwner, note: (String) -> Void
  ) throws -> (lock: RunLock, before: RunOwner?) {
    // Where somebody is at work, what lies there may be half of what it makes.
    if LockFile(of: path).look() == nil { try check(configuration, start) }
    try Directory.make(path)
    let (lock, before) = try RunLock.take(path, owner, note: note)
    do {
      // Somebody else may have begun a run here meanwhile.
      try check(configuration, start == .resume ? .goOn : start)
      if start == .fresh { try RunFiles.remove(in: path) }
      if !isRun {
        let identity = Identity(
          configuration: configuration, digest: configuration.digest, version: Program.version)
        try AtomicFile.write(RunDirectory.json(identity), to: sweepFile)
      }
    } catch {
      lock.release()
      throw error
    }
    return (lock, before)
  }

  private var isRun: Bool { FileManager.default.fileExists(atPath: sweepFile) }

  /// - Throws: a `Fault` unless the sweep can begin or be resumed here.
  private func check(_ configuration: SweepConfiguration, _ start: SweepOptions.Start) throws {
    if isRun { return try start == .fresh ? requireRun() : requireSame(configuration) }
    if start == .resume { throw Fault(at: path, "holds no run to resume; leave --resume away to begin one") }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard names.allSatisfy(LockFile.isKnown) else {
      throw Fault(at: path, "is not empty and holds no run; choose another --output")
    }
  }

  /// What `sweep.json` says.
  func identity() throws -> Identity {
    guard let data = FileManager.default.contents(atPath: sweepFile) else {
      throw Fault(at: path, "holds no run; name the directory that a sweep wrote")
    }
    do {
      return try JSONDecoder().decode(Identity.self, from: data)
    } catch {
      throw Fault(at: sweepFile, "cannot be read as a run's configuration; start again with --fresh")
    }
  }

  /// The folds on disk, checked against the datasets; or new ones, written once.
  func folds(_ inputs: [FoldFile.Input], _ configuration: SweepConfiguration) throws -> FoldFile {
    try FoldFile.loadOrCreate(
      for: inputs, folds: configuration.folds, seed: configuration.seeds[0],
      stored: FileManager.default.contents(atPath: foldFile), digest: { SHA256.hex(of: $0) },
      write: { try AtomicFile.write($0, to: foldFile) })
  }

  /// How each unit ended, as far as it did: finished units with their result on disk, failed ones with their reason.
  ///
  /// - Parameter entries: the ledger's.
  func outcomes(_ configuration: SweepConfiguration, _ entries: [LedgerEntry]) -> [UnitOutcome] {
    Ledger.replay(entries).values.compactMap { entry in
      switch entry.event {
      case .finished: result(of: entry, configuration).map(UnitOutcome.finished)
      case .failed: .failed(entry.unit, reason: entry.reason ?? "unknown")
      case .planned, .started, .paused, .lost: nil
      }
    }
  }

  func outcomes(_ configuration: SweepConfiguration) throws -> [UnitOutcome] {
    outcomes(configuration, try entries())
  }

  /// Makes the folder of a job's signs of life; those of earlier jobs go.
  func prepareJob() throws -> String {
    endJobs()
    let job = "\(ranksFolder)/\(getpid())-\(Int(Date().timeIntervalSince1970))"
    try Directory.make(job)
    return job
  }

  /// Losses of ranks that jobs noted which ended of them.
  func lossesOfEarlierJobs() -> [Session.Loss] {
    let jobs = (try? FileManager.default.contentsOfDirectory(atPath: ranksFolder)) ?? []
    return jobs.flatMap { LossFiles(directory: "\(ranksFolder)/\($0)").all() }
  }

  /// Removes the signs of life; another rank that ends may still be writing its last one.
  func endJobs() {
    for _ in 0..<10 {
      try? RunFiles.removeJobs(in: path)
      guard access(ranksFolder, F_OK) == 0 else { return }
      usleep(20_000)
    }
  }

  /// The ledger's good lines.
  ///
  /// - Parameter skipping: told of lines that are damaged: each costs nothing but itself.
  func entries(skipping: (Fault) -> Void = { _ in }) throws -> [LedgerEntry] {
    try JSONLines.read(LedgerEntry.self, from: ledgerFile, skipping: skipping)
  }

  /// Appends to the ledger, with the time, in one write.
  ///
  /// - Parameter syncs: whether these lines, and those before, are on disk when this returns.
  func record(_ entries: [LedgerEntry], syncs: Bool = true) throws {
    guard !entries.isEmpty || syncs && access(ledgerFile, F_OK) == 0 else { return }
    let now = (Date().timeIntervalSince1970 * 1000).rounded() / 1000
    let timed = entries.map { entry in
      var entry = entry
      entry.at = entry.at ?? now
      return entry
    }
    try JSONLines.append(all: timed, to: ledgerFile, isSealed: true, syncs: syncs)
  }

  /// Steps of a unit's newest checkpoint.
  func checkpointSteps(of unit: WorkUnit, seeds: Int) -> Int? {
    CheckpointFolder(unit: self.unit(unit, seeds: seeds)).newestSteps
  }

  /// Removes the checkpoints of a unit that has finished.
  func removeCheckpoints(of unit: WorkUnit, seeds: Int) {
    CheckpointFolder(unit: self.unit(unit, seeds: seeds)).remove()
  }

  /// The result that a finished unit left, if it is whole and the one the ledger means.
  private func result(of entry: LedgerEntry, _ configuration: SweepConfiguration) -> UnitResult? {
    let file = unit(entry.unit, seeds: configuration.seeds.count) + "/result.json"
    guard let data = FileManager.default.contents(atPath: file),
      let result = try? JSONDecoder().decode(UnitResult.self, from: data), result.unit == entry.unit,
      result.weightsDigest == entry.weightsDigest
    else { return nil }
    return result
  }

  private func requireSame(_ configuration: SweepConfiguration) throws {
    let there = try identity()
    guard there.digest == configuration.digest else {
      throw Fault(
        at: path,
        "holds another sweep (\(there.configuration.name)); choose another --output, or --fresh to begin again")
    }
  }

  /// Whether `sweep.json` is a run's, of whatever version, and not a sweep file that somebody keeps under this name.
  private func requireRun() throws {
    let data = FileManager.default.contents(atPath: sweepFile) ?? Data()
    let members = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    guard let members, members["digest"] is String, members["version"] is String else {
      throw Fault(at: sweepFile, "is not a run's; remove it by hand or choose another --output")
    }
  }

  static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
