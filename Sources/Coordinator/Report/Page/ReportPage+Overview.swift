import Core

/// The first screen: which method is best, how sure that is, against what, and whether it can be trusted.
extension ReportPage {
  static func overview(_ report: ComparisonReport) -> String {
    let overview = Section.overview(report)
    let notes = overview.tables.flatMap(\.notes)
    let tables = overview.tables.map { table in
      var bare = table
      bare.notes = []
      return card(bare)
    }
    return """
      <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">\(prose(overview.title))</h2>
      <p class="answer">\(prose(overview.lead))</p>
      \(tables.joined(separator: "\n"))
      \(everyMethod(report))
      <p class="quiet note">\(prose(notes.joined(separator: " ")))</p>
      <div class="card"><h3>\(prose(TrustCheck.title))</h3>
      <ul class="checks">\(TrustCheck.all(report).map(line).joined(separator: "\n"))</ul></div>
      </section>
      """
  }

  /// All methods in one figure, a panel for each dataset; empty for a single method.
  private static func everyMethod(_ report: ComparisonReport) -> String {
    guard report.compared > 1 else { return "" }
    let panels = report.datasets.compactMap { dataset in
      MethodsChart.svg(dataset).map { "<div><h4>\(html(dataset.name))</h4>\($0)</div>" }
    }
    guard !panels.isEmpty else { return "" }
    return figure(
      "Every method", "<div class=\"panels\">\(panels.joined(separator: "\n"))</div>",
      caption: Explanations.chart(report))
  }

  static func line(_ check: TrustCheck) -> String {
    """
    <li class="\(check.verdict.rawValue)"><span class="mark" role="img" aria-label="\(check.word)">\(check.sign)</span>\
    <span>\(prose(check.text))</span></li>
    """
  }
}
