import Foundation

/// The columns of a release's coding sheet, found by their names wherever the header is.
struct CodingColumns: Equatable {
  /// What a column holds; the raw value is its name in a release.
  enum Field: String, CaseIterable {
    case subject = "Subject"
    case filename = "Filename"
    case onset = "Onset Frame"
    case apex = "Apex Frame"
    case offset = "Offset Frame"
    case emotion = "Estimated Emotion"
    case actionUnits = "Action Units"

    /// Names that mean it, without blanks and capitals, the best first.
    var names: [String] {
      switch self {
      case .subject: ["subject", "subjectid", "subjectno", "sub"]
      case .filename: ["filename", "file", "clip", "clipname"]
      case .onset: ["onsetframe", "onset"]
      case .apex: ["apexframe", "apex"]
      case .offset: ["offsetframe", "offset"]
      case .emotion: ["estimatedemotion", "emotion"]
      case .actionUnits: ["actionunits", "actionunit", "aus", "au"]
      }
    }
  }

  /// Where each field's cells are in a row.
  var positions: [Field: Int]
  /// The header's index among the sheet's rows.
  var header: Int

  /// How many rows are searched for the header: there may be notes before it.
  private static let reach = 100

  /// The first sheet with the wanted header, and its columns.
  ///
  /// - Parameter preferred: the name of the sheet to look at first.
  /// - Throws: a `Fault` with the columns that are missing, and those of the likeliest header.
  static func find(
    in sheets: [AnnotationSheet], preferred: String?, at path: String
  ) throws -> (AnnotationSheet, CodingColumns) {
    let wanted = preferred.map(plain)
    let ordered = sheets.filter { plain($0.name) == wanted } + sheets.filter { plain($0.name) != wanted }
    var likeliest: (location: String, found: Set<Field>, cells: [String])?
    for sheet in ordered {
      for (index, row) in sheet.rows.prefix(reach).enumerated() {
        let positions = positions(in: row.cells)
        if Field.allCases.allSatisfy({ positions[$0] != nil || $0 == .actionUnits }) {
          return (sheet, CodingColumns(positions: positions, header: index))
        }
        if positions.count > likeliest?.found.count ?? 0 {
          likeliest = ("\(sheet.location), \(sheet.unit) \(row.number)", Set(positions.keys), row.cells)
        }
      }
    }
    guard let likeliest else {
      let names = Field.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw Fault(at: path, "has no header in its first \(reach) rows; the columns are \(names)")
    }
    let missing = Field.allCases.filter { !likeliest.found.contains($0) && $0 != .actionUnits }
    let there = likeliest.cells.prefix(30).filter { !$0.isEmpty }.map { "`\(printable(String($0.prefix(40))))`" }
    throw Fault(
      at: likeliest.location,
      "has no column \(missing.map { "`\($0.rawValue)`" }.joined(separator: ", ")); its columns are "
        + there.joined(separator: ", "))
  }

  /// Where the fields are in a header; the first cell with the best name counts.
  static func positions(in cells: [String]) -> [Field: Int] {
    let plainCells = cells.prefix(1000).map { plain(String($0.prefix(100))) }
    var positions: [Field: Int] = [:]
    for field in Field.allCases {
      positions[field] = field.names.lazy.compactMap { plainCells.firstIndex(of: $0) }.first
    }
    return positions
  }

  /// A name as it is compared: letters and digits, without capitals.
  static func plain(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// The text of a field in a row, without blanks around it; nil when there is none.
  func text(_ field: Field, in row: AnnotationSheet.Row) -> String? {
    guard let position = positions[field], row.cells.indices.contains(position) else { return nil }
    let text = row.cells[position].trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? nil : text
  }
}
