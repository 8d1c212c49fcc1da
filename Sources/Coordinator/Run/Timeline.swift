import Core

/// Who trained what when, from the ledger: a pure value.
struct Timeline: Equatable {
  /// One go at a unit by one group.
  struct Span: Equatable {
    var unit: WorkUnit
    /// World ranks of the group.
    var ranks: [Int]
    var hosts: [String]
    /// Seconds since 1970.
    var start, end: Double
    /// How it ended; nil where its ranks were lost, or the job ended.
    var ending: LedgerEntry.Event?
  }

  private(set) var spans: [Span] = []

  /// Entries without a time are of earlier versions, and left out.
  init(_ entries: [LedgerEntry]) {
    var open: [WorkUnit: Span] = [:]
    var last = 0.0
    for entry in entries {
      guard let at = entry.at, at.isFinite, at >= 0, at < 1e12 else { continue }
      last = max(last, at)
      if var span = open.removeValue(forKey: entry.unit) {
        span.end = max(span.start, at)
        span.ending = [.planned, .started, .lost].contains(entry.event) ? nil : entry.event
        spans.append(span)
      }
      if entry.event == .started, let ranks = entry.ranks, !ranks.isEmpty {
        open[entry.unit] = Span(unit: entry.unit, ranks: ranks, hosts: entry.hosts ?? [], start: at, end: at)
      }
    }
    for var span in open.values {
      span.end = max(span.start, last)
      spans.append(span)
    }
    spans.sort { ($0.start, $0.ranks[0], $0.unit.description) < ($1.start, $1.ranks[0], $1.unit.description) }
    separate()
    spans.sort { ($0.start, $0.ranks[0], $0.unit.description) < ($1.start, $1.ranks[0], $1.unit.description) }
  }

  /// A rank trains one unit at a time: a unit that was handed out ahead began when the one before had ended, and one
  /// that was lost ended at the latest when its ranks began another.
  private mutating func separate() {
    var latest: [Int: Int] = [:]
    for index in spans.indices {
      for before in Set(spans[index].ranks.compactMap { latest[$0] }).sorted() {
        if spans[before].ending == nil {
          spans[before].end = min(spans[before].end, max(spans[before].start, spans[index].start))
        } else {
          spans[index].start = min(spans[index].end, max(spans[index].start, spans[before].end))
        }
      }
      for rank in spans[index].ranks { latest[rank] = index }
    }
  }

  /// Times when nobody trained, between two jobs for instance, are left out where they are longer than `seconds`.
  func withoutPauses(longerThan seconds: Double) -> Timeline {
    var shortened = self
    var (removed, busyUntil) = (0.0, spans.first?.start ?? 0)
    for index in spans.indices {
      if spans[index].start - busyUntil > seconds { removed += spans[index].start - busyUntil - seconds }
      busyUntil = max(busyUntil, spans[index].end)
      shortened.spans[index].start -= removed
      shortened.spans[index].end -= removed
    }
    return shortened
  }

  /// All ranks that trained, ascending.
  var ranks: [Int] { Set(spans.flatMap(\.ranks)).sorted() }
}
