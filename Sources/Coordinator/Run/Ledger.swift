import Core

/// What happened to the units of a run, line by line (`ledger.jsonl`); rank 0 alone appends.
struct LedgerEntry: Codable, Equatable {
  enum Event: String, Codable { case planned, started, finished, failed }

  var event: Event
  var unit: WorkUnit
  /// Why, where it failed.
  var reason: String?
  /// SHA-256 of menet.safetensors, where it finished.
  var weightsDigest: String?
}

enum Ledger {
  /// Where each unit stands after these entries: its last one.
  static func replay(_ entries: [LedgerEntry]) -> [WorkUnit: LedgerEntry] {
    entries.reduce(into: [:]) { $0[$1.unit] = $1 }
  }
}
