import Core

/// report.md: the sentences and tables of the report, without its pictures and without times.
enum ReportMarkdown {
  ///
  /// - Parameter traces: training histories come from them.
  static func text(_ report: ComparisonReport, _ traces: RunTraces = RunTraces()) -> String {
    let results = report.byProtocol.flatMap { own -> [Section?] in
      let sections: [Section?] = [
        .arms(own), .methods(own), .published(own), .parts(own), .crossing(own), .datasets(own),
        .errors(own, traces.epochs), .ablation(own),
      ]
      return [.protocolGroup(own)] + sections.map { $0?.within(own) }
    }
    let sections = results + [.decoupling(report), .pretraining(report), .finals(report)]
    let parts =
      head(report) + missing(report) + section(.overview(report)) + trust(report)
      + sections.compactMap { $0 }.flatMap(section) + again(report)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func prose(_ prose: Prose) -> String { MarkdownMarkup.prose(prose) }
  private static func list(_ items: [Prose]) -> String { items.map { "- \(prose($0))" }.joined(separator: "\n") }

  static func section(_ section: Section) -> [String] {
    ["## \(prose(section.title))", prose(section.lead)] + section.tables.map(MarkdownMarkup.table)
      + (section.note.map { [prose($0)] } ?? []) + section.details.map(MarkdownMarkup.table)
  }

  private static func head(_ report: ComparisonReport) -> [String] {
    let seeds = report.seeds.map { "\($0)" }.joined(separator: ", ")
    let text: Prose = """
      Cross-validation of \(ReportText.count(report.datasets.count, "dataset")): \(report.protocolText); \
      \(report.selectionText). \(report.seeds.count == 1 ? "Seed" : "Seeds") \(seeds). \
      MicroFold \(report.programVersion), configuration \(code: report.configurationDigest).
      """
    return ["# \(prose("\(report.name)"))", prose(text)]
  }

  /// What is missing, before any figure.
  private static func missing(_ report: ComparisonReport) -> [String] {
    guard !report.holes.isEmpty else { return [] }
    let said = [report.unfinishedText, report.failedText].compactMap { $0 }.map { "\(strong: $0)" as Prose }
    let failed = report.failed.map { "\($0.unit.description) failed: \($0.reason)" as Prose }
    let waiting = report.waiting.map { "not finished: \($0.text(withSeed: report.seeds.count > 1))" as Prose }
    let lacks: Prose = report.lacksFigures ? " The figures below leave those folds out." : ""
    return [prose(said.joined(separator: " ") + lacks), list(failed + waiting)]
  }

  private static func trust(_ report: ComparisonReport) -> [String] {
    ["### \(prose(TrustCheck.title))", list(TrustCheck.all(report).map { "\($0.sign) \($0.text)" })]
  }

  private static func again(_ report: ComparisonReport) -> [String] {
    [
      "## \(prose(SweepTerm.title))", "    microfold sweep --config report/sweep.json --output again",
      list(SweepTerm.all(report).map { "\($0.name): \($0.text)" }),
    ]
  }
}
