import Core

/// What happened to the units of a run, line by line (`ledger.jsonl`); the coordinator alone appends.
struct LedgerEntry: Codable, Equatable {
  enum Event: String, Codable { case planned, started, paused, finished, failed }

  var event: Event
  var unit: WorkUnit
  /// Why, where it failed.
  var reason: String?
  /// Which try failed, from 1.
  var attempt: Int?
  /// SHA-256 of menet.safetensors, where it finished.
  var weightsDigest: String?
  /// Seconds since 1970.
  var at: Double?
  /// The ranks that train it, where it started, and their hosts.
  var ranks: [Int]?
  var hosts: [String]?
}

enum Ledger {
  /// Where each unit stands after these entries: its last one.
  static func replay(_ entries: [LedgerEntry]) -> [WorkUnit: LedgerEntry] {
    entries.reduce(into: [:]) { $0[$1.unit] = $1 }
  }

  /// How often each unit failed since it was last planned; a new run tries everything anew.
  static func failures(_ entries: [LedgerEntry]) -> [WorkUnit: Int] {
    entries.reduce(into: [:]) { failures, entry in
      switch entry.event {
      case .planned: failures[entry.unit] = 0
      case .failed: failures[entry.unit, default: 0] += 1
      case .started, .paused, .finished: break
      }
    }
  }
}
