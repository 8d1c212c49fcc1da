@testable import Core

/// Imports a dataset that is described by lines of path, subject and emotion, separated by tabs.
struct TabsImport: ImportLayout {
  let settings: ImportSettings

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    rows(try annotationText(settings.annotations), &report)
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

/// Stands for `ImportSettings.Layout` and `ImportSettings.reader`, to which an importer adds a line each.
extension ImportSettings {
  enum ExampleLayout { case tabs }

  func reader(_ layout: ExampleLayout) -> any ImportLayout {
    switch layout {
    case .tabs: TabsImport(settings: self)
    }
  }
}
