import Foundation

/// Imports a dataset as released, with its coding sheet: the tree of frame folders, and the sheet as .xlsx or as CSV.
///
/// Columns and folders are found by their names, so it does not matter where the header is, how the columns are
/// ordered, and whether subjects or emotions are the upper folders. A row's typing errors are corrected where it is
/// clear how, and reported. A clip is named `subject/file name`.
struct ReleaseImport: ImportLayout {
  var release: Release
  var settings: ImportSettings

  /// Where no frames per second are given, the release's are used.
  init(_ release: Release, _ settings: ImportSettings) {
    self.release = release
    self.settings = settings
    self.settings.layout = .release(release)
    self.settings.fps = settings.fps ?? release.about.fps
  }

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    let sheets = try AnnotationSheet.candidates(settings.annotations, sheet: settings.sheet, unzip: settings.unzip)
    return try rows(sheets, try ReleaseTree(settings.source, without: release.about.otherFolders), &report)
  }

  func rows(
    _ sheets: [AnnotationSheet], _ tree: ReleaseTree, _ report: inout ImportReport
  ) throws -> [ImportRow] {
    let about = release.about
    let naming = release == .casmeSquared ? NamingRules(sheets) : nil
    let table = try AnnotationTable<CodingField>(
      in: sheets.map { $0.named(about.columns, by: .type) }, preferred: about.sheet, at: settings.annotations)
    table.note(in: &report)
    var rows: [ImportRow] = []
    var unreadable: [Fault] = []
    var missing: [Fault] = []
    var doubles = RepeatedClips()
    var known: [String] = []
    var others = 0
    for (index, row) in table.rows.enumerated() {
      let location = row.location
      if row.isEmpty(.filename), CodingField.annotations.allSatisfy(row.isEmpty) {
        if !row.remark.isEmpty {
          report.add(.ignored, location, "has no Filename: `\(printable(String(row.remark.prefix(80))))`")
        }
        continue
      }
      do {
        let isWanted = try isWanted(row)
        if !isWanted { others += 1 }
        guard let coding = try coding(row, index, naming, isWanted: isWanted) else { continue }
        let name = "\(coding.subject)/\(about.clipName(coding))"
        let paths = tree.clips(coding, release)
        known += paths
        guard isWanted else { continue }
        // What is skipped for its emotion need not be there, and may be there twice.
        let isSkipped = settings.emotion(coding.emotion) == nil
        guard isSkipped || paths.count <= 1 else {
          doubles.add(location, name, paths)
          continue
        }
        guard let path = isSkipped ? name : paths.first else {
          missing.append(Fault(at: location, "the folder of clip `\(name)` is not below \(settings.source)"))
          continue
        }
        rows.append(
          ImportRow(
            location: location, path: path, name: name, subject: coding.subject, emotion: coding.emotion,
            onset: coding.onset, apex: coding.apex, offset: coding.offset, actionUnits: coding.actionUnits,
            repairs: coding.repairs, doubts: coding.doubts))
      } catch let fault as Fault {
        unreadable.append(fault)
      }
    }
    let found = rows.count { settings.emotion($0.emotion) != nil }
    try doubles.refuse(beside: found, in: settings.source)
    guard found > 0 || missing.isEmpty && doubles.isEmpty else {
      let first = missing.first.map { "; \($0)" } ?? ""
      throw Fault(
        at: settings.source,
        "has none of the sheet's clips; name the folder of \(about.exampleFolders)\(first)")
    }
    for fault in unreadable + missing { report.add(.lost, fault.location, fault.problem) }
    doubles.note(in: &report)
    if others > 0 {
      let other = settings.expressions.other.rawValue
      report.add(
        .ignored, settings.annotations,
        (others == 1 ? "1 row is a \(other)-expression" : "\(others) rows are \(other)-expressions")
          + ", left out; --expressions \(other) imports such rows instead")
    }
    for stray in tree.strays(beside: known) {
      report.add(.ignored, stray, "a folder that no row of the sheet names")
    }
    return rows
  }

  /// Whether a row is of the kind of expressions that is imported; all rows are where the sheet has no such column.
  private func isWanted(_ row: TableRow<CodingField>) throws -> Bool {
    guard release.hasMacroExpressions, row.has(.type) else { return true }
    let text = try row.needed(.type)
    guard let kind = ExpressionKind(text) else {
      throw Fault(at: row.location, "has the type `\(text)`; micro-expression or macro-expression is needed")
    }
    return kind == settings.expressions
  }

  /// A row as it is read; nil for one of the other kind of expressions that cannot be, which concerns nobody.
  private func coding(
    _ row: TableRow<CodingField>, _ index: Int, _ naming: NamingRules?, isWanted: Bool
  ) throws -> CodingRow? {
    do {
      return try CodingRow(row, release, index: index, naming: naming)
    } catch {
      if isWanted { throw error }
      return nil
    }
  }
}

extension AnnotationSheet {
  /// The sheet with a header where it has none: where the first row has a kind of expression in the column of `field`.
  ///
  /// - Parameter columns: the names of the columns, in their order; none for a sheet that always has a header.
  fileprivate func named(_ columns: [String], by field: CodingField) -> AnnotationSheet {
    guard let first = rows.first?.cells, let position = columns.firstIndex(of: field.rawValue),
      first.indices.contains(position), ExpressionKind(first[position]) != nil
    else { return self }
    var sheet = self
    sheet.rows.insert(Row(number: 0, cells: Array(columns.prefix(first.count))), at: 0)
    return sheet
  }
}
