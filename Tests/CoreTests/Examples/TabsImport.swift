@testable import Core

/// Imports a dataset that is described by lines of path, subject and emotion, separated by tabs.
struct TabsImport {
  let settings: ImportSettings

  func run(progress: (Int, Int) -> Void, isStopped: () -> Bool) throws -> ImportReport {
    var run = ClipImport(settings)
    return try run.run(
      read: { report in rows(try annotationText(settings.annotations), &report) }, progress: progress,
      isStopped: isStopped)
  }

  func rows(_ text: String, _ report: inout ImportReport) -> [ImportRow] {
    var rows: [ImportRow] = []
    for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let location = "line \(index + 1)"
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, !parts.contains("") else {
        report.add(.lost, location, "is not path, subject and emotion, separated by tabs")
        continue
      }
      rows.append(ImportRow(location: location, path: parts[0], subject: parts[1], emotion: parts[2]))
    }
    return rows
  }
}

/// Stands for `ImportSettings.Layout` and `ImportSettings.run`, to which an importer adds a line each.
extension ImportSettings {
  enum ExampleLayout { case tabs }

  func run(
    _ layout: ExampleLayout, progress: (Int, Int) -> Void, isStopped: () -> Bool
  ) throws -> ImportReport {
    switch layout {
    case .tabs: try TabsImport(settings: self).run(progress: progress, isStopped: isStopped)
    }
  }
}
