/// The cells of a worksheet as texts, row by row; empty rows are left out, and empty cells at a row's end.
struct Worksheet: XMLVisitor {
  private(set) var rows: [AnnotationSheet.Row] = []
  /// What is left of the workbook's allowance.
  private(set) var allowance: WorkbookAllowance

  /// The most characters of a cell, as in Excel.
  static let longestCell = 32_767

  private let sharedStrings: [String]
  private let location: String
  private var row = AnnotationSheet.Row(number: 0, cells: [])
  /// The column of the current cell, from 0.
  private var column = -1
  private var kind = ""
  private var current = ""
  private var isInData = false
  private var isInRow = false
  private var isInCell = false
  private var isText = false
  private var isPhonetic = false

  /// - Throws: a `Fault` at `location` when this is not a worksheet, or larger than any coding sheet.
  init(
    _ bytes: [UInt8], _ sharedStrings: [String], within allowance: WorkbookAllowance = WorkbookAllowance(),
    at location: String
  ) throws {
    self.sharedStrings = sharedStrings
    self.allowance = allowance
    self.location = location
    try walk(bytes, at: location)
  }

  mutating func start(_ element: String, _ attributes: [String: String]) throws {
    if element == "sheetData" { isInData = true }
    guard isInData else { return }
    switch element {
    case "row":
      guard !isInRow else { throw Fault(at: "\(location), row \(row.number)", "has a row inside") }
      isInRow = true
      let number = attributes["r"].map { Int($0) ?? 0 } ?? row.number + 1
      guard number > row.number, number <= 1 << 20 else { throw Fault(at: location, "has its rows out of order") }
      row = AnnotationSheet.Row(number: number, cells: [])
      column = -1
    case "c":
      guard isInRow, !isInCell else { throw Fault(at: "\(location), row \(row.number)", "has a cell outside a row") }
      isInCell = true
      let next = attributes["r"].map(Worksheet.column) ?? column + 1
      guard let next, next > column, next < 1 << 14 else {
        throw Fault(at: "\(location), row \(row.number)", "has its cells out of order")
      }
      (column, kind, current) = (next, attributes["t"] ?? "n", "")
    case "rPh": isPhonetic = true
    case "v", "t": isText = !isPhonetic
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
      if !row.cells.isEmpty { rows.append(row) }
    default: break
    }
  }

  private mutating func endCell() throws {
    let text = try value()
    guard !text.isEmpty else { return }
    guard text.utf8.count <= 4 * Worksheet.longestCell else {
      throw Fault(at: "\(location), row \(row.number)", "has a cell of more than \(Worksheet.longestCell) characters")
    }
    try allowance.take(cells: column + 1 - row.cells.count, text: text.utf8.count, at: location)
    row.cells += Array(repeating: "", count: column - row.cells.count) + [text]
  }

  /// The cell's value as text: of a number as it is written, of a truth value TRUE or FALSE.
  private func value() throws -> String {
    switch kind {
    case "s":
      if current.isEmpty { return "" }
      guard let index = Int(current), sharedStrings.indices.contains(index) else {
        throw Fault(
          at: "\(location), row \(row.number)",
          "names the shared text `\(printable(String(current.prefix(20))))`; there are \(sharedStrings.count)")
      }
      return sharedStrings[index]
    case "b": return current == "1" ? "TRUE" : current == "0" ? "FALSE" : current
    case "n": return current
    default: return SharedStrings.unescaped(current)
    }
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
