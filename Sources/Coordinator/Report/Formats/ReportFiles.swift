import Core

/// The files of a report beside index.html.
enum ReportFiles {
  fileprivate static let texts: [(name: String, text: @Sendable (ComparisonReport) -> String)] = [
    ("report.tex", ReportTeX.text), ("report.json", ReportJSON.text),
    ("results.csv", ReportCSV.results), ("predictions.csv", ReportCSV.predictions),
    ("sweep.json", { String(decoding: canonicalJSON($0.configuration), as: UTF8.self) }),
  ]
  /// A start for a paper's text.
  fileprivate static let paragraphs: [(name: String, text: @Sendable (ComparisonReport) -> String)] = [
    ("methods.tex", MethodsParagraph.tex), ("methods.md", MethodsParagraph.markdown),
  ]

  static var names: [String] { ["report.md"] + texts.map(\.name) }

  /// The folders of figures and of tables, one file each.
  static let (figures, tables) = ("figures", "tables")
}

extension ComparisonReport {
  /// Writes all files of the report into `report/` of a run directory, index.html last.
  ///
  /// - Parameters:
  ///   - traces: what else the run left; only for index.html and the figures.
  ///   - showsClips: whether index.html has pictures of clips that were named wrongly.
  ///   - program: makes the figures' PDF files; nil for none.
  /// - Returns: what could not be made, and that there are warnings, a line each.
  /// - Throws: the file system's error, as a `Fault` naming the file.
  @discardableResult func write(
    to runDirectory: String, traces: RunTraces = RunTraces(), showsClips: Bool = true,
    pdf program: PDFProgram? = PDFProgram()
  ) throws -> [String] {
    let directory = runDirectory + "/report"
    var traces = traces
    if showsClips { traces.errors = ErrorPictures(self, in: RunDirectory(path: runDirectory)) }
    try Directory.make(directory)
    for (name, text) in ReportFiles.texts + ReportFiles.paragraphs {
      try AtomicFile.write(text(self), to: "\(directory)/\(name)")
    }
    try AtomicFile.write(ReportMarkdown.text(self, traces), to: directory + "/report.md")
    try PaperTables.write(self, to: "\(directory)/\(ReportFiles.tables)")
    let figures = ReportFigure.all(self, traces)
    let printing = try FigureFolder(path: "\(directory)/\(ReportFiles.figures)").write(figures, program)
    try AtomicFile.write(ReportPage.text(self, traces, figures: printing), to: directory + "/index.html")
    return [warningText(traces.epochs), printing.complaint].compactMap { $0 }
  }
}
