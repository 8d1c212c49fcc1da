import Foundation

/// Imports any tree of clips that a CSV file describes.
///
/// The header names the columns, in any order, upper or lower case: `path`, `subject`, `emotion`, `onset`, `apex`,
/// `offset`, and optionally `name`, `fps`, `action_units`. A path is a folder of frames or a video below the source
/// directory. Onset, apex and offset are frame numbers: in a folder the numbers in the files' names, or, where those
/// do not occur, counted from the clip's first frame (which is 1, or 0 where the onset is 0); in a video counted
/// from 0. Empty onset and offset mean the first and the last frame; an apex that is empty or `/` the middle.
/// Only the frames from onset to offset are stored.
public struct CSVImport: Sendable {
  public var settings: ImportSettings

  public init(_ settings: ImportSettings) { self.settings = settings }

  /// Runs the import; see `ImportSettings.run`.
  public func run(
    progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ImportReport {
    var run = ClipImport(settings)
    return try run.run(
      read: { report in
        let text = try annotationText(settings.annotations)
        return try rows(CSVTable(parsing: text, at: settings.annotations), &report)
      }, progress: progress, isStopped: isStopped)
  }

  private static let needed = ["path", "subject", "emotion", "onset", "apex", "offset"]
  private static let optional = ["name", "fps", "action_units"]

  func rows(_ table: CSVTable, _ report: inout ImportReport) throws -> [ImportRow] {
    let columns = try columns(table, &report)
    var rows: [ImportRow] = []
    for row in table.rows.dropFirst() {
      let location = "line \(row.line)"
      do {
        let count = table.rows[0].cells.count
        guard row.cells.count == count || row.cells.dropFirst(count).allSatisfy(\.isEmpty) && row.cells.count > count
        else { throw Fault(at: location, "has \(row.cells.count) cells, the header \(count)") }
        // The path is checked where it is used; the other texts go into the store and from there to terminals.
        let cells = columns.map { name, index in
          let text = row.cells[index].trimmingCharacters(in: .whitespaces)
          return (name, name == "path" ? text : printable(text))
        }
        rows.append(try CSVImport.row(Dictionary(uniqueKeysWithValues: cells), at: location))
      } catch let fault as Fault {
        report.add(.lost, fault.location, fault.problem)
      }
    }
    return rows
  }

  /// The place of each known column.
  private func columns(_ table: CSVTable, _ report: inout ImportReport) throws -> [String: Int] {
    guard let header = table.rows.first else { throw Fault(at: settings.annotations, "is empty") }
    let names = header.cells.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    var columns: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      if !(CSVImport.needed + CSVImport.optional).contains(name) {
        if !name.isEmpty { report.add(.ignored, settings.annotations, "the column `\(printable(name))` is not used") }
      } else if columns.updateValue(index, forKey: name) != nil {
        throw Fault(at: settings.annotations, "has the column `\(name)` twice")
      }
    }
    let missing = CSVImport.needed.filter { columns[$0] == nil }
    guard missing.isEmpty else {
      throw Fault(
        at: settings.annotations,
        "has no column \(missing.map { "`\($0)`" }.joined(separator: ", ")); its columns are: "
          + printable(names.joined(separator: ", ")))
    }
    return columns
  }

  private static func row(_ cells: [String: String], at location: String) throws -> ImportRow {
    func text(_ column: String) -> String? { cells[column].flatMap { $0.isEmpty ? nil : $0 } }
    func needed(_ column: String) throws -> String {
      guard let text = text(column) else { throw Fault(at: location, "has no \(column)") }
      return text
    }
    func number(_ column: String) throws -> Int? {
      guard let text = text(column) else { return nil }
      guard let number = frameNumber(text) else {
        throw Fault(at: location, "has \(column) `\(printable(text))`, which is not a frame number")
      }
      return number
    }
    var row = ImportRow(
      location: location, path: try needed("path"), name: text("name"), subject: try needed("subject"),
      emotion: try needed("emotion"), onset: try number("onset"), offset: try number("offset"),
      actionUnits: text("action_units"))
    if let text = text("apex"), let apex = frameNumber(text) {
      row.apex = apex
    } else if text("onset") != nil || text("offset") != nil {
      row.repairs.append("apex `\(printable(text("apex") ?? ""))` is not a frame number, the middle is used")
    }
    if let text = text("fps") {
      guard let fps = Double(text), fps.isFinite, fps > 0 else {
        throw Fault(at: location, "has fps `\(printable(text))`; a number above 0 is needed")
      }
      row.fps = fps
    }
    return row
  }

  /// A whole number from 0, also as spreadsheets write it (`12.0`); nil when it is none, or larger than any clip.
  static func frameNumber(_ text: String) -> Int? {
    guard let number = Double(text), number >= 0, number < 0x1p31, number == number.rounded() else { return nil }
    return Int(number)
  }
}
