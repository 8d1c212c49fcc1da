import Core
import Worker

/// How far a unit of a run is, as the ledger, its checkpoints and the state of the run's job show it.
struct UnitStanding: Equatable {
  enum State: String {
    /// It waits for ranks.
    case planned
    case training = "in training"
    /// Its ranks are gone, and nobody trains it.
    case interrupted
    /// It stopped on request.
    case paused
    case finished, failed
  }

  /// What the newest checkpoint of a unit holds.
  struct Kept: Equatable {
    var steps: Int
    /// All steps of the unit; nil in a run of an earlier version.
    var all: Int?

    /// 0 to 1.
    var share: Double? { all.map { min(1, Double(steps) / Double(max(1, $0))) } }
  }

  var unit: WorkUnit
  var state: State
  /// Nil without a checkpoint.
  var kept: Kept?

  /// - Parameter event: the unit's state in the ledger.
  /// - Parameter isRunning: whether a job works on the run.
  init(_ unit: WorkUnit, _ event: LedgerEntry.Event, kept: Kept?, isRunning: Bool) {
    (self.unit, self.kept) = (unit, kept)
    state =
      switch event {
      case .planned: .planned
      case .started: isRunning ? .training : .interrupted
      // Another group of a running job resumes it.
      case .lost: isRunning ? .planned : .interrupted
      case .paused: .paused
      case .finished: .finished
      case .failed: .failed
      }
  }

  /// Whether training has begun and has not ended.
  var isBegun: Bool {
    switch state {
    case .training, .interrupted, .paused: true
    case .planned: kept != nil
    case .finished, .failed: false
    }
  }

  /// `casme2 fold 0, full, seed 1: interrupted, 40 % done`.
  var line: String { "\(unit): \(state.rawValue), \(doneText)" }

  private var doneText: String {
    guard let kept else { return state == .training ? "no checkpoint yet" : "no checkpoint" }
    guard let share = kept.share else { return "\(ReportText.count(kept.steps, "step")) done" }
    return "\(Int((100 * share).rounded(.down))) % done" + (state == .training ? " at its last checkpoint" : "")
  }
}

extension RunDirectory {
  /// How far every unit is that the ledger knows, sorted.
  ///
  /// - Parameter isRunning: whether a job works on the run.
  /// - Throws: a `Fault` when the ledger cannot be read.
  func standings(_ configuration: SweepConfiguration, isRunning: Bool) throws -> [UnitStanding] {
    let seeds = configuration.seeds.count
    let all = Ledger.replay(try entries()).values.map { entry in
      let folder = CheckpointFolder(unit: unit(entry.unit, seeds: seeds))
      let steps = entry.event == .finished ? nil : folder.newestSteps
      let kept = steps.map { UnitStanding.Kept(steps: $0, all: folder.allSteps) }
      return UnitStanding(entry.unit, entry.event, kept: kept, isRunning: isRunning)
    }
    return all.sorted { one, other in
      let (one, other) = (one.unit, other.unit)
      return (one.dataset, one.variant.rawValue, one.arm ?? "", one.seed, one.fold)
        < (other.dataset, other.variant.rawValue, other.arm ?? "", other.seed, other.fold)
    }
  }
}
