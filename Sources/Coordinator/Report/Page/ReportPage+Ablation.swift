import Core

extension ReportPage {
  static func hasAblation(_ report: ComparisonReport) -> Bool { report.variants.count > 1 }

  static func ablation(_ report: ComparisonReport) -> String {
    guard hasAblation(report) else { return "" }
    return section(
      "ablation", "Ablation",
      """
      What each part of the method adds. <b>DAO</b>: diverse attention; <b>div</b>: its divergence loss; <b>MI</b>: \
      IDNet and the mutual information term. <b>p</b>: McNemar's exact test against <i>full</i> on the same clips, \
      Holm-corrected over the dataset's comparisons; in brackets the clips that only this variant and only <i>full</i> \
      named right.
      """,
      report.datasets.map { "<div class=\"card\">\(ablationTable($0))</div>" }.joined(separator: "\n"))
  }

  private static func ablationTable(_ dataset: DatasetReport) -> String {
    let isSDU = dataset.published?.column == .sdu
    let full = dataset.variants.first { $0.variant == .full }?.metrics
    let dagger = dataset.published?.caution == nil ? "" : " †"
    let lines = dataset.variants.filter(\.variant.isDualBranch).map { variant -> (style: String, cells: [String]) in
      let parts = variant.variant
      let marks = [parts.attention, parts.divergence, parts.mutualInformation].map { $0 ? "●" : "<small>–</small>" }
      let metrics = variant.metrics
      let difference = metrics.flatMap { own in full.map { ReportText.points(own.accuracy - $0.accuracy) } }
      let isFull = variant.variant == .full
      let figures = [metrics?.accuracy, metrics?.unweightedF1, metrics?.unweightedAverageRecall].map(ReportText.percent)
      let cells =
        [variant.variant.rawValue] + marks + figures
        + (isFull ? ["", ""] : [difference ?? "–", test(variant, dataset)])
        + (isSDU ? [PublishedFigures.ablation(variant.variant).map { ReportText.decimals($0, 1) } ?? "–"] : [])
      return (style: isFull ? "ours" : "", cells: cells)
    }
    let header =
      ["Variant", "DAO", "div", "MI", "Accuracy", "UF1", "UAR", "Δ full", "p, Holm"]
      + (isSDU ? ["Published\(dagger)"] : [])
    let note =
      isSDU && !dagger.isEmpty
      ? "<p class=\"quiet note\">† Another's data: \(html(PublishedFigures.ablationSource)), on the real SDU.</p>"
      : ""
    return table("Ablation on \(html(dataset.name)), per cent", header, lines) + note
  }

  private static func test(_ variant: VariantReport, _ dataset: DatasetReport) -> String {
    guard let comparison = dataset.comparisons.first(where: { $0.variant == variant.variant }) else { return "–" }
    return html(ReportText.pValue(comparison.correctedP))
      + " <small>(\(comparison.test.onlyFirst) : \(comparison.test.onlySecond))</small>"
  }
}
