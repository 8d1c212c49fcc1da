import Core

/// report.md of a comparison: the sentences and tables of its page.
enum CompareMarkdown {
  static func text(_ comparison: RunComparison) -> String {
    let title: Prose = "\(comparison.runs.map(\.name).joined(separator: ", "))"
    let missing =
      comparison.unfinished.isEmpty
      ? []
      : ["\(prose("\(strong: "Not all runs are finished.") Only what finished in both is compared."))"]
        + [list(comparison.unfinished)]
    let overview = ["## \(prose(RunComparison.title))", list(comparison.answer)]
    let checks = ["### \(prose(TrustCheck.title))", list(comparison.checks.map { "\($0.sign) \($0.text)" })]
    let parts = ["# \(prose(title))"] + missing + overview + checks
    return (parts + comparison.sections.flatMap(ReportMarkdown.section)).joined(separator: "\n\n") + "\n"
  }

  private static func prose(_ prose: Prose) -> String { MarkdownMarkup.prose(prose) }
  private static func list(_ items: [Prose]) -> String { items.map { "- \(prose($0))" }.joined(separator: "\n") }
}
