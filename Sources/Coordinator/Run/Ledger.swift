import Core

/// What happened to the units of a run, line by line (`ledger.jsonl`); the coordinator alone appends.
struct LedgerEntry: Codable, Equatable {
  enum Event: String, Codable, CaseIterable {
    case planned, started
    /// Left at a checkpoint.
    case paused
    case finished, failed
    /// Its ranks were lost while they trained it.
    case lost

    init(from decoder: any Decoder) throws {
      let word = try decoder.singleValueContainer().decode(String.self)
      guard let event = Event(rawValue: word) else {
        throw Fault(
          at: "event",
          "has the event `\(word)`, which this version of \(Program.name) does not know; use the newer one, or --fresh")
      }
      self = event
    }
  }

  var event: Event
  var unit: WorkUnit
  /// Seconds since 1970.
  var at: Double?
  /// Why it failed, or how its ranks were lost.
  var reason: String?
  /// Which try failed, from 1.
  var attempt: Int?
  /// SHA-256 of menet.safetensors, where it finished.
  var weightsDigest: String?
  /// The ranks that train it, where it started, and their hosts.
  var ranks: [Int]?
  var hosts: [String]?
  /// Steps of its newest checkpoint, where its ranks were lost.
  var steps: Int?
}

enum Ledger {
  /// Where each unit stands after these entries: its last one, but a unit that has finished stays so.
  ///
  /// A job that was thought dead may write once more, behind the one that went on after it; what it says of a finished
  /// unit changes nothing, because all ways lead to the same bits. Only `planned` takes a unit up again: a new job
  /// found its result lost.
  static func replay(_ entries: [LedgerEntry]) -> [WorkUnit: LedgerEntry] {
    entries.reduce(into: [:]) { standing, entry in
      if standing[entry.unit]?.event == .finished, [.started, .paused, .failed, .lost].contains(entry.event) { return }
      standing[entry.unit] = entry
    }
  }

  /// How often each unit failed since it was last planned; a new run tries everything anew.
  static func failures(_ entries: [LedgerEntry]) -> [WorkUnit: Int] {
    entries.reduce(into: [:]) { failures, entry in
      switch entry.event {
      case .planned: failures[entry.unit] = 0
      // A unit that is given up at once says so by the number of its try.
      case .failed: failures[entry.unit] = max(failures[entry.unit, default: 0] + 1, entry.attempt ?? 0)
      case .started, .paused, .finished, .lost: break
      }
    }
  }

  /// How often each unit lost its ranks, one time after the other, without having come any further meanwhile.
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
