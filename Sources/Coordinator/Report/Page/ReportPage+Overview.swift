import Core

/// The first screen: how good, against what, and whether it can be trusted.
extension ReportPage {
  static func overview(_ report: ComparisonReport) -> String {
    let overview = Section.overview(report)
    return """
      <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">\(prose(overview.title))</h2>
      <p class="answer">\(prose(overview.lead))</p>
      \(overview.tables.map(card).joined(separator: "\n"))
      <div class="card"><h3>\(prose(TrustCheck.title))</h3>
      <ul class="checks">\(TrustCheck.all(report).map(line).joined(separator: "\n"))</ul></div>
      </section>
      """
  }

  private static func line(_ check: TrustCheck) -> String {
    """
    <li class="\(check.verdict.rawValue)"><span class="mark" role="img" aria-label="\(check.word)">\(check.sign)</span>\
    <span>\(prose(check.text))</span></li>
    """
  }
}
