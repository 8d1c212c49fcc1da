/// The cells of a worksheet as texts, row by row; blank rows are left out, and empty cells at a row's end.
///
/// Merged cells hold for all rows that they span.
struct Worksheet: XMLVisitor {
  private(set) var rows: [AnnotationSheet.Row] = []
  /// What is left of the workbook's allowance.
  private(set) var allowance: WorkbookAllowance

  /// The most characters of a cell, as in Excel.
  static let longestCell = 32_767
  /// The most rows, as in Excel.
  static let mostRows = 1 << 20

  private let sharedStrings: [String]
  private let styles: CellStyles
  private let location: String
  private var row = AnnotationSheet.Row(number: 0, cells: [])
  /// The column of the current cell, from 0.
  private var column = -1
  private var kind = ""
  private var style = -1
  private var current = ""
  private var hasFormula = false
  private var hasValue = false
  private var merged = MergedCells()
  private var isInData = false
  private var isInRow = false
  private var isInCell = false
  private var isText = false
  private var isPhonetic = false

  /// - Throws: a `Fault` at `location` when this is not a worksheet, or larger than any coding sheet.
  init(
    _ bytes: [UInt8], _ sharedStrings: [String], _ styles: CellStyles = CellStyles(),
    within allowance: WorkbookAllowance = WorkbookAllowance(), at location: String
  ) throws {
    (self.sharedStrings, self.styles) = (sharedStrings, styles)
    self.allowance = allowance
    self.location = location
    try walk(bytes, at: location)
    try merged.fill(&rows, within: &self.allowance, at: location)
  }

  mutating func start(_ element: String, _ attributes: [String: String]) throws {
    if element == "sheetData" { isInData = true }
    if element == "mergeCell", let range = attributes["ref"] { try merged.add(range, at: location) }
    guard isInData else { return }
    switch element {
    case "row":
      guard !isInRow else { throw Fault(at: "\(location), row \(row.number)", "has a row inside") }
      isInRow = true
      let number = attributes["r"].map { Int($0) ?? 0 } ?? row.number + 1
      guard number > row.number, number <= Worksheet.mostRows else {
        throw Fault(at: location, "has its rows out of order")
      }
      row = AnnotationSheet.Row(number: number, cells: [], isHidden: ["1", "true"].contains(attributes["hidden"]))
      column = -1
    case "c":
      guard isInRow, !isInCell else { throw Fault(at: "\(location), row \(row.number)", "has a cell outside a row") }
      isInCell = true
      let next = attributes["r"].map(Worksheet.column) ?? column + 1
      guard let next, next > column, next < 1 << 14 else {
        throw Fault(at: "\(location), row \(row.number)", "has its cells out of order")
      }
      (column, kind, current) = (next, attributes["t"] ?? "n", "")
      (style, hasFormula, hasValue) = (attributes["s"].flatMap { Int($0) } ?? -1, false, false)
    case "f": hasFormula = true
    case "rPh": isPhonetic = true
    case "v", "t": (isText, hasValue) = (!isPhonetic, true)
    default: break
    }
  }

  mutating func text(_ text: String) {
    if isText { current += text }
  }

  mutating func end(_ element: String) throws {
    switch element {
    case "sheetData": isInData = false
    case "rPh": isPhonetic = false
    case "v", "t": isText = false
    case "c" where isInCell:
      isInCell = false
      try endCell()
    case "row" where isInRow:
      isInRow = false
      if !row.isBlank { rows.append(row) }
    default: break
    }
  }

  private mutating func endCell() throws {
    let (text, mark) = try value()
    guard mark != nil || !text.isEmpty else { return }
    guard text.utf8.count <= 4 * Worksheet.longestCell else {
      throw Fault(at: "\(location), row \(row.number)", "has a cell of more than \(Worksheet.longestCell) characters")
    }
    try allowance.take(cells: column + 1 - row.cells.count, text: text.utf8.count, at: location)
    row.cells += Array(repeating: "", count: column - row.cells.count) + [text]
    if let mark { row.marks[column] = mark }
  }

  /// The cell's value as text, of a truth value TRUE or FALSE, and why it is not what a cell should hold.
  private func value() throws -> (text: String, mark: AnnotationSheet.Mark?) {
    // A formula of a text may have an empty one.
    if hasFormula, current.isEmpty, kind != "str" || !hasValue {
      return (
        "", .problem("the cell has a formula and no value: open and save the sheet in Excel or LibreOffice")
      )
    }
    switch kind {
    case "s": return (try sharedText(), nil)
    case "b": return (current == "1" ? "TRUE" : current == "0" ? "FALSE" : current, nil)
    case "n": return number()
    case "e": return (current, .problem("the cell holds the error \(printable(String(current.prefix(20))))"))
    case "d": return (current, .problem("the cell holds a date, \(printable(String(current.prefix(30))))"))
    default: return (SharedStrings.unescaped(current), nil)
    }
  }

  private func sharedText() throws -> String {
    if current.isEmpty { return "" }
    guard let index = Int(current), sharedStrings.indices.contains(index) else {
      throw Fault(
        at: "\(location), row \(row.number)",
        "names the shared text `\(printable(String(current.prefix(20))))`; there are \(sharedStrings.count)")
    }
    return sharedStrings[index]
  }

  /// A number as people see it: without the rounding errors of a computed one, and as a date where it is shown as one.
  private func number() -> (text: String, mark: AnnotationSheet.Mark?) {
    let text = CellText.trimmed(current)
    guard let number = CellNumber.decimal(text), !text.contains(",") else { return (current, nil) }
    if let date = styles.date(number, style: style) { return date }
    let whole = number.rounded()
    guard abs(number) < 0x1p53 else { return (text, nil) }
    return (abs(number - whole) <= 1e-6 ? "\(Int(whole))" : "\(number)", nil)
  }

  /// The column of a reference, from 0: 27 for `AB12`; nil for anything else.
  static func column(_ reference: String) -> Int? {
    var column = 0
    let letters = reference.utf8.prefix { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    guard 1...3 ~= letters.count else { return nil }
    for letter in letters { column = column * 26 + Int(letter - UInt8(ascii: "A")) + 1 }
    return column - 1
  }
}
