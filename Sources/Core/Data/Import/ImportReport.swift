/// What an import did with each row of the annotation file.
public struct ImportReport: Equatable, Sendable {
  /// What happened to a row.
  public enum Kind: String, CaseIterable, Sendable {
    /// Stored, after something in the row was corrected.
    case repaired
    /// Left out on purpose: its emotion is in no class.
    case skipped
    /// Could not be stored.
    case lost
    /// Not about a row: files or columns that were not used.
    case ignored
  }

  /// One thing worth reporting.
  public struct Entry: Equatable, Sendable {
    public var kind: Kind
    /// Row or file.
    public var location: String
    public var what: String
  }

  /// In the order of the annotation file.
  public internal(set) var entries: [Entry] = []
  /// Rows of the annotation file.
  public internal(set) var rows = 0
  /// Clips in the store.
  public internal(set) var stored = 0
  /// Rows left out because their emotion is in no class, by emotion.
  public internal(set) var skippedEmotions: [String: Int] = [:]
  /// Stored clips by class and by subject; nil before the store is written.
  public internal(set) var counts: ImportCounts?

  /// Entries of one kind.
  public func entries(_ kind: Kind) -> [Entry] { entries.filter { $0.kind == kind } }

  /// The report as lines of text: a summary, then every entry, the skipped rows by emotion, and the counts.
  public var lines: [String] {
    let lost = entries(.lost).count
    let repaired = Set(entries(.repaired).map(\.location)).count
    let skipped = skippedEmotions.values.reduce(0, +)
    var lines = ["\(rows) rows: \(stored) stored (\(repaired) repaired), \(skipped) skipped, \(lost) lost"]
    for kind in [Kind.lost, .repaired, .skipped, .ignored] {
      lines += entries(kind).map { "\(kind.rawValue): \($0.location): \($0.what)" }
    }
    lines += skippedEmotions.sorted { $0.key < $1.key }.map {
      "skipped: \($0.value) \($0.value == 1 ? "row" : "rows") of emotion `\($0.key)`, which is in no class"
    }
    return lines + (counts?.lines ?? [])
  }

  mutating func add(_ kind: Kind, _ location: String, _ what: String) {
    entries.append(Entry(kind: kind, location: location, what: what))
  }
}
