/// The sheets of an .xlsx file.
struct Workbook {
  var sheets: [AnnotationSheet]

  /// Reads all sheets, or one.
  ///
  /// - Parameter name: of the only sheet wanted, capitals and blanks aside.
  /// - Throws: a `Fault` naming the file, and the sheet where one is wrong.
  init(reading archive: ZipArchive, sheet name: String? = nil) throws {
    let path = archive.path
    var allowance = WorkbookAllowance()
    func part(ifThere name: String) throws -> [UInt8]? {
      let bytes = try archive.member(name)
      try allowance.take(unpacked: bytes?.count ?? 0, at: path)
      return bytes
    }
    func part(_ name: String) throws -> [UInt8] {
      guard let bytes = try part(ifThere: name) else {
        throw Fault(at: path, "is not an .xlsx workbook: it has no part `\(printable(name))`")
      }
      return bytes
    }
    let book = try SheetList(part("xl/workbook.xml"), at: "\(path), part xl/workbook.xml")
    var listed = book.sheets
    let relationships = try Relationships(
      part("xl/_rels/workbook.xml.rels"), at: "\(path), part xl/_rels/workbook.xml.rels")
    if let name {
      let all = listed
      listed = all.filter { plainName($0.name) == plainName(name) }
      guard !listed.isEmpty else {
        let names = all.map { "`\(printable($0.name))`" }.joined(separator: ", ")
        throw Fault(at: path, "has no sheet `\(printable(name))`; its sheets are \(names)")
      }
    }
    let strings = try relationships.sharedStrings.flatMap { name in
      try part(ifThere: name).map { try SharedStrings($0, at: "\(path), part xl/sharedStrings.xml").texts }
    }
    let styles = try relationships.styles.flatMap { name in
      try part(ifThere: name).map {
        try CellStyles($0, is1904: book.is1904, at: "\(path), part \(printable(name))")
      }
    }
    // Sheets without a worksheet's part are charts.
    sheets = try listed.compactMap { sheet in
      guard let target = relationships.worksheets[sheet.relationship] else { return nil }
      let location = "\(path), sheet `\(printable(sheet.name))`"
      let worksheet = try Worksheet(
        part(target), strings ?? [], styles ?? CellStyles(), within: allowance, at: location)
      allowance = worksheet.allowance
      // Whoever names a sheet means it.
      return AnnotationSheet(
        name: sheet.name, location: location, unit: .row, rows: worksheet.rows, isHidden: sheet.isHidden && name == nil)
    }
  }
}
