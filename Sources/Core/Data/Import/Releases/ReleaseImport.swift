import Foundation

/// Imports CASME II, SAMM or MMEW as released: the tree of frame folders, and the coding sheet as .xlsx or as CSV.
///
/// Columns and folders are found by their names, so it does not matter where the header is, how the columns are
/// ordered, and whether subjects or emotions are the upper folders. A row's typing errors are corrected where it is
/// clear how, and reported. A clip is named `subject/file name`.
public struct ReleaseImport: Sendable {
  public var release: Release
  public var settings: ImportSettings

  /// Where no frames per second are given, the release's are used.
  public init(_ release: Release, _ settings: ImportSettings) {
    self.release = release
    self.settings = settings
    self.settings.fps = settings.fps ?? release.fps
  }

  /// Runs the import; see `ImportSettings.run`.
  public func run(
    progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ImportReport {
    var run = ClipImport(settings)
    return try run.run(
      read: { report in
        let sheets = try AnnotationSheet.candidates(
          settings.annotations, sheet: settings.sheet, unzip: settings.unzip)
        return try rows(sheets, try ReleaseTree(settings.source), &report)
      }, progress: progress, isStopped: isStopped)
  }

  func rows(
    _ sheets: [AnnotationSheet], _ tree: ReleaseTree, _ report: inout ImportReport
  ) throws -> [ImportRow] {
    let (sheet, columns) = try CodingColumns.find(in: sheets, preferred: release.sheet, at: settings.annotations)
    var rows: [ImportRow] = []
    var faults: [Fault] = []
    var doubles: [(location: String, name: String, paths: [String])] = []
    var known: [String] = []
    for (index, row) in sheet.rows[(columns.header + 1)...].enumerated() {
      let location = "\(sheet.unit) \(row.number)"
      if columns.text(.filename, in: row) == nil {
        note(row, at: location, &report)
        continue
      }
      do {
        let coding = try CodingRow(row, columns, release, index: index, at: location)
        let name = "\(coding.subject)/\(coding.filename)"
        let paths = tree.clips(coding, release)
        known += paths
        // What is skipped for its emotion need not be there, and may be there twice.
        let isSkipped = settings.emotion(coding.emotion) == nil
        guard isSkipped || paths.count <= 1 else {
          doubles.append((location, name, paths))
          continue
        }
        guard let path = isSkipped ? name : paths.first else {
          throw Fault(at: location, "the folder of clip `\(name)` is not below \(settings.source)")
        }
        rows.append(
          ImportRow(
            location: location, path: path, name: name, subject: coding.subject, emotion: coding.emotion,
            onset: coding.onset, apex: coding.apex, offset: coding.offset, actionUnits: coding.actionUnits,
            repairs: coding.repairs))
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    let found = rows.count { settings.emotion($0.emotion) != nil }
    try refuse(doubles, found: found)
    guard found > 0 || faults.isEmpty && doubles.isEmpty else {
      let first = faults.first.map { "; \($0)" } ?? ""
      throw Fault(
        at: settings.source,
        "has none of the sheet's clips; name the folder of \(release.exampleFolders)\(first)")
    }
    for fault in faults { report.add(.lost, fault.location, fault.problem) }
    for double in doubles {
      let paths = double.paths.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      report.add(.lost, double.location, "clip `\(double.name)` exists several times: \(paths)")
    }
    for stray in tree.strays(beside: known) {
      report.add(.ignored, stray, "a folder that no row of the sheet names")
    }
    return rows
  }

  /// A row without a clip's name: a remark, or nothing.
  private func note(_ row: AnnotationSheet.Row, at location: String, _ report: inout ImportReport) {
    let text = row.cells.filter { !$0.isEmpty }.joined(separator: " ").trimmingCharacters(in: .whitespacesAndNewlines)
    if !text.isEmpty { report.add(.ignored, location, "has no Filename: `\(printable(String(text.prefix(80))))`") }
  }

  /// Most clips twice: the source holds two versions of the dataset, raw and cropped for instance.
  private func refuse(_ doubles: [(location: String, name: String, paths: [String])], found: Int) throws {
    guard let first = doubles.first, doubles.count > found else { return }
    let paths = first.paths.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
    throw Fault(
      at: settings.source,
      "holds the clips several times (`\(first.name)` as \(paths)); name the tree that is meant with --source")
  }
}
