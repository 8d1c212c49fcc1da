import Foundation

/// Imports CASME II, SAMM or MMEW as released: the tree of frame folders, and the coding sheet as .xlsx or as CSV.
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
    self.settings.fps = settings.fps ?? release.fps
  }

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    let sheets = try AnnotationSheet.candidates(settings.annotations, sheet: settings.sheet, unzip: settings.unzip)
    return try rows(sheets, try ReleaseTree(settings.source), &report)
  }

  func rows(
    _ sheets: [AnnotationSheet], _ tree: ReleaseTree, _ report: inout ImportReport
  ) throws -> [ImportRow] {
    let table = try AnnotationTable<CodingField>(in: sheets, preferred: release.sheet, at: settings.annotations)
    table.note(in: &report)
    var rows: [ImportRow] = []
    var unreadable: [Fault] = []
    var missing: [Fault] = []
    var doubles: [(location: String, name: String, paths: [String])] = []
    var known: [String] = []
    for (index, row) in table.rows.enumerated() {
      let location = row.location
      if row.isEmpty(.filename), CodingField.annotations.allSatisfy(row.isEmpty) {
        if !row.remark.isEmpty {
          report.add(.ignored, location, "has no Filename: `\(printable(String(row.remark.prefix(80))))`")
        }
        continue
      }
      do {
        let coding = try CodingRow(row, release, index: index)
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
    try refuse(doubles, found: found)
    guard found > 0 || missing.isEmpty && doubles.isEmpty else {
      let first = missing.first.map { "; \($0)" } ?? ""
      throw Fault(
        at: settings.source,
        "has none of the sheet's clips; name the folder of \(release.exampleFolders)\(first)")
    }
    for fault in unreadable + missing { report.add(.lost, fault.location, fault.problem) }
    for double in doubles {
      let paths = double.paths.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      report.add(.lost, double.location, "clip `\(double.name)` exists several times: \(paths)")
    }
    for stray in tree.strays(beside: known) {
      report.add(.ignored, stray, "a folder that no row of the sheet names")
    }
    return rows
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
