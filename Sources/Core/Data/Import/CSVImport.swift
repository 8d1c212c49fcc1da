/// Imports any tree of clips that a table describes, a CSV file or an .xlsx workbook.
///
/// The header names the columns, in any order, upper or lower case: `path`, `subject`, `emotion`, and optionally
/// `onset`, `apex`, `offset`, `name`, `fps`, `action_units`. A path is a folder of frames or a video below the source
/// directory. Onset, apex and offset are frame numbers: in a folder as `FrameNumbering` reads them, in a video counted
/// from 0. Without an onset and an offset they are the first and the last frame; an apex that is missing or `/` is the
/// middle. Only the frames from onset to offset are stored. Where no frames per second are given, 50 are used. What is
/// not in the table at all is listed as assumed.
struct CSVImport: ImportLayout {
  var settings: ImportSettings
  /// Whether the frames per second come from the person who imports.
  private let hasOwnRate: Bool

  init(_ settings: ImportSettings) {
    self.settings = settings
    hasOwnRate = settings.fps != nil
    self.settings.fps = settings.fps ?? ImportSettings.assumedRate
  }

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    try rows(
      AnnotationSheet.candidates(settings.annotations, sheet: settings.sheet, unzip: settings.unzip), &report)
  }

  /// The columns of the table.
  enum Field: String, TableField {
    case path, subject, emotion, onset, apex, offset, name, fps
    case actionUnits = "action_units"

    var names: [String] {
      switch self {
      case .onset, .apex, .offset: [rawValue, "\(rawValue)frame"]
      default: [plainName(rawValue)]
      }
    }

    var isNeeded: Bool { self == .path || self == .subject || self == .emotion }
    static let choice = "name it with --sheet"
  }

  func rows(_ sheets: [AnnotationSheet], _ report: inout ImportReport) throws -> [ImportRow] {
    let table = try AnnotationTable<Field>(in: sheets, at: settings.annotations)
    table.note(in: &report)
    for column in table.unusedColumns where column.field == nil {
      noteUnused(column.name, table, &report)
    }
    var rows: [ImportRow] = []
    for row in table.rows {
      do {
        rows.append(try CSVImport.row(row))
      } catch let fault as Fault {
        let clip = [Field.name, .path].lazy.compactMap { try? row.text($0) }.first
        report.add(.lost, fault.location, fault.problem, clip: clip)
      }
    }
    noteAssumptions(table, rows, &report)
    return rows
  }

  /// A column that is not read. One that seems to be meant for a field that is missing is pointed out.
  private func noteUnused(_ name: String, _ table: AnnotationTable<Field>, _ report: inout ImportReport) {
    let column = "the column `\(printable(name))`"
    let meant = [Field.onset, .apex, .offset, .fps].first {
      table.positions[$0] == nil && plainName(name).contains($0.rawValue)
    }
    if let meant {
      report.add(.doubtful, settings.annotations, "\(column) is not read; name it `\(meant.rawValue)` if it is that")
    } else {
      report.add(.ignored, settings.annotations, "\(column) is not used")
    }
  }

  /// What the table does not say, and what is taken instead.
  private func noteAssumptions(_ table: AnnotationTable<Field>, _ rows: [ImportRow], _ report: inout ImportReport) {
    let missing = [
      (Field.onset, "a clip's first frame is the onset"), (.apex, "the middle is the apex"),
      (.offset, "its last frame is the offset"),
    ].filter { table.positions[$0.0] == nil }
    if !missing.isEmpty {
      let columns = missing.map { "`\($0.0.rawValue)`" }.joined(separator: ", ")
      let standIns = missing.map(\.1).joined(separator: ", ")
      report.add(.assumed, settings.annotations, "has no column \(columns): \(standIns)")
    }
    let without = rows.count { $0.fps == nil }
    guard !hasOwnRate, without > 0 else { return }
    let problem =
      table.positions[.fps] == nil
      ? "has no column `fps`" : "has no `fps` in \(without) of \(rows.count) rows"
    report.add(
      .assumed, settings.annotations,
      "\(problem): \(Int(ImportSettings.assumedRate)) frames per second, unless --fps says otherwise")
  }

  private static func row(_ row: TableRow<Field>) throws -> ImportRow {
    try row.requireCells()
    // The path is checked where it is used; the other texts go into the store and from there to terminals.
    guard let path = try row.raw(.path) else { throw Fault(at: row.location, "has no path") }
    let actionUnits = row.actionUnits(.actionUnits)
    var clip = ImportRow(
      location: row.location, path: path, name: try row.text(.name), subject: try row.needed(.subject),
      emotion: try row.needed(.emotion), onset: try row.frame(.onset), apex: try row.frame(.apex),
      offset: try row.frame(.offset), fps: try row.decimal(.fps, isCount: true), actionUnits: actionUnits.text)
    if let fps = clip.fps, fps <= 0 {
      throw Fault(at: row.location, "has fps `\(try row.text(.fps) ?? "")`; a number above 0 is needed")
    }
    // Without a frame the whole clip is meant.
    let isWhole = row.isEmpty(.onset) && row.isEmpty(.offset)
    // A column that is missing is said once for all rows.
    for (field, number, standIn) in [
      (Field.onset, clip.onset, "the clip's first frame"), (.offset, clip.offset, "the clip's last frame"),
      (.apex, clip.apex, "the middle"),
    ] where number == nil && row.has(field) && !(isWhole && row.isEmpty(field)) {
      clip.repairs.append(try row.repair(field, standIn: standIn))
    }
    if let repair = actionUnits.repair { clip.repairs.append(repair) }
    clip.doubts = [actionUnits.doubt].compactMap { $0 }
    return clip
  }
}
