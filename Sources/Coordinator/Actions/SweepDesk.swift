import Core
import Foundation
import Worker

/// What rank 0 does beside training: the ledger, the outcomes, the progress line and, at the end, the report.
final class SweepDesk {
  private let setup: SweepSetup
  private let directory: RunDirectory
  private let groups: Int
  private let console: Console
  private let isQuiet: Bool
  private var outcomes: [UnitOutcome] = []
  private var running: [WorkUnit: UnitProgress?] = [:]
  private var line = ProgressLine(terminal: .standardError())
  private let start = ContinuousClock.now

  init(_ setup: SweepSetup, _ directory: RunDirectory, groups: Int, _ options: SweepOptions, _ console: Console) {
    (self.setup, self.directory, self.groups, self.console) = (setup, directory, groups, console)
    isQuiet = options.isQuiet
  }

  /// Takes up what earlier runs left and writes down what is planned.
  func open() throws {
    let pending = Set(setup.pending)
    outcomes = try directory.outcomes(setup.configuration).filter { !pending.contains($0.unit) }
    // A job that ended between the ledger and the checkpoints left these.
    for case .finished(let result) in outcomes { removeCheckpoints(of: result.unit) }
    for unit in setup.pending { try directory.record(LedgerEntry(event: .planned, unit: unit)) }
  }

  var books: Dispatcher.Desk {
    Dispatcher.Desk(
      handOut: HandOut(setup.pending, groups: groups),
      started: { [self] unit in
        running[unit] = .some(nil)
        try directory.record(LedgerEntry(event: .started, unit: unit))
      },
      ended: { [self] outcome in try end(outcome) },
      paused: { [self] unit in
        running[unit] = nil
        try directory.record(LedgerEntry(event: .paused, unit: unit))
      },
      progressed: { [self] progress in
        running[progress.unit] = progress
        showProgress()
      })
  }

  /// Writes the report and says in a few lines what came out; or, where units are left, says that the sweep was
  /// stopped: there is no report of half a sweep.
  func close() throws -> ExitStatus {
    console.draw(line.clear())
    let ended = Set(outcomes.map(\.unit))
    let (left, done) = (setup.pending.count { !ended.contains($0) }, outcomes.count)
    guard left == 0 else {
      console.note("\(Program.name): stopped, \(done) of \(done + left) units done; the same command goes on")
      return .paused
    }
    let report = ComparisonReport(setup, outcomes)
    try report.write(to: directory.path)
    for text in report.summaryLines { console.line(text) }
    console.line("report: \(directory.reportPage)")
    return report.holes.isEmpty ? .success : .failedUnits
  }

  private func end(_ outcome: UnitOutcome) throws {
    running[outcome.unit] = nil
    outcomes.append(outcome)
    switch outcome {
    case .finished(let result):
      try directory.record(
        LedgerEntry(event: .finished, unit: outcome.unit, weightsDigest: result.weightsDigest))
      removeCheckpoints(of: outcome.unit)
    case .failed(let unit, let reason):
      try directory.record(LedgerEntry(event: .failed, unit: unit, reason: reason))
      console.draw(line.clear())
      console.note("\(Program.name): \(unit) failed: \(reason)")
    }
    showProgress()
  }

  private func removeCheckpoints(of unit: WorkUnit) {
    directory.removeCheckpoints(of: unit, seeds: setup.configuration.seeds.count)
  }

  private func showProgress() {
    guard !isQuiet else { return }
    let units = running.keys.sorted { $0.description < $1.description }
    let progress = SweepProgress(
      done: outcomes.count, failed: outcomes.count { if case .failed = $0 { true } else { false } },
      total: setup.pending.count + outcomes.count - outcomes.count { setup.pending.contains($0.unit) },
      running: units.compactMap { unit in
        guard let progress = running[unit] ?? nil else { return nil }
        return SweepProgress.RunningUnit(
          name: unit.description, stage: progress.stage.rawValue, epoch: progress.epoch, epochs: progress.epochs,
          step: progress.step, steps: progress.steps, share: Double(progress.step) / Double(max(1, progress.steps)))
      })
    let elapsed = ContinuousClock.now - start
    if let text = line.update(progress, at: Double(elapsed.components.seconds)) { console.draw(text) }
  }
}

extension ComparisonReport {
  /// The report of a sweep whose units ended so.
  init(_ setup: SweepSetup, _ outcomes: [UnitOutcome]) {
    self.init(
      configuration: setup.configuration, folds: setup.folds, outcomes: outcomes,
      digest: setup.configuration.digest)
  }

  init(configuration: SweepConfiguration, folds: FoldFile, outcomes: [UnitOutcome], digest: String) {
    let splits = folds.datasets.map { dataset in
      (
        dataset.name,
        Split(
          clipsPerFold: dataset.folds.map(\.count),
          subjects: Set(dataset.folds.flatMap { $0 }.map(\.subject)).count, digest: dataset.inputDigest)
      )
    }
    self.init(
      configuration: configuration, outcomes: outcomes, splits: Dictionary(uniqueKeysWithValues: splits),
      programVersion: Program.version, configurationDigest: digest)
  }
}
