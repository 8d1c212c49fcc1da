import Core

/// One line of the ledger (`ledger.jsonl`): what happened to a unit of the run. Only the coordinator writes it.
struct LedgerEntry: Codable, Equatable {
  enum Event: String, Codable, CaseIterable {
    case planned, started
    /// Training stopped at a checkpoint.
    case paused
    case finished, failed
    /// Ranks of its group were lost while they trained it.
    case lost

    init(from decoder: any Decoder) throws {
      let name = try decoder.singleValueContainer().decode(String.self)
      guard let event = Event(rawValue: name) else {
        throw Fault(
          at: "event",
          "has the event `\(name)`, which this version of \(Program.name) does not know; use the newer version, "
            + "or start again with --fresh")
      }
      self = event
    }
  }

  var event: Event
  var unit: WorkUnit
  /// Seconds since 1970.
  var at: Double?
  /// Why the unit failed, or how its ranks were lost.
  var reason: String?
  /// The number of the failed attempt, from 1.
  var attempt: Int?
  /// SHA-256 of menet.safetensors, for a finished unit.
  var weightsDigest: String?
  /// For a started unit, the ranks that train it and their hosts.
  var ranks: [Int]?
  var hosts: [String]?
  /// For a lost unit, the steps of its newest checkpoint.
  var steps: Int?
}

enum Ledger {
  /// The state of each unit after these entries: its last entry, except that a finished unit stays finished.
  ///
  /// A job that was believed dead may write another line after a later job has taken over. What it says about a
  /// finished unit is ignored, because every job computes the same result. Only `planned` makes a finished unit
  /// unfinished: a new job found that its result is missing.
  static func replay(_ entries: [LedgerEntry]) -> [WorkUnit: LedgerEntry] {
    entries.reduce(into: [:]) { states, entry in
      if states[entry.unit]?.event == .finished, [.started, .paused, .failed, .lost].contains(entry.event) { return }
      states[entry.unit] = entry
    }
  }

  /// How often each unit failed since it was last planned; a new job tries all units again.
  static func failures(_ entries: [LedgerEntry]) -> [WorkUnit: Int] {
    entries.reduce(into: [:]) { failures, entry in
      switch entry.event {
      case .planned: failures[entry.unit] = 0
      // A unit that is given up at once has the number of the last attempt.
      case .failed: failures[entry.unit] = max(failures[entry.unit, default: 0] + 1, entry.attempt ?? 0)
      case .started, .paused, .finished, .lost: break
      }
    }
  }

  /// How often in a row each unit lost its ranks without a new checkpoint in between.
  static func losses(_ entries: [LedgerEntry]) -> [WorkUnit: Int] {
    var losses: [WorkUnit: (count: Int, steps: Int?)] = [:]
    for entry in entries {
      switch entry.event {
      case .lost:
        let before = losses[entry.unit]
        losses[entry.unit] = (before.map { $0.steps == entry.steps ? $0.count + 1 : 1 } ?? 1, entry.steps)
      case .paused, .finished, .failed: losses[entry.unit] = nil
      case .planned, .started: break
      }
    }
    return losses.mapValues(\.count)
  }
}
