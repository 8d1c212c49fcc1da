import Core

/// index.html: the whole report on one page that needs nothing else. Every name in it is escaped.
///
/// The sections have a file each, `ReportPage+Overview.swift` and so on.
enum ReportPage {
  ///
  /// - Parameter figures: whether the figures are there as PDF; nil where no files of figures were written.
  static func text(
    _ report: ComparisonReport, _ traces: RunTraces = RunTraces(), figures: FigureFolder.Printing? = nil
  ) -> String {
    let parts: [Part] =
      [("overview", "Overview", overview(report))] + results(report, traces) + [
        ("pretraining", "Pretraining", section(.pretraining(report, withTimes: true))),
        ("training", "Training", curves(report, traces)), ("decoupling", "Decoupling", decoupling(report)),
        ("attention", "Attention", attention(report, traces)), ("timing", "Timing", timing(report, traces.timeline)),
        ("final", "Final models", section(.finals(report))),
        ("paper", "For a paper", figures.map { files(report, $0) } ?? ""),
        ("notes", "Make it again", notes(report, traces)),
      ]
    let shown = parts.filter { !$0.2.isEmpty }
    let sections = [missing(report, traces)] + shown.map(\.2)
    return HTMLMarkup.page(
      title: "\(report.name) – MicroFold report", css: ReportStyle.css,
      header: header(report, links: shown.map { ($0.0, $0.1) }), main: sections.joined(separator: "\n"),
      footer: HTMLMarkup.footer(files: ReportFiles.names, of: "this report"))
  }

  /// A part of the page, with its link.
  private typealias Part = (identifier: String, title: String, html: String)

  /// The sections of results; where datasets were put into folds in several ways, those of each way under a title, with
  /// one link.
  private static func results(_ report: ComparisonReport, _ traces: RunTraces) -> [Part] {
    report.byProtocol.flatMap { report -> [Part] in
      let parts = sections(of: report, traces)
      guard let head = Section.protocolGroup(report), let title = report.group?.title else { return parts }
      let all = ([section(head)] + parts.map(\.html)).filter { !$0.isEmpty }
      return [(head.identifier, html(title.prefix(1).uppercased() + title.dropFirst()), all.joined(separator: "\n"))]
    }
  }

  private static func sections(of report: ComparisonReport, _ traces: RunTraces) -> [Part] {
    [
      ("arms", "Arms", section(Section.arms(report)?.within(report))),
      ("published", "Published", report.methods.isEmpty ? published(report) : ""),
      ("methods", "Methods", section(Section.methods(report, withTimes: true)?.within(report))),
      ("parts", "Parts", section(Section.parts(report)?.within(report))), ("crossing", "Databases", crossing(report)),
      ("datasets", "Datasets", datasets(report)), ("errors", "Errors", errors(report, traces)),
      ("ablation", "Ablation", section(Section.ablation(report)?.within(report))),
    ]
  }

  static func html(_ text: String) -> String { HTMLMarkup.plain(text) }
  static func prose(_ prose: Prose) -> String { HTMLMarkup.prose(prose) }

  private static func header(_ report: ComparisonReport, links: [(identifier: String, title: String)]) -> String {
    HTMLMarkup.header(
      title: report.name, kind: "MicroFold comparison report",
      lead: "\(subject(report)), cross-validated: \(report.protocolText); \(report.selectionText).",
      chips: facts(report), cautions: cautions(report), links: links)
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
      \(report.lacksFigures ? "<p>All figures below leave these folds out.</p>" : "")
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
