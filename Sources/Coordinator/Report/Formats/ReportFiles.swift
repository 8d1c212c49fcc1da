import Core

/// The files of a report beside index.html.
enum ReportFiles {
  fileprivate static let texts: [(name: String, text: @Sendable (ComparisonReport) -> String)] = [
    ("report.md", ReportMarkdown.text), ("report.tex", ReportTeX.text), ("report.json", ReportJSON.text),
    ("results.csv", ReportCSV.results), ("predictions.csv", ReportCSV.predictions),
    ("sweep.json", { String(decoding: canonicalJSON($0.configuration), as: UTF8.self) }),
  ]

  static var names: [String] { texts.map(\.name) }
}

extension ComparisonReport {
  /// Writes all files of the report into `report/` of a run directory, index.html last.
  ///
  /// - Parameter traces: what else the run left; only for index.html.
  /// - Throws: the file system's error, as a `Fault` naming the file.
  func write(to runDirectory: String, traces: RunTraces = RunTraces()) throws {
    let directory = runDirectory + "/report"
    try Directory.make(directory)
    for (name, text) in ReportFiles.texts { try AtomicFile.write(text(self), to: "\(directory)/\(name)") }
    try AtomicFile.write(ReportPage.text(self, traces), to: directory + "/index.html")
  }
}
