import Core

/// Which ranks trained which unit at what time, from the ledger: a value.
struct Timeline: Equatable {
  /// The time that one group spent on one unit.
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

  /// Ignores entries without a time, which earlier versions wrote.
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

  /// Makes the spans of each rank follow each other, because a rank trains one unit at a time. A unit that was assigned
  /// ahead of time starts when the one before has ended; a lost unit ends at the latest when its ranks start another.
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

  /// Shortens to `seconds` each longer time in which no rank trained, for instance between two jobs.
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
