/// The columns that a table may have; the raw value is a column's name in messages.
protocol TableField: RawRepresentable<String>, CaseIterable, Hashable {
  /// Names that mean it, as `plainName` compares them, the best first.
  var names: [String] { get }
  /// Whether a table without it is of no use.
  var isNeeded: Bool { get }
  /// How a person has another sheet of a workbook read, for messages.
  static var choice: String { get }
}

extension TableField {
  var names: [String] { [plainName(rawValue)] }
  var isNeeded: Bool { true }
  static var choice: String { "save it as a file of its own" }
}

/// A name as it is compared: letters and digits, without capitals.
func plainName(_ name: String) -> String { String(name.lowercased().filter { $0.isLetter || $0.isNumber }) }

/// A table with the columns of `Field`, found by their names wherever the header is.
struct AnnotationTable<Field: TableField> {
  let sheet: AnnotationSheet
  /// The header's index among the sheet's rows.
  let header: Int
  /// Where each field's cells are in a row.
  let positions: [Field: Int]
  /// Other sheets with the columns.
  let others: [AnnotationSheet]

  /// How many rows are searched for the header: there may be notes before it.
  private static var reach: Int { 100 }

  /// Finds the first sheet that is shown and has a header with all needed columns.
  ///
  /// - Parameters:
  ///   - preferred: the name of the sheet to look at first.
  ///   - path: the file.
  /// - Throws: a `Fault` with the columns that are missing and those of the likeliest header, or with the positions of
  ///   a column that is there twice.
  init(in sheets: [AnnotationSheet], preferred: String? = nil, at path: String) throws {
    let wanted = preferred.map(plainName)
    let ordered = sheets.filter { plainName($0.name) == wanted } + sheets.filter { plainName($0.name) != wanted }
    let found = ordered.compactMap { sheet in AnnotationTable.header(of: sheet).map { (sheet: sheet, header: $0) } }
    guard let first = found.first(where: { !$0.sheet.isHidden }) else {
      if let hidden = found.first {
        throw Fault(
          at: path, "only its hidden sheet `\(printable(hidden.sheet.name))` has the columns; \(Field.choice)")
      }
      throw AnnotationTable.missing(in: ordered.filter { !$0.isHidden }, at: path)
    }
    (sheet, header) = first
    if let fault = sheet.fault { throw fault }
    let cells = sheet.rows[header].cells
    positions = AnnotationTable.positions(in: cells)
    // One text read with several separators is one table.
    others = sheet.unit == .line ? [] : found.map { $0.sheet }.filter { $0 != first.sheet }
    let names = cells.map(plainName)
    for field in Field.allCases {
      guard let position = positions[field] else { continue }
      let same = names.indices.filter { names[$0] == names[position] }
      guard same.count < 2 else {
        let columns = same.prefix(5).map(sheet.columnName).joined(separator: " and ")
        throw Fault(
          at: "\(sheet.location), \(sheet.unit) \(sheet.rows[header].number)",
          "has the column `\(printable(CellText.trimmed(cells[position])))` twice, in columns \(columns); delete one "
            + "or rename it")
      }
    }
  }

  /// The rows after the header.
  var rows: [TableRow<Field>] {
    let names = sheet.rows[header].cells
    let least = (names.lastIndex { !CellText.isBlank($0) } ?? -1) + 1
    return sheet.rows[(header + 1)...].map { row in
      let extra = row.cells.dropFirst(names.count).contains { !CellText.isBlank($0) }
      // A workbook leaves out empty cells, and remarks may stand beside its table.
      let isRagged = sheet.unit == .line && (row.cells.count < least || extra)
      return TableRow(
        row, positions, at: "\(sheet.unit) \(row.number)", hasDecimalCommas: sheet.hasDecimalCommas,
        cellProblem: isRagged ? "has \(row.cells.count) cells, the header \(names.count)" : nil)
    }
  }

  /// Columns of the header that no field is read from: their names as written, and the field that they mean.
  var unusedColumns: [(name: String, position: Int, field: Field?)] {
    sheet.rows[header].cells.enumerated().compactMap { index, cell in
      let name = plainName(cell)
      guard !name.isEmpty, !positions.values.contains(index) else { return nil }
      return (CellText.trimmed(cell), index, Field.allCases.first { $0.names.contains(name) })
    }
  }

  /// Reports which sheet is read, what else it might have been, and hidden rows.
  func note(in report: inout ImportReport) {
    if sheet.unit == .row {
      let number = sheet.rows[header].number
      report.table = "\(sheet.location), \(number > 0 ? "header in row \(number)" : "without a header")"
    }
    for other in others {
      report.add(
        .ignored, other.location,
        "has the columns too\(other.isHidden ? " and is hidden" : ""); to read it instead, \(Field.choice)")
    }
    for (name, position, field) in unusedColumns {
      guard let field, let used = positions[field] else { continue }
      let better = CellText.trimmed(sheet.rows[header].cells[used])
      report.add(
        .ignored, sheet.location,
        "the column `\(printable(name))` (\(sheet.columnName(position))) is not used, `\(printable(better))` "
          + "(\(sheet.columnName(used))) is")
    }
    let hidden = sheet.rows[(header + 1)...].count(where: \.isHidden)
    if hidden > 0 {
      report.add(
        .doubtful, sheet.location,
        "\(hidden) of its rows \(hidden == 1 ? "is" : "are") hidden, by a filter perhaps, and read all the same")
    }
  }

  /// Where the fields are in a header; the first cell with the best name counts.
  static func positions(in cells: [String]) -> [Field: Int] {
    let names = cells.prefix(1000).map { plainName(String($0.prefix(100))) }
    var positions: [Field: Int] = [:]
    for field in Field.allCases {
      positions[field] = field.names.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    return positions
  }

  private static func header(of sheet: AnnotationSheet) -> Int? {
    sheet.rows.prefix(reach).firstIndex { row in
      let positions = positions(in: row.cells)
      return Field.allCases.allSatisfy { positions[$0] != nil || !$0.isNeeded }
    }
  }

  /// What is said when no sheet has the columns.
  private static func missing(in sheets: [AnnotationSheet], at path: String) -> Fault {
    let needed = Field.allCases.filter(\.isNeeded)
    func list(_ fields: [Field]) -> String { fields.map { "`\($0.rawValue)`" }.joined(separator: ", ") }
    var likeliest: (location: String, found: [Field: Int], cells: [String])?
    for sheet in sheets {
      for row in sheet.rows.prefix(reach) {
        let found = positions(in: row.cells)
        if found.count > likeliest?.found.count ?? 0 {
          likeliest = ("\(sheet.location), \(sheet.unit) \(row.number)", found, row.cells)
        }
      }
    }
    guard let likeliest else {
      if let fault = sheets.lazy.compactMap(\.fault).first { return fault }
      guard sheets.contains(where: { !$0.rows.isEmpty }) else { return Fault(at: path, "is empty") }
      return Fault(at: path, "has no header in its first \(reach) rows; the columns are \(list(needed))")
    }
    let there = likeliest.cells.prefix(30).filter { !CellText.isBlank($0) }
      .map { "`\(printable(String($0.prefix(40))))`" }
    return Fault(
      at: likeliest.location,
      "has no column \(list(needed.filter { likeliest.found[$0] == nil })); its columns are "
        + there.joined(separator: ", "))
  }
}
