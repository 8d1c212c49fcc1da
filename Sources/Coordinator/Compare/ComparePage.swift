import Core

/// index.html of a comparison: one page that needs nothing else, in the style of a run's.
enum ComparePage {
  static func text(_ comparison: RunComparison) -> String {
    let names = [
      "results": "Side by side", "settings": "Settings", "decoupling": "Decoupling", "left-out": "Left out",
      "runs": "Runs",
    ]
    let sections = comparison.sections
    let links = [("overview", "Overview")] + sections.map { ($0.identifier, names[$0.identifier] ?? "") }
    return HTMLMarkup.page(
      title: "\(title(comparison)) – MicroFold comparison of runs", css: ReportStyle.css + style,
      header: header(comparison, links: links),
      main: ([missing(comparison), overview(comparison)] + sections.map { ReportPage.section($0) })
        .filter { !$0.isEmpty }.joined(separator: "\n"),
      footer: HTMLMarkup.footer(files: CompareFiles.beside, of: "this comparison"))
  }

  /// Names of settings are long words, and their values may be lists.
  private static let style = """

    #settings th[scope=row] { min-width: 236px; } #settings td { white-space: normal; overflow-wrap: anywhere; }
    @media (max-width: 640px) { #settings th[scope=row] { min-width: 132px; } #settings td { min-width: 118px; } }
    """

  private static func html(_ text: String) -> String { HTMLMarkup.plain(text) }
  private static func prose(_ prose: Prose) -> String { HTMLMarkup.prose(prose) }

  private static func title(_ comparison: RunComparison) -> String {
    comparison.runs.map(\.name).joined(separator: ", ")
  }

  private static func header(_ comparison: RunComparison, links: [(identifier: String, title: String)]) -> String {
    let tests = comparison.pairs.count { $0.test != nil }
    let facts: [Prose] = [
      "\(strong: comparison.runs.count) runs", "reference \(strong: comparison.reference.name)",
      "\(strong: comparison.datasets.count) dataset\(comparison.datasets.count == 1 ? "" : "s") in all runs",
      "\(strong: tests) test\(tests == 1 ? "" : "s")",
    ]
    return HTMLMarkup.header(
      title: title(comparison), kind: "MicroFold comparison of runs",
      lead: "Paired on the clips, folds and seeds that each run shares with the reference.", chips: facts,
      cautions: comparison.unfinished.isEmpty ? [] : ["not finished"], links: links)
  }

  /// Runs that are not whole, before any figure.
  private static func missing(_ comparison: RunComparison) -> String {
    let said = comparison.unfinished
    guard !said.isEmpty else { return "" }
    return """
      <section class="card alert" aria-labelledby="missing">
      <h2 id="missing">Not all runs are finished.</h2>
      <p>Only folds and seeds that finished in both runs are compared.</p>
      <ul>\(said.map { "<li>\(prose($0))</li>" }.joined(separator: "\n"))</ul>
      </section>
      """
  }

  private static func overview(_ comparison: RunComparison) -> String {
    """
    <section id="overview" aria-labelledby="overview-title">
    <h2 id="overview-title">\(prose(RunComparison.title))</h2>
    \(comparison.answer.map { "<p class=\"answer\">\(prose($0))</p>" }.joined(separator: "\n"))
    \(chart(comparison))
    <div class="card"><h3>\(prose(TrustCheck.title))</h3>
    <ul class="checks">\(comparison.checks.map(ReportPage.line).joined(separator: "\n"))</ul></div>
    </section>
    """
  }

  /// All tests in one figure, a panel for each dataset.
  private static func chart(_ comparison: RunComparison) -> String {
    let reach = DifferencesChart.reach(comparison.pairs)
    let panels = comparison.datasets.compactMap { dataset in
      DifferencesChart.svg(dataset, of: comparison, reach: reach).map {
        "<div><h4>\(html(dataset.name))</h4>\($0)</div>"
      }
    }
    return ReportPage.figure(
      "Points of accuracy above \(comparison.reference.name)",
      "<div class=\"panels\">\(panels.joined(separator: "\n"))</div>", caption: comparison.chartText)
  }
}
