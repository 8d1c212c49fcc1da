import Core

/// What happened to the units of a run, line by line (`ledger.jsonl`); rank 0 alone appends.
struct LedgerEntry: Codable, Equatable {
  enum Event: String, Codable, CaseIterable {
    case planned, started
    /// Left at a checkpoint.
    case paused
    case finished, failed

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
  /// Why, where it failed.
  var reason: String?
  /// SHA-256 of menet.safetensors, where it finished.
  var weightsDigest: String?
}

enum Ledger {
  /// Where each unit stands after these entries: its last one, but a unit that has finished stays so.
  ///
  /// A job that was thought dead may write once more, behind the one that went on after it; what it says of a finished
  /// unit changes nothing, because all ways lead to the same bits. Only `planned` takes a unit up again: a new job found
  /// its result lost.
  static func replay(_ entries: [LedgerEntry]) -> [WorkUnit: LedgerEntry] {
    entries.reduce(into: [:]) { standing, entry in
      if standing[entry.unit]?.event == .finished, [.started, .paused, .failed].contains(entry.event) { return }
      standing[entry.unit] = entry
    }
  }
}
