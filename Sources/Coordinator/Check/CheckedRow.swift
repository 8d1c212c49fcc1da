import Core

/// A row of an annotation file, and what an import would do with it.
struct CheckedRow: Equatable {
  /// `line 12`, or the file that a note is about.
  var location: String
  /// Nil where there would be no clip.
  var preview: ClipPreview?
  /// What there is to say, in the order of the import.
  var notes: [ImportReport.Entry]

  /// The clip's name, or what the row calls it; nil for a file.
  var clip: String? { preview?.clip.name ?? notes.lazy.compactMap(\.clip).first }

  /// The kind of its gravest note; nil without notes.
  var state: ImportReport.Kind? {
    let kinds = Set(notes.map(\.kind))
    return ImportReport.Kind.allCases.first(where: kinds.contains)
  }

  /// All rows that have a clip or a note: those of the annotation file in its order, then other files.
  static func all(_ report: ImportReport, _ previews: [ClipPreview]) -> [CheckedRow] {
    let notes = Dictionary(grouping: report.entries, by: \.location)
    let clips = Dictionary(previews.map { ($0.location, $0) }) { first, _ in first }
    let locations = Set(notes.keys).union(clips.keys).sorted {
      (number(of: $0) ?? .max, $0) < (number(of: $1) ?? .max, $1)
    }
    return locations.map { CheckedRow(location: $0, preview: clips[$0], notes: notes[$0] ?? []) }
  }

  /// 12 of `line 12` and `row 12`; nil for anything else.
  private static func number(of location: String) -> Int? {
    let words = location.split(separator: " ")
    return words.count == 2 && (words[0] == "line" || words[0] == "row") ? Int(words[1]) : nil
  }
}
