import Core
import Foundation
import Worker

/// A sweep that is ready to start, on rank 0, which has taken the run directory.
struct PreparedSweep {
  var setup: SweepSetup
  var lock: RunLock
  var status: StatusFile
  /// How units ended in earlier jobs, without those that will be trained again.
  var outcomes: [UnitOutcome]
  /// How often each unit lost its ranks at the same point.
  var losses: [WorkUnit: Int]

  /// Reads the sweep file, takes and prepares the run directory, makes the synthetic stores and the folds.
  ///
  /// - Parameters:
  ///   - owner: this process, at the beginning of the job.
  ///   - note: called with what takes time, and with what is left out.
  ///   - warn: called with damage that costs little.
  /// - Throws: a `Fault` or `Faults` about the user's options, sweep file or files.
  init(_ options: SweepOptions, owner: RunOwner, note: (String) -> Void, warn: (String) -> Void) throws {
    var configuration = try SweepConfiguration.load(options.config)
    if let output = options.output { configuration.output = output }
    let directory = RunDirectory(path: configuration.output)
    let missing = configuration.datasets.flatMap(\.sources).compactMap { name, source -> Fault? in
      guard case .store(let path) = source, !FileManager.default.fileExists(atPath: path) else { return nil }
      return Fault(
        at: path, "does not exist\(Fault.lookedIn(for: path)); make the store of \(name) with microfold import or synth"
      )
    }
    guard missing.isEmpty else { throw Faults(missing) }
    for clips in configuration.pretrainings { _ = try clips.origin(notIn: configuration.datasets) }
    try SweepSetup.checkPretrained(configuration)

    let (lock, before) = try directory.prepare(for: configuration, start: options.start, owner: owner, note: note)
    let status = StatusFile(directory.statusFile, owner: owner)
    do {
      var stores: [(store: SweepStore, input: FoldFile.Input)] = []
      for dataset in configuration.datasets {
        let store = try SweepStore(dataset, at: try PreparedSweep.store(of: dataset, in: directory, note: note))
        try configuration.requireMotion(store.clips, dataset.classes)
        if configuration.folds(of: dataset).by != .sample, dataset.similarSubjects == .refused {
          try dataset.requireDistinctSubjects(store.clips)
        }
        let input = FoldFile.Input(
          name: dataset.name, clips: store.clips.clips, classes: dataset.classes, contentDigest: store.contentDigest,
          folds: dataset.folds)
        stores.append((store, input))
      }
      let folds = try directory.folds(stores.map(\.input), configuration) { split in
        try PreparedSweep.leakage(of: split, configuration, stores.map(\.store), warn: warn)
      }
      for split in folds.datasets {
        guard let leftOut = split.leftOut else { continue }
        let emotions = leftOut.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        note("\(split.name): clips whose emotion no class takes are left out: \(printable(emotions))")
      }
      var sources: [String: SweepSetup.ClipSource] = [:]
      for ((store, input), split) in zip(stores, folds.datasets) {
        var source = SweepSetup.ClipSource(
          name: input.name, path: store.clips.path, contentDigest: store.contentDigest, split: split,
          size: ClipSize(store.clips.clips))
        try source.findDerived(
          configuration.derivedContents(configuration.compared), store, folder: directory.dataset(input.name))
        sources[input.name] = source
      }
      sources.merge(
        try PretrainingSources(configuration, directory, stores.map { ($0.input.name, $0.store.clips) }, note: note).all
      ) { $1 }
      let entries = try PreparedSweep.entries(of: directory, configuration, before: before, warn: warn)
      outcomes = directory.outcomes(configuration, entries)
      losses = Ledger.losses(entries)
      let ended = Set(
        outcomes.compactMap { outcome -> WorkUnit? in
          if case .finished(let result) = outcome { result.unit } else { nil }
        })
      let units = configuration.workUnits(folds)
      let pending = units.filter { !ended.contains($0) }
      outcomes.removeAll { !ended.contains($0.unit) }
      let cost = UnitCost(configuration: configuration)
      setup = SweepSetup(
        configuration: configuration, folds: folds, sources: sources, pending: [], token: owner.token)
      let clips = setup.clipCounts
      setup.pending = pending.longestFirst { cost.total($0, clips($0)) }
      if owner.ranks > 1 { setup.job = try directory.prepareJob() }
    } catch {
      status.refuse("\(error)")
      lock.release()
      throw error
    }
    (self.lock, self.status) = (lock, status)
  }

  /// Looks for what is on both sides of a split, before anything is trained on it.
  ///
  /// - Parameter stores: in the order of the configuration's datasets.
  private static func leakage(
    of split: FoldFile.Dataset, _ configuration: SweepConfiguration, _ stores: [SweepStore], warn: (String) -> Void
  ) throws -> Leakage? {
    for (dataset, store) in zip(configuration.datasets, stores) where dataset.name == split.name {
      let found = try Leakage(in: split, store: store.clips, similarSubjects: dataset.similarSubjects)
      try dataset.require(no: found, in: split)
      for text in found.remarks { warn("\(dataset.name): \(text)") }
      return found
    }
    return nil
  }

  /// Reads the ledger and adds the losses that the last job could not write.
  ///
  /// - Parameter before: the earlier owner, if its process ended without releasing the run.
  private static func entries(
    of directory: RunDirectory, _ configuration: SweepConfiguration, before: RunOwner?, warn: (String) -> Void
  ) throws -> [LedgerEntry] {
    let entries = try directory.entries {
      warn("\($0); this line of the ledger is ignored; a unit whose end it recorded is trained again")
    }
    let started = Ledger.replay(entries).values.filter { $0.event == .started }
    let noted = directory.lossesOfEarlierJobs()
    let lost = started.compactMap { entry -> LedgerEntry? in
      var loss = LedgerEntry(event: .lost, unit: entry.unit)
      if let note = noted.first(where: { $0.activity.unit == entry.unit.description }) {
        loss.reason = "rank \(note.rank) on \(note.host): \(note.reason)"
      } else if let before, before.ranks == 1, !before.recovers {
        loss.reason = "\(before.description), is gone"
      } else {
        return nil
      }
      loss.steps = directory.checkpointSteps(of: entry.unit, seeds: configuration.seeds.count)
      return loss
    }.sorted { $0.unit.description < $1.unit.description }
    try directory.record(lost)
    return entries + lost
  }

  private static func store(
    of dataset: SweepConfiguration.Dataset, in directory: RunDirectory, note: (String) -> Void
  ) throws -> String {
    let path = directory.store(of: dataset)
    let exists = FileManager.default.fileExists(atPath: path)
    switch dataset.source {
    case .store: break
    case .synthetic(let settings):
      if !exists {
        note("making \(dataset.name), \(settings.clips) clips")
        try SyntheticStore.write(dataset.name, settings, to: path)
      }
    case .parts(let parts):
      let composite = try CompositeStore(parts)
      if !exists {
        note("making \(dataset.name) of \(parts.map(\.name).joined(separator: ", ")), \(composite.clips.count) clips")
        try composite.write(to: path)
      } else if try ClipStore(opening: path).origin() != composite.origin {
        throw Fault(
          at: path,
          "was made of other clips than the parts of \(dataset.name) have now; restore their stores, or use --fresh")
      }
    }
    return path
  }
}
