import Core

/// index.html: the whole report on one page that needs nothing else. Every name in it is escaped.
///
/// The sections have a file each, `ReportPage+Overview.swift` and so on.
enum ReportPage {
  static func text(_ report: ComparisonReport, _ traces: RunTraces = RunTraces()) -> String {
    let parts = [
      ("overview", "Overview", overview(report)),
      ("arms", "Arms", section(.arms(report))),
      ("published", "Published", report.methods.isEmpty ? published(report) : ""),
      ("methods", "Methods", section(.methods(report, withTimes: true))), ("datasets", "Datasets", datasets(report)),
      ("ablation", "Ablation", section(.ablation(report))),
      ("pretraining", "Pretraining", section(.pretraining(report, withTimes: true))),
      ("training", "Training", curves(report, traces)), ("decoupling", "Decoupling", decoupling(report)),
      ("attention", "Attention", attention(report, traces)), ("timing", "Timing", timing(report, traces.timeline)),
      ("notes", "Make it again", notes(report, traces)),
    ].filter { !$0.2.isEmpty }
    let sections = [missing(report, traces)] + parts.map(\.2)
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

  static func html(_ text: String) -> String { HTMLMarkup.plain(text) }
  static func prose(_ prose: Prose) -> String { HTMLMarkup.prose(prose) }

  private static func header(_ report: ComparisonReport, links: [(identifier: String, title: String)]) -> String {
    let chips =
      facts(report).map { "<li>\(prose($0))</li>" }
      + cautions(report).map {
        "<li class=\"caution\">\($0)</li>"
      }
    let anchors =
      links.map { "<a href=\"#\($0.identifier)\">\($0.title)</a>" }
      + ReportFiles.names.map { "<a href=\"\($0)\"><code>\($0)</code></a>" }
    return """
      <header><div>
      <p class="eyebrow">MicroFold comparison report</p>
      <h1>\(html(report.name))</h1>
      <p class="lead">\(html(
        "\(subject(report)), cross-validated: \(report.protocolText); \(report.selectionText)."))</p>
      <ul class="chips">\(chips.joined())</ul>
      <nav aria-label="Sections and files">\(anchors.joined(separator: " "))</nav>
      </div></header>
      """
  }

  /// How much was compared, each in a few words.
  private static func facts(_ report: ComparisonReport) -> [Prose] {
    func fact(_ number: Int, _ noun: String) -> Prose? {
      number == 0 ? nil : "\(strong: number) \(noun)\(number == 1 ? "" : "s")"
    }
    return [
      fact(report.datasets.count, "dataset"), fact(report.variants.count, "variant"),
      fact(report.methods.count, "other method"), fact(report.arms.count, "arm"),
      report.seeds.count == 1 ? "seed \(strong: report.seeds[0])" : fact(report.seeds.count, "seed"),
      "\(strong: report.units.count - report.holes.count) of \(report.units.count) units finished",
    ].compactMap { $0 }
  }

  private static func cautions(_ report: ComparisonReport) -> [String] {
    let synthetic = report.datasets.count { $0.isSynthetic }
    let which = synthetic == report.datasets.count ? "" : "\(synthetic) of \(report.datasets.count) datasets: "
    return (report.subjectsOverlap ? ["subjects overlap"] : []) + (synthetic > 0 ? ["\(which)synthetic data"] : [])
  }

  private static func subject(_ report: ComparisonReport) -> String {
    report.methods.isEmpty
      ? "Micro-expression recognition by decoupling motion and identity"
      : "\(ReportText.count(report.compared, "recogniser")) of micro-expressions on the same clips"
  }

  /// What is missing, before any figure: units that failed, each with its reason, and those that have not run.
  private static func missing(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    guard !report.holes.isEmpty else { return "" }
    let title = [report.unfinishedText, report.failedText].compactMap { $0 }.joined(separator: " ")
    let failed = report.failed.map { "\(strong: $0.unit.description) failed: \($0.reason)" as Prose }
    let begun = report.notRun.compactMap { unit in
      traces.progress(of: unit.unit).map { "\(strong: unit.unit.description) is in training: \($0)" as Prose }
    }
    let waiting = report.waiting.map { Prose($0.text(withSeed: report.seeds.count > 1)) }
    return """
      <section class="card alert" aria-labelledby="missing">
      <h2 id="missing">\(html(title))</h2>
      <p>All figures below leave these folds out.</p>
      \(list("Failed", failed))\(list("Not finished", waiting))\(list("In training, by their metrics", begun))
      </section>
      """
  }

  /// A list under a heading; a long one is folded away.
  private static func list(_ title: String, _ lines: [Prose]) -> String {
    guard !lines.isEmpty else { return "" }
    let list = "<ul>\(lines.map { "<li>\(prose($0))</li>" }.joined(separator: "\n"))</ul>"
    return lines.count > 12 ? folded("\(title): \(lines.count)", list) : "<h3>\(title)</h3>\(list)"
  }
}
