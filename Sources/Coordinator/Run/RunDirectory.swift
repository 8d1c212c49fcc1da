import Core
import Foundation
import Worker

/// The directory of a run: the locations of its files, and whether it belongs to this sweep.
struct RunDirectory {
  let path: String

  /// The content of `sweep.json`: the configuration with all defaults, its digest and the program's version, and how
  /// the run grew.
  struct Identity: Encodable {
    var configuration: SweepConfiguration
    /// SHA-256 of all settings that change results.
    var digest: String
    var version: String
    /// From the first time that the run grew.
    var history: [Growth]?

    /// One time that the run grew.
    struct Growth: Codable, Equatable {
      /// What was added, in words.
      var added: [String]
      /// Digest and version before.
      var digest, version: String
      /// Seconds since 1970.
      var at: Double
    }

    init(_ configuration: SweepConfiguration) {
      (self.configuration, digest, version) = (configuration, configuration.digest, Program.version)
    }

    /// This run after it grew.
    func grown(to configuration: SweepConfiguration, _ growth: SweepGrowth) -> Identity {
      var grown = Identity(configuration)
      let step = Growth(
        added: growth.added, digest: digest, version: version, at: Date().timeIntervalSince1970.rounded())
      grown.history = (history ?? []) + [step]
      return grown
    }

    /// Reads the file of this version or of an earlier one.
    init(stored data: Data) throws {
      let file = try JSONNode.parse(Array(data), location: "sweep.json")
      guard let configuration = file["configuration"], case .string(let digest)? = file["digest"],
        case .string(let version)? = file["version"]
      else { throw Fault(at: "sweep.json", "has no configuration") }
      self.configuration = try SweepConfiguration.decode(stored: configuration)
      (self.digest, self.version) = (digest, version)
      history = try file["history"].map { node in
        try JSONDecoder().decode([Growth].self, from: Data(node.canonicalText().utf8))
      }
    }
  }

  var sweepFile: String { path + "/sweep.json" }
  var foldFile: String { path + "/folds.json" }
  var ledgerFile: String { path + "/ledger.jsonl" }
  var statusFile: String { path + "/status.json" }
  /// Heartbeat files of the ranks, one folder per job; removed at the end.
  var ranksFolder: String { path + "/ranks" }
  var reportPage: String { path + "/report/index.html" }

  /// The folder of a dataset.
  func dataset(_ dataset: String) -> String { "\(path)/\(dataset)" }

  /// The store of a dataset: the user's, or one that the run makes of synthetic clips or of several parts.
  func store(of dataset: SweepConfiguration.Dataset) -> String {
    if case .store(let path) = dataset.source { path } else { "\(self.dataset(dataset.name))/\(RunFiles.ownStore)" }
  }

  /// The folder of the synthetic clips that networks are pretrained on; arms and datasets share them.
  var pretrainingStores: String { "\(path)/\(PretrainingClips.folder)" }

  /// The store of synthetic clips to pretrain on; clips of other settings have other names.
  func pretrainingStore(_ suite: String, _ settings: SweepConfiguration.Synthetic) -> String {
    "\(pretrainingStores)/\(suite)-\(settings.digest.prefix(RunFiles.digestDigits)).safetensors"
  }

  /// The folder of `folds.json` of what one network is pretrained on.
  func pretrainingFolder(_ clips: PretrainingClips) -> String { "\(path)/\(clips.key)" }

  /// The directory of a unit's files; with arms, one folder per arm, and with several seeds, one folder per seed.
  func unit(_ unit: WorkUnit, seeds: Int) -> String {
    var folder = "\(path)/\(unit.dataset)/"
    let fold = unit.isFinal ? RunFiles.finalFolder : "fold-\(unit.fold)"
    folder += unit.variant.isPretraining ? unit.variant.rawValue : "\(fold)/\(unit.variant.rawValue)"
    if let arm = unit.arm { folder += "/arm-\(arm)" }
    return seeds > 1 ? "\(folder)/seed-\(unit.seed)" : folder
  }

  /// Makes the directory, or opens the run in it to resume or to let it grow, and takes ownership.
  ///
  /// - Parameter note: called with what takes time.
  /// - Throws: a `Fault` when the directory holds another sweep or other files, another job works in it, or it cannot
  ///   be written.
  func prepare(
    for configuration: SweepConfiguration, start: SweepOptions.Start, owner: RunOwner, note: (String) -> Void
  ) throws -> (lock: RunLock, before: RunOwner?) {
    // While another job works there, its files may be incomplete: they are checked after the lock is taken.
    if LockFile(of: path).read() == nil { try check(configuration, start) }
    try Directory.make(path)
    let (lock, before) = try RunLock.take(path, owner, note: note)
    do {
      // Another job may have started a run here in the meantime.
      try check(configuration, start == .resume ? .resumeOrBegin : start)
      if start == .fresh { try RunFiles.remove(in: path) }
      if !isRun {
        try AtomicFile.write(JSONEncoder.file(Identity(configuration)), to: sweepFile)
      } else if let growth = try growth(to: configuration) {
        let before = try identity()
        try RunGrowth(directory: self, growth: growth, old: before.configuration, new: configuration).apply()
        try AtomicFile.write(JSONEncoder.file(before.grown(to: configuration, growth)), to: sweepFile)
        if !growth.added.isEmpty {
          note("the run in \(path) grows: \(growth.added.joined(separator: ", ")); what it has trained is kept")
        }
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
    if isRun {
      if start == .fresh { try requireRun() } else { _ = try growth(to: configuration) }
      return
    }
    if start == .resume {
      throw Fault(at: path, "holds no run to resume\(Fault.lookedIn(for: path)); omit --resume to start one")
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard names.allSatisfy(LockFile.isKnown) else {
      throw Fault(at: path, "is not empty and holds no run; choose another --output")
    }
  }

  /// Reads `sweep.json`. Settings that the version that wrote it did not know have their defaults.
  func identity() throws -> Identity {
    guard let data = FileManager.default.contents(atPath: sweepFile) else {
      throw Fault(at: path, "holds no run\(Fault.lookedIn(for: path)); name the directory that a sweep wrote")
    }
    do {
      return try Identity(stored: data)
    } catch {
      throw Fault(at: sweepFile, "cannot be read as a run's configuration; start again with --fresh")
    }
  }

  /// Reads the folds and checks them against the datasets; or makes and writes them, the first time.
  ///
  /// - Parameter examine: looks for what is on both sides of a new split, and refuses it by throwing.
  func folds(
    _ inputs: [FoldFile.Input], _ configuration: SweepConfiguration,
    examine: (FoldFile.Dataset) throws -> Leakage? = { _ in nil }
  ) throws -> FoldFile {
    try FoldFile.loadOrCreate(
      for: inputs, folds: configuration.folds, seed: configuration.seeds[0],
      stored: FileManager.default.contents(atPath: foldFile), digest: { SHA256.hex(of: $0) },
      examine: examine, write: { try AtomicFile.write($0, to: foldFile) })
  }

  /// Reads the folds of a run that has begun.
  ///
  /// - Throws: a `Fault` where there are none, or they cannot be read.
  func storedFolds() throws -> FoldFile {
    guard let stored = FileManager.default.contents(atPath: foldFile) else {
      throw Fault(
        at: foldFile, "does not exist\(Fault.lookedIn(for: foldFile)); the run was stopped before it began")
    }
    return try FoldFile.decode(stored, location: foldFile)
  }

  /// The splits of what was trained before the folds; those that are missing or damaged are left out.
  func pretrainingSplits(_ configuration: SweepConfiguration) -> [FoldFile.Dataset] {
    configuration.pretrainings.flatMap { clips -> [FoldFile.Dataset] in
      let stored = FileManager.default.contents(atPath: pretrainingFolder(clips) + "/folds.json")
      return stored.flatMap { try? FoldFile.decode($0) }?.datasets ?? []
    }
  }

  /// How each unit ended that has ended: finished units with their result on disk, failed ones with their reason.
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

  /// Makes the folder of a job's heartbeat files and removes those of earlier jobs.
  func prepareJob() throws -> String {
    endJobs()
    let job = "\(ranksFolder)/\(getpid())-\(Int(Date().timeIntervalSince1970))"
    try Directory.make(job)
    return job
  }

  /// Losses of ranks that ended earlier jobs, as those jobs recorded them.
  func lossesOfEarlierJobs() -> [Session.Loss] {
    let jobs = (try? FileManager.default.contentsOfDirectory(atPath: ranksFolder)) ?? []
    return jobs.flatMap { LossFiles(directory: "\(ranksFolder)/\($0)").all() }
  }

  /// Removes the heartbeat files. It tries several times, because another rank that ends may still write its last one.
  func endJobs() {
    for _ in 0..<10 {
      try? RunFiles.removeJobs(in: path)
      guard access(ranksFolder, F_OK) == 0 else { return }
      usleep(20_000)
    }
  }

  /// Reads the ledger's lines.
  ///
  /// - Parameter skipping: called with each damaged line; the others are read.
  func entries(skipping: (Fault) -> Void = { _ in }) throws -> [LedgerEntry] {
    try JSONLines.read(LedgerEntry.self, from: ledgerFile, skipping: skipping)
  }

  /// Appends entries with the time to the ledger, in one write.
  ///
  /// - Parameter syncs: whether these lines, and all before them, are on disk when this returns.
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

  /// The result of a finished unit, if it can be read and belongs to the ledger's entry.
  private func result(of entry: LedgerEntry, _ configuration: SweepConfiguration) -> UnitResult? {
    let file = unit(entry.unit, seeds: configuration.seeds.count) + "/result.json"
    guard let data = FileManager.default.contents(atPath: file),
      let result = try? JSONDecoder().decode(UnitResult.self, from: data), result.unit == entry.unit,
      result.weightsDigest == entry.weightsDigest
    else { return nil }
    return result
  }

  /// What the sweep has beyond the run; nil where it is the same.
  ///
  /// - Throws: `Faults` where it changes what the run has trained.
  private func growth(to configuration: SweepConfiguration) throws -> SweepGrowth? {
    let existing = try identity()
    guard existing.digest != configuration.digest else { return nil }
    do {
      return try SweepGrowth(from: existing.configuration, to: configuration)
    } catch let faults as Faults {
      let advice = Fault(
        at: path,
        "holds another sweep (\(existing.configuration.name)); choose another --output, or start again with --fresh")
      throw Faults(faults.faults + [advice])
    }
  }

  /// Throws unless `sweep.json` was written by a run of any version: a user may keep a sweep file under this name.
  private func requireRun() throws {
    let data = FileManager.default.contents(atPath: sweepFile) ?? Data()
    let members = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    guard let members, members["digest"] is String, members["version"] is String else {
      throw Fault(at: sweepFile, "was not written by a run; remove it by hand or choose another --output")
    }
  }
}
