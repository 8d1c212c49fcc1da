/// A table of texts: a sheet of a workbook, or a CSV export of one.
struct AnnotationSheet: Equatable {
  struct Row: Equatable {
    /// As people count: the sheet's row, or the file's line, from 1.
    var number: Int
    var cells: [String]
  }

  var name: String
  /// What faults name: the file, and the sheet.
  var location: String
  /// What a row's number counts: `row` or `line`.
  var unit: String
  var rows: [Row]

  /// The tables that a file may be: the sheets of an .xlsx file, or a CSV file read with each separator that
  /// spreadsheets write.
  ///
  /// - Parameters:
  ///   - sheet: the name of the only sheet wanted.
  ///   - unzip: the program that opens .xlsx files.
  /// - Throws: a `Fault` naming the file when it is neither.
  static func candidates(_ path: String, sheet: String? = nil, unzip: String = "unzip") throws -> [AnnotationSheet] {
    let (start, size) = try MappedFile(path).withBytes { (Array($0.prefix(4)), $0.count) }
    if start == [0x50, 0x4B, 0x03, 0x04] {
      return try Workbook(reading: ZipArchive(path: path, program: unzip), sheet: sheet).sheets
    }
    guard start != [0xD0, 0xCF, 0x11, 0xE0] else {
      throw Fault(at: path, "is an old .xls file or locked by a password; save it as .xlsx or CSV, without one")
    }
    guard sheet == nil else { throw Fault(at: path, "is not an .xlsx workbook, so it has no sheets to choose from") }
    guard size <= ZipArchive.largestMember else {
      throw Fault(at: path, "is larger than \(ZipArchive.largestMember >> 20) MiB; no coding sheet is")
    }
    return try csv(try annotationText(path), at: path)
  }

  /// - Throws: the `Fault` of the comma's reading when no separator gives a table.
  static func csv(_ text: String, at path: String) throws -> [AnnotationSheet] {
    let tables = [",", ";", "\t"].map { (separator: Character) in
      Result { try CSVTable(parsing: text, at: path, separator: separator) }
    }
    let sheets = tables.compactMap { try? $0.get() }.map { table in
      AnnotationSheet(
        name: path, location: path, unit: "line", rows: table.rows.map { Row(number: $0.line, cells: $0.cells) })
    }
    if sheets.isEmpty { _ = try tables[0].get() }
    return sheets
  }
}
