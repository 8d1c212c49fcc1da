/// A table of texts: a sheet of a workbook, or a CSV file.
struct AnnotationSheet: Equatable {
  /// Why a cell's text is not its value.
  enum Mark: Equatable {
    /// The cell has no value, or none that can be used; says why.
    case problem(String)
    /// A date that is shown without a year; as a problem, it reads `problem`.
    case date(day: Int, month: Int, problem: String)
  }

  struct Row: Equatable {
    /// As people count: the sheet's row, or the file's line, from 1.
    var number: Int
    var cells: [String]
    /// By the cell's index; few rows have any.
    var marks: [Int: Mark] = [:]
    /// Whether the spreadsheet does not show it, because of a filter for instance.
    var isHidden = false

    /// Whether there is nothing in it but blanks.
    var isBlank: Bool { marks.isEmpty && cells.allSatisfy(CellText.isBlank) }
  }

  var name: String
  /// What faults name: the file, and the sheet.
  var location: String
  /// What a row's number counts.
  var unit: Unit
  /// All that are not blank.
  var rows: [Row]
  /// Whether the spreadsheet does not show it.
  var isHidden = false
  /// Whether numbers are likely to have decimal commas.
  var hasDecimalCommas = false
  /// What is wrong behind the rows; nil for nothing.
  var fault: Fault?

  enum Unit: String { case row, line }

  /// The tables that a file may be: the sheets of an .xlsx file, or a text read with each separator that spreadsheets
  /// write.
  ///
  /// - Parameters:
  ///   - sheet: the name of the only sheet wanted.
  ///   - unzip: the program that opens .xlsx files.
  /// - Throws: a `Fault` naming the file when it is neither.
  static func candidates(_ path: String, sheet: String? = nil, unzip: String = "unzip") throws -> [AnnotationSheet] {
    let start = try MappedFile(path).withBytes { Array($0.prefix(4)) }
    if start == [0x50, 0x4B, 0x03, 0x04] {
      return try Workbook(reading: ZipArchive(path: path, program: unzip), sheet: sheet).sheets
    }
    guard start != [0xD0, 0xCF, 0x11, 0xE0] else {
      throw Fault(at: path, "is an old .xls file or locked by a password; save it as .xlsx or CSV, without one")
    }
    guard sheet == nil else { throw Fault(at: path, "is not an .xlsx workbook, so it has no sheets to choose from") }
    return csv(try annotationText(path), at: path)
  }

  /// A text read with commas, semicolons and tabs, or with the separator that its first line names (`sep=;`).
  static func csv(_ text: String, at path: String) -> [AnnotationSheet] {
    let named = namedSeparator(text)
    return (named.map { [$0] } ?? [",", ";", "\t"]).map { separator in
      let table = CSVTable(parsing: text, at: path, separator: separator)
      let rows = table.rows.map { Row(number: $0.line, cells: $0.cells) }
      return AnnotationSheet(
        name: path, location: path, unit: .line, rows: named == nil ? rows : Array(rows.dropFirst()),
        hasDecimalCommas: separator == ";", fault: table.fault)
    }
  }

  private static func namedSeparator(_ text: String) -> Character? {
    let line = text.prefix(12).prefix { !$0.isNewline }.filter { $0 != "\"" && $0 != "\u{FEFF}" }.lowercased()
    guard line.hasPrefix("sep="), line.count == 5, let separator = line.last, separator.isASCII else { return nil }
    return separator
  }

  /// A column as people find it: its letters in a sheet, its number from 1 in a text.
  func columnName(_ index: Int) -> String {
    guard unit == .row else { return "\(index + 1)" }
    var (letters, rest) = ("", index + 1)
    while rest > 0 {
      letters = String(UnicodeScalar(UInt8(ascii: "A") + UInt8((rest - 1) % 26))) + letters
      rest = (rest - 1) / 26
    }
    return letters
  }
}
