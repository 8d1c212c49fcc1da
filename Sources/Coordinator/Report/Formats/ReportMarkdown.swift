import Core

/// report.md: the tables and sentences of the report, without its pictures and without times.
enum ReportMarkdown {
  static func text(_ report: ComparisonReport) -> String {
    ([head(report), missing(report), overview(report), published(report)] + report.datasets.map(dataset)
      + [ablation(report), decoupling(report), again(report)])
      .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func prose(_ prose: Prose) -> String { MarkdownMarkup.prose(prose) }
  private static func table(_ table: Table) -> String { MarkdownMarkup.table(table) }

  private static func section(_ title: Prose, _ parts: [String]) -> String {
    (["## \(prose(title))"] + parts).joined(separator: "\n\n")
  }

  private static func list(_ items: [Prose]) -> String { items.map { "- \(prose($0))" }.joined(separator: "\n") }

  private static func head(_ report: ComparisonReport) -> String {
    let seeds = report.seeds.map { "\($0)" }.joined(separator: ", ")
    return """
      # \(prose("\(report.name)"))

      \(prose("""
        Cross-validation of \(ReportText.count(report.datasets.count, "dataset")): \(report.protocolText); \
        \(report.selectionText). \(report.seeds.count == 1 ? "Seed" : "Seeds") \(seeds). \
        MicroFold \(report.programVersion), configuration \(code: report.configurationDigest).
        """))
      """
  }

  /// What is missing, before any figure.
  private static func missing(_ report: ComparisonReport) -> String {
    guard !report.holes.isEmpty else { return "" }
    let said = [report.unfinishedText, report.failedText].compactMap { $0 }.map { "\(strong: $0)" as Prose }
    return prose(said.joined(separator: " ") + " The figures below leave those folds out.") + "\n\n"
      + list(
        report.failed.map { "\($0.unit.description) failed: \($0.reason)" }
          + report.waiting.map { "not finished: \($0.text(withSeed: report.seeds.count > 1))" })
  }

  private static func overview(_ report: ComparisonReport) -> String {
    let checks = TrustCheck.all(report).map { "\($0.sign) \($0.text)" as Prose }
    return section(
      "Overview", [prose(report.answer), table(.overview(report)), "### Can it be trusted?", list(checks)])
  }

  private static func published(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else {
      return section("Beside published figures", [prose(Explanations.publishedIsLeaky), table(.comparison(report))])
    }
    let details = report.datasets.map { table(.methods(on: $0)) }
    return section(
      "Methods, measured and published", [table(.methods(report)), prose(Explanations.test(of: "methods"))] + details)
  }

  private static func dataset(_ dataset: DatasetReport) -> String {
    guard let variant = dataset.principal, variant.metrics != nil else {
      return section("\(dataset.name)", ["No unit has finished."])
    }
    return section(
      "\(dataset.name)",
      [table(.confusion(dataset, variant)), table(.classes(dataset, variant)), table(.folds(dataset, variant))])
  }

  private static func ablation(_ report: ComparisonReport) -> String {
    guard report.variants.count > 1 else { return "" }
    return section(
      "Ablation",
      [table(.ablation(report)), prose(Explanations.test(of: "variants"))]
        + report.datasets.map { table(.ablation(on: $0)) })
  }

  private static func decoupling(_ report: ComparisonReport) -> String {
    let tables = [Table.decoupling(report), .differences(report)].compactMap { $0 }.map(table)
    return tables.isEmpty ? "" : section("Decoupling", tables)
  }

  private static func again(_ report: ComparisonReport) -> String {
    section(
      "How to make this again",
      [
        "    microfold sweep --config report/sweep.json --output again",
        list(SweepTerm.all(report).map { "\($0.name): \($0.text)" }),
      ])
  }
}
