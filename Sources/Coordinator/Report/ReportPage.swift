import Core

/// index.html: the whole report on one page that needs nothing else. Every name in it is escaped.
///
/// The sections are in `ReportPage+Overview.swift`, `ReportPage+Datasets.swift`, `ReportPage+Comparisons.swift`
/// and `ReportPage+Decoupling.swift`.
enum ReportPage {
  static func text(_ report: ComparisonReport, _ timeline: Timeline = Timeline([])) -> String {
    let sections = [
      holes(report), overview(report), published(report), datasets(report), ablation(report), decoupling(report),
      timing(report, timeline), notes(report),
    ].filter { !$0.isEmpty }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(html(report.name)) – MicroFold report</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      \(header(report))
      <main>
      \(sections.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  static func html(_ text: String) -> String { ReportText.html(text) }

  private static func header(_ report: ComparisonReport) -> String {
    var chips = [
      "<b>\(report.datasets.count)</b> \(report.datasets.count == 1 ? "dataset" : "datasets")",
      "<b>\(report.variants.count)</b> \(report.variants.count == 1 ? "variant" : "variants")",
      report.seeds.count == 1 ? "seed <b>\(report.seeds[0])</b>" : "<b>\(report.seeds.count)</b> seeds",
      "<b>\(report.units.count - report.holes.count)</b> of \(report.units.count) units finished",
    ].map { "<li>\($0)</li>" }
    chips.append("<li\(report.subjectsOverlap ? " class=\"caution\"" : "")>\(html(report.protocolText))</li>")
    let synthetic = report.datasets.count { $0.isSynthetic }
    if synthetic > 0 {
      let which = synthetic == report.datasets.count ? "" : "\(synthetic) of \(report.datasets.count) datasets: "
      chips.append("<li class=\"caution\">\(which)synthetic data</li>")
    }
    var links = [("overview", "Overview"), ("published", "Beside published figures"), ("datasets", "Datasets")]
    if hasAblation(report) { links.append(("ablation", "Ablation")) }
    if hasDecoupling(report) { links.append(("decoupling", "Decoupling")) }
    links += [("timing", "Timing"), ("notes", "Notes")]
    let files = ["report.md", "report.json", "results.csv", "predictions.csv"]
    let anchors =
      links.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }
      + files.map { "<a href=\"\($0)\"><code>\($0)</code></a>" }
    return """
      <header><div>
      <p class="eyebrow">MicroFold comparison report</p>
      <h1>\(html(report.name))</h1>
      <p class="lead">Micro-expression recognition by decoupling motion and identity, cross-validated: \
      \(html(report.protocolText)); \(html(report.selectionText)).</p>
      <ul class="chips">\(chips.joined())</ul>
      <nav aria-label="Sections and files">\(anchors.joined(separator: " "))</nav>
      </div></header>
      """
  }

  private static func holes(_ report: ComparisonReport) -> String {
    guard !report.holes.isEmpty else { return "" }
    let lines = report.holes.map { unit in
      "<li><b>\(html(unit.unit.description))</b>: \(html(unit.status == "failed" ? unit.reason : "not run"))</li>"
    }
    // A list that is long (a report of a sweep that has just begun) is folded away.
    let list = "<ul>\(lines.joined(separator: "\n"))</ul>"
    return """
      <section class="card alert" aria-labelledby="holes">
      <h2 id="holes">\(ReportText.count(report.holes.count, "unit")) of \(report.units.count) without a result</h2>
      <p>All figures below leave these folds out.</p>
      \(lines.count > 12 ? "<details><summary>Which</summary>\(list)</details>" : list)
      </section>
      """
  }

  /// A table with a caption; the first cell of a line is its header. Cells are HTML.
  static func table(_ caption: String, _ header: [String], _ lines: [(style: String, cells: [String])]) -> String {
    let head = header.enumerated().map { "<th scope=\"col\"\($0 == 0 ? " class=\"left\"" : "")>\($1)</th>" }
    let rows = lines.map { line in
      let cells = line.cells.enumerated().map { $0 == 0 ? "<th scope=\"row\">\($1)</th>" : "<td>\($1)</td>" }
      return "<tr\(line.style.isEmpty ? "" : " class=\"\(line.style)\"")>\(cells.joined())</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table>
      <caption>\(caption)</caption>
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  static func section(_ identifier: String, _ title: String, _ lead: String, _ body: String) -> String {
    """
    <section id="\(identifier)" aria-labelledby="\(identifier)-title">
    <h2 id="\(identifier)-title">\(title)</h2>
    <p class="quiet">\(lead)</p>
    \(body)
    </section>
    """
  }
}
