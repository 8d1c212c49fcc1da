import Core

extension ReportPage {
  /// Methods measured here beside published ones; nothing where the sweep has no other method.
  static func methods(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else { return "" }
    return section(
      "methods", "Methods",
      """
      Measured on the same clips, folds and seeds, per cent; in brackets 95 % intervals, drawing subjects with \
      replacement. <b>p</b>: McNemar's exact test against <i>full</i> on the same clips, Holm-corrected over the \
      dataset's other methods; in brackets the clips that only this method and only <i>full</i> named right. \
      <b>A fold</b>: mean wall-clock time; features of clips are computed once, in the first fold that needs them. \
      <b>Published</b>: \(html(PublishedFigures.source)).
      """,
      report.datasets.map { "<div class=\"card\">\(methodTable($0))</div>" }.joined(separator: "\n"))
  }

  private static func methodTable(_ dataset: DatasetReport) -> String {
    let dagger = dataset.published?.caution == nil ? "" : " †"
    let lines = MethodTable(dataset).rows.map { row -> (style: String, cells: [String]) in
      let metrics = row.metrics, intervals = row.intervals
      func within(_ share: Double?, _ range: ClosedRange<Double>?) -> String {
        ReportText.percent(share) + (range.map { " <small>(\(ReportText.percent($0)))</small>" } ?? "")
      }
      let p = row.comparison.map {
        html(ReportText.pValue($0.correctedP)) + " <small>(\($0.test.onlyFirst) : \($0.test.onlySecond))</small>"
      }
      let reason = row.reason.map { "<br><small>\(html($0))</small>" } ?? ""
      let cells = [
        html(row.title) + reason, within(metrics?.accuracy, intervals?.accuracy),
        within(metrics?.unweightedF1, intervals?.unweightedF1),
        within(metrics?.unweightedAverageRecall, intervals?.unweightedAverageRecall), p ?? "–",
        row.secondsAFold.map(ReportText.duration) ?? "–", row.published.map { ReportText.decimals($0, 1) } ?? "–",
      ]
      return (style: row.variant == .full ? "ours" : "", cells: cells)
    }
    let note = dataset.published?.caution.map { "<p class=\"quiet note\">† Another's data: \(html($0)).</p>" } ?? ""
    return table(
      "Methods on \(html(dataset.name)), per cent",
      ["Method", "Accuracy", "UF1", "UAR", "p, Holm", "A fold", "Published\(dagger)"], lines) + note
  }
}
