/// What an import did with each row of the annotation file.
public struct ImportReport: Equatable, Sendable {
  /// What happened to a row, the gravest first.
  public enum Kind: String, CaseIterable, Sendable {
    /// Could not be stored.
    case lost
    /// Stored as it is, or read in one of several possible ways; a person should look.
    case doubtful
    /// Stored, after something in the row was corrected.
    case repaired
    /// What the annotations do not say, and what is taken instead.
    case assumed
    /// Left out on purpose: its emotion is in no class.
    case skipped
    /// Not about a row: files or columns that were not used.
    case ignored
  }

  /// One thing worth reporting.
  public struct Entry: Equatable, Sendable {
    public var kind: Kind
    /// Row or file.
    public var location: String
    public var what: String
    /// The clip of the row, as annotated; nil where it is not known, and for files.
    public var clip: String?

    /// Row or file, and the clip.
    var place: String { location + (clip.map { ", clip `\($0)`" } ?? "") }
  }

  /// In the order of the annotation file.
  public internal(set) var entries: [Entry] = []
  /// The sheet of a workbook that the rows are from; nil for other files.
  public internal(set) var table: String?
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
    let found = Kind.allCases.flatMap { kind in
      entries(kind).map { "\(kind.rawValue): \($0.place): \($0.what)" }
    }
    return [summary] + (table.map { ["read: \($0)"] } ?? []) + found + figures
  }

  /// The number of rows, and what became of them.
  public var summary: String {
    let lost = entries(.lost).count
    let repaired = Set(entries(.repaired).map(\.location)).count
    let skipped = skippedEmotions.values.reduce(0, +)
    let all = "\(rows) \(rows == 1 ? "row" : "rows")"
    return "\(all): \(stored) stored (\(repaired) repaired), \(skipped) skipped, \(lost) lost"
  }

  /// The skipped rows by emotion, and the clips of each class and subject, as lines of text.
  public var figures: [String] {
    skippedEmotions.sorted { $0.key < $1.key }.map {
      "skipped: \($0.value) \($0.value == 1 ? "row" : "rows") of emotion `\($0.key)`, which is in no class"
    } + (counts?.lines ?? [])
  }

  /// - Parameter clip: the clip of the row; characters that spoil a terminal are replaced.
  mutating func add(_ kind: Kind, _ location: String, _ what: String, clip: String? = nil) {
    entries.append(Entry(kind: kind, location: location, what: what, clip: clip.map(printable)))
  }
}
