import Core

/// report.tex: the tables that a paper prints, to be read in by `\input`; they need `booktabs`.
enum ReportTeX {
  static func text(_ report: ComparisonReport) -> String {
    let head: [Prose] = [
      "\(report.name). MicroFold \(report.programVersion), configuration \(report.configurationDigest)."
    ]
    let missing = [report.unfinishedText, report.failedText].compactMap { $0 }.map { Prose($0) }
    let usage = "% \\usepackage{booktabs} in the preamble, then \\input{report.tex}."
    let comments = (head + missing).map { "% \(TeXMarkup.prose($0))" } + [usage]
    let tables: [String?] = [
      TeXMarkup.table(.comparison(report)),
      report.methods.isEmpty
        ? "% One method: no comparison of methods." : TeXMarkup.table(.methods(report)),
      report.variants.count > 1 ? TeXMarkup.table(.ablation(report)) : "% One variant: no ablation.",
      Table.probes(report).map(TeXMarkup.table) ?? "% No variant was probed: no table of identity probes.",
      Table.decoupling(report).map(TeXMarkup.table),
    ]
    let parts = [Section.parts(report), .crossing(report)].compactMap { $0 }.flatMap(\.tables).map(TeXMarkup.table)
    let pretraining = (Section.pretraining(report)?.tables ?? []).map(TeXMarkup.table)
    let arms = report.configuration.referenceArm.map { [TeXMarkup.table(.arms(report, $0))] } ?? []
    return ([comments.joined(separator: "\n")] + arms + tables.compactMap { $0 } + parts + pretraining).joined(
      separator: "\n\n") + "\n"
  }
}
