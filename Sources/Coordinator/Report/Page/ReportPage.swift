import Core

/// index.html: the whole report on one page that needs nothing else. Every name in it is escaped.
///
/// The sections have a file each, `ReportPage+Overview.swift` and so on.
enum ReportPage {
  static func text(_ report: ComparisonReport, _ traces: RunTraces = RunTraces()) -> String {
    let parts = [
      ("overview", "Overview", overview(report)), ("published", "Published", published(report)),
      ("methods", "Methods", methods(report)), ("datasets", "Datasets", datasets(report)),
      ("ablation", "Ablation", ablation(report)),
      ("training", "Training", curves(report, traces)), ("decoupling", "Decoupling", decoupling(report)),
      ("attention", "Attention", attention(report, traces)), ("timing", "Timing", timing(report, traces.timeline)),
      ("notes", "Make it again", notes(report, traces)),
    ].filter { !$0.2.isEmpty }
    let sections = [holes(report, traces)] + parts.map(\.2)
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
      \(header(report, links: parts.map { ($0.0, $0.1) }))
      <main>
      \(sections.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  static func html(_ text: String) -> String { ReportText.html(text) }

  private static func header(_ report: ComparisonReport, links: [(identifier: String, title: String)]) -> String {
    var chips = [
      "<b>\(report.datasets.count)</b> \(report.datasets.count == 1 ? "dataset" : "datasets")",
      report.variants.isEmpty
        ? "" : "<b>\(report.variants.count)</b> \(report.variants.count == 1 ? "variant" : "variants")",
      report.methods.isEmpty
        ? "" : "<b>\(report.methods.count)</b> other \(report.methods.count == 1 ? "method" : "methods")",
      report.seeds.count == 1 ? "seed <b>\(report.seeds[0])</b>" : "<b>\(report.seeds.count)</b> seeds",
      "<b>\(report.units.count - report.holes.count)</b> of \(report.units.count) units finished",
    ].filter { !$0.isEmpty }.map { "<li>\($0)</li>" }
    if report.subjectsOverlap { chips.append("<li class=\"caution\">subjects overlap</li>") }
    let synthetic = report.datasets.count { $0.isSynthetic }
    if synthetic > 0 {
      let which = synthetic == report.datasets.count ? "" : "\(synthetic) of \(report.datasets.count) datasets: "
      chips.append("<li class=\"caution\">\(which)synthetic data</li>")
    }
    let files = ["report.md", "report.tex", "report.json", "results.csv", "predictions.csv", "sweep.json"]
    let anchors =
      links.map { "<a href=\"#\($0.identifier)\">\($0.title)</a>" }
      + files.map { "<a href=\"\($0)\"><code>\($0)</code></a>" }
    return """
      <header><div>
      <p class="eyebrow">MicroFold comparison report</p>
      <h1>\(html(report.name))</h1>
      <p class="lead">\(subject(report)), cross-validated: \
      \(html(report.protocolText)); \(html(report.selectionText)).</p>
      <ul class="chips">\(chips.joined())</ul>
      <nav aria-label="Sections and files">\(anchors.joined(separator: " "))</nav>
      </div></header>
      """
  }

  private static func subject(_ report: ComparisonReport) -> String {
    report.methods.isEmpty
      ? "Micro-expression recognition by decoupling motion and identity"
      : "\(ReportText.count(report.compared, "recogniser")) of micro-expressions on the same clips"
  }

  /// What is missing, before any figure: units that failed, each with its reason, and those that have not run.
  private static func holes(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    guard !report.holes.isEmpty else { return "" }
    let title = [report.unfinishedText, report.failedText].compactMap { $0 }.joined(separator: " ")
    let failed = report.failed.map { "<li><b>\(html($0.unit.description))</b> failed: \(html($0.reason))</li>" }
    let begun = report.notRun.compactMap { unit in
      traces.progress(of: unit.unit).map { "<li><b>\(html(unit.unit.description))</b> is under way: \(html($0))</li>" }
    }
    let waiting = report.waiting.map { "<li>\(html($0.text(withSeed: report.seeds.count > 1)))</li>" }
    return """
      <section class="card alert" aria-labelledby="holes">
      <h2 id="holes">\(html(title))</h2>
      <p>All figures below leave these folds out.</p>
      \(list("Failed", failed))\(list("Not finished", waiting))\(list("Under way, by their metrics", begun))
      </section>
      """
  }

  /// A list under a heading; a long one is folded away.
  private static func list(_ title: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    let list = "<ul>\(lines.joined(separator: "\n"))</ul>"
    return lines.count > 12
      ? "<details><summary>\(title): \(lines.count)</summary>\(list)</details>" : "<h3>\(title)</h3>\(list)"
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
