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
    let lines = dataset.variants.map { variant -> (style: String, cells: [String]) in
      let parts = variant.variant
      let marks = [parts.attention, parts.divergence, parts.mutualInformation].map { $0 ? "●" : "<small>–</small>" }
      let metrics = variant.metrics
      let difference = metrics.flatMap { own in full.map { ReportText.points(own.accuracy - $0.accuracy) } }
      let isFull = variant.variant == .full
      let figures = [metrics?.accuracy, metrics?.unweightedF1, metrics?.unweightedAverageRecall].map(ReportText.percent)
      let cells =
        [variant.variant.rawValue] + marks + figures
        + (isFull ? ["", ""] : [difference ?? "–", test(variant, dataset)])
        + (isSDU ? [ReportText.decimals(PublishedFigures.ablation(variant.variant), 1)] : [])
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

  /// How long it took, on how many ranks: only here, never in report.json.
  static func timing(_ report: ComparisonReport, _ timeline: Timeline) -> String {
    let results = report.units.compactMap(\.result)
    guard !results.isEmpty else { return "" }
    let lines = report.datasets.flatMap { dataset in
      dataset.variants.compactMap { variant -> (style: String, cells: [String])? in
        let results = variant.units.compactMap(\.result)
        guard !results.isEmpty else { return nil }
        let total = results.reduce(0) { $0 + $1.seconds }
        return (
          style: "",
          cells: [
            html(dataset.name), variant.variant.rawValue, "\(results.count)",
            ReportText.duration(total / Double(results.count)),
            ReportText.duration(results.map(\.seconds).max() ?? 0), ReportText.duration(total),
            Set(results.map(\.ranks)).sorted().map { "\($0)" }.joined(separator: ", "),
          ]
        )
      }
    }
    let total = ReportText.duration(results.reduce(0) { $0 + $1.seconds })
    return section(
      "timing", "Timing",
      "\(total) of training in all, added up over units; units ran side by side where there was more than one group.",
      """
      <div class="card">\(table(
        "Wall-clock time of the units",
        ["Dataset", "Variant", "Units", "A unit", "Longest", "Total", "Ranks a unit"], lines))</div>
      \(whoTrainedWhat(timeline))
      """)
  }

  private static func whoTrainedWhat(_ timeline: Timeline) -> String {
    guard let chart = TimelineChart.svg(timeline.withoutPauses(longerThan: 60)) else { return "" }
    return """
      <figure class="card"><h3>Who trained what</h3>
      \(chart)
      <figcaption>A line a rank. Blue: finished; grey: paused or lost, and gone on with later; outlined: failed. \
      Times between two runs of the sweep are shortened to a minute.</figcaption></figure>
      """
  }

  static func notes(_ report: ComparisonReport) -> String {
    let seeds = report.seeds.map { "\($0)" }.joined(separator: ", ")
    var terms = [
      ("Program", "MicroFold \(html(report.programVersion))"),
      ("Configuration", "<code>\(html(report.configurationDigest))</code>"),
      ("Folds", html(report.protocolText)), ("Selection", html(report.selectionText)), ("Seeds", seeds),
    ]
    terms += report.datasets.compactMap { dataset in
      dataset.splitDigest.map { ("Split of \(html(dataset.name))", "<code>\(html($0))</code>") }
    }
    terms.append(("Published figures", "\(html(PublishedFigures.source)); ablation: Table 5 there."))
    return section(
      "notes", "Notes", "What is needed to make these figures again.",
      "<div class=\"card\"><dl>\(terms.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined(separator: "\n"))</dl></div>")
  }
}
