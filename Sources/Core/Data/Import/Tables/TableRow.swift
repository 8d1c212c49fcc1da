/// One row of a table, read by the names of its columns.
struct TableRow<Field: TableField> {
  /// For people: `line 12`.
  let location: String
  private let row: AnnotationSheet.Row
  private let positions: [Field: Int]
  private let hasDecimalCommas: Bool
  private let cellProblem: String?

  /// - Parameter cellProblem: why its cells may not be those of the columns; nil if they are.
  init(
    _ row: AnnotationSheet.Row, _ positions: [Field: Int], at location: String, hasDecimalCommas: Bool = false,
    cellProblem: String? = nil
  ) {
    (self.row, self.positions, self.location) = (row, positions, location)
    (self.hasDecimalCommas, self.cellProblem) = (hasDecimalCommas, cellProblem)
  }

  /// All its cells, for a message.
  var remark: String {
    CellText.trimmed(row.cells.filter { !CellText.isBlank($0) }.joined(separator: " "))
  }

  /// - Throws: a `Fault` when the row has more or fewer cells than the header, so that they may be others' cells.
  func requireCells() throws {
    if let cellProblem { throw Fault(at: location, cellProblem) }
  }

  /// Whether the table has such a column.
  func has(_ field: Field) -> Bool { positions[field] != nil }

  /// Whether a cell has neither text nor a formula.
  func isEmpty(_ field: Field) -> Bool {
    text(in: field).isEmpty && positions[field].flatMap { row.marks[$0] } == nil
  }

  /// The text of a cell, without blanks around it and characters that spoil a terminal; nil when there is none.
  ///
  /// - Throws: a `Fault` when the cell has no value that can be used.
  func text(_ field: Field) throws -> String? { try raw(field).map(printable) }

  /// As `text`, with all its characters.
  func raw(_ field: Field) throws -> String? {
    switch positions[field].flatMap({ row.marks[$0] }) {
    case .problem(let problem), .date(_, _, let problem): throw Fault(at: location, "\(field.rawValue): \(problem)")
    case nil: break
    }
    let text = text(in: field)
    guard !CellText.errors.contains(text) else {
      throw Fault(at: location, "\(field.rawValue): the cell holds the error \(text)")
    }
    return text.isEmpty ? nil : text
  }

  /// - Throws: a `Fault` when there is no text.
  func needed(_ field: Field) throws -> String {
    guard let text = try text(field) else { throw Fault(at: location, "has no \(field.rawValue)") }
    return text
  }

  /// A frame number, or nil where there is none.
  ///
  /// - Throws: a `Fault` when the cell holds something else.
  func frame(_ field: Field) throws -> Int? {
    let text = try raw(field) ?? ""
    switch FrameNumber(text, decimalCommas: hasDecimalCommas) {
    case .missing: return nil
    case .number(let number): return number
    case .unreadable(let reason): throw problem(field, text, reason)
    }
  }

  /// What is said where a cell has no frame number and another frame is used.
  func repair(_ field: Field, standIn: String) throws -> String {
    let name = field.rawValue.split(separator: " ")[0].lowercased()
    return "\(name) `\(try text(field) ?? "")` is not a frame number, \(standIn) is used"
  }

  /// A number that may have a fraction, or nil where there is none.
  ///
  /// - Parameter isCount: whether 1,000 may be a thousand. With two or three digits before the comma it is a decimal
  ///   one: no camera takes 23,976 frames per second of a face.
  /// - Throws: a `Fault` when the cell holds something else.
  func decimal(_ field: Field, isCount: Bool = false) throws -> Double? {
    guard let text = try raw(field) else { return nil }
    let plain = CellNumber.plain(text)
    if isCount {
      let marks: [Character] = hasDecimalCommas ? [",", "."] : [","]
      for case let readings? in marks.map({ CellNumber.readings(plain, mark: $0) }) where readings.thousands.count == 4
      {
        throw problem(field, text, "could be \(readings.thousands) or \(readings.decimal)")
      }
    }
    guard let number = CellNumber.decimal(text) else { throw problem(field, text, "is not a number") }
    return number
  }

  /// What a cell with action units says.
  struct Units: Equatable {
    /// As the clip's description has them; nil where there are none.
    var text: String?
    /// What was corrected in them.
    var repair: String?
    /// Why they cannot be read. No clip is lost for it: only few methods need them.
    var doubt: String?
  }

  /// Action units: their text, whether or not it can be read.
  func actionUnits(_ field: Field) -> Units {
    let text = text(in: field)
    switch positions[field].flatMap({ row.marks[$0] }) {
    case .date(let day, let month, _): return repaired(text, ActionUnitText.units(day: day, month: month))
    case .problem(let problem): return unread(text, problem)
    case nil: break
    }
    if CellText.errors.contains(text) { return unread(text, "the cell holds an error") }
    switch ActionUnitText(text) {
    case .missing: return Units()
    case .date(let units): return repaired(text, units)
    case .units, .unreadable:
      do {
        _ = try ActionUnits(parsing: text)
      } catch {
        return unread(text, error.reason)
      }
      return Units(text: printable(ActionUnitText(text).units ?? text))
    }
  }

  private func repaired(_ text: String, _ units: String) -> Units {
    Units(text: units, repair: "action units became the date `\(printable(text))` in a spreadsheet, \(units) is used")
  }

  private func unread(_ text: String, _ reason: String) -> Units {
    guard !text.isEmpty else { return Units(doubt: "has no action units: \(reason)") }
    let text = printable(String(text.prefix(200)))
    return Units(text: text, doubt: "action units `\(text)` are stored as they are, but cannot be read: \(reason)")
  }

  private func problem(_ field: Field, _ text: String, _ reason: String) -> Fault {
    Fault(at: location, "has \(field.rawValue) `\(printable(String(text.prefix(40))))`, which \(reason)")
  }

  private func text(in field: Field) -> String {
    guard let position = positions[field], row.cells.indices.contains(position) else { return "" }
    return CellText.trimmed(row.cells[position])
  }
}
