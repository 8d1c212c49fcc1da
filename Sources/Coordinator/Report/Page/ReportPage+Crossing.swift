import Core

extension ReportPage {
  /// Databases that were left out: tables, and the confusion matrix of each by the best method.
  static func crossing(_ report: ComparisonReport) -> String {
    let figures = DatabaseCrossing.all(report).flatMap { crossing in
      let shown = report.configuration.armNames.compactMap { crossing.dataset.principal(of: $0)?.recogniser }
      return crossing.rows.filter { shown.contains($0.variant.recogniser) }.map { row in
        figure(
          "\(row.part.name)", tag: row.variant.name,
          HeatMap.svg(
            row.figures.matrix, classes: crossing.dataset.classes,
            title: "\(crossing.dataset.name), \(row.part.name) left out, \(row.variant.name)"),
          caption: """
            \(ReportText.count(row.figures.matrix.total, "prediction")); trained on \
            \(row.training.map(\.name).joined(separator: ", ")).
            """)
      }
    }
    guard !figures.isEmpty else { return "" }
    return section(
      Section.crossing(report)?.within(report), charts: "<div class=\"grid\">\(figures.joined(separator: "\n"))</div>")
  }
}
