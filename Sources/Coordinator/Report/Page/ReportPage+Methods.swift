import Core

extension ReportPage {
  /// Methods measured here beside published ones; nothing where the sweep has no other method.
  static func methods(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else { return "" }
    let tables = report.datasets.map { ($0, MethodTable($0)) }
    let details = tables.map { dataset, rows in
      """
      <details><summary>\(html(dataset.name)): all figures</summary>
      <div class="card">\(detailTable(dataset, rows))</div></details>
      """
    }
    return section(
      "methods", "Methods, measured and published",
      """
      Accuracy per cent on the same clips, folds and seeds; under it the 95 % interval, drawing subjects with replacement, \
      and what was <b>published</b> (\(html(PublishedFigures.source)); another protocol, and other data where a † says so). \
      <b>▲</b> and <b>▼</b>: better and worse than \(html(PublishedFigures.method)) here, p &lt; 0.05 by McNemar's exact \
      test, Holm-corrected over the dataset's methods. <b>A fold</b>: mean wall-clock time; features of clips are computed \
      once, in the first fold that needs them.
      """,
      "<div class=\"card\">\(overviewTable(tables))</div>\n" + details.joined(separator: "\n"))
  }

  private static func overviewTable(_ tables: [(dataset: DatasetReport, table: MethodTable)]) -> String {
    let titles = tables.first?.table.rows.map(\.title) ?? []
    let lines = titles.indices.map { place -> (style: String, cells: [String]) in
      let rows = tables.map { $0.table.rows[place] }
      let seconds = rows.compactMap(\.secondsAFold)
      let note = rows.compactMap(\.note).first.map { "<small class=\"wrap\">\(html($0))</small>" } ?? ""
      let time = seconds.isEmpty ? "" : ReportText.duration(seconds.reduce(0, +) / Double(seconds.count))
      let style = rows.contains { $0.metrics != nil } ? (rows.contains { $0.variant == .full } ? "ours" : "") : "absent"
      return (style, [html(titles[place]) + note] + rows.map(overviewCell) + [time])
    }
    let header =
      ["Method"]
      + tables.map { html($0.dataset.name) + ($0.dataset.published?.caution == nil ? "" : " †") } + ["A fold"]
    let hasCaution = tables.contains { $0.dataset.published?.caution != nil }
    let caution = hasCaution ? "<p class=\"quiet note\">† Published on another's data.</p>" : ""
    return table("Accuracy, per cent", header, lines) + caution
  }

  private static func overviewCell(_ row: MethodTable.Row) -> String {
    let published = row.published.map { "published \(ReportText.decimals($0, 1))" }
    guard let metrics = row.metrics else { return published.map { "–\(under($0))" } ?? "–" }
    return "<b>\(ReportText.percent(metrics.accuracy))</b>\(mark(row))"
      + under(row.intervals.map { ReportText.percent($0.accuracy) }) + under(published)
  }

  /// Of one dataset, all figures of what was measured.
  private static func detailTable(_ dataset: DatasetReport, _ methods: MethodTable) -> String {
    let full = methods.rows.last?.metrics
    let lines = methods.rows.filter { $0.metrics != nil }.map { row -> (style: String, cells: [String]) in
      let (metrics, intervals) = (row.metrics, row.intervals)
      let difference = metrics.flatMap { own in full.map { ReportText.points(own.accuracy - $0.accuracy) } }
      let test = row.comparison.map {
        html(ReportText.pValue($0.correctedP)) + under("\($0.test.onlyFirst) : \($0.test.onlySecond)")
      }
      let isFull = row.variant == .full
      let cells = [
        html(row.title),
        ReportText.percent(metrics?.accuracy) + under(intervals.map { ReportText.percent($0.accuracy) }),
        ReportText.percent(metrics?.unweightedF1) + under(intervals.map { ReportText.percent($0.unweightedF1) }),
        ReportText.percent(metrics?.unweightedAverageRecall)
          + under(intervals.map { ReportText.percent($0.unweightedAverageRecall) }),
        isFull ? "" : difference ?? "–", isFull ? "" : test ?? "–",
        row.secondsAFold.map(ReportText.duration) ?? "–", row.published.map { ReportText.decimals($0, 1) } ?? "–",
      ]
      return (style: isFull ? "ours" : "", cells: cells)
    }
    return table(
      "\(html(dataset.name)), per cent; p: under it the clips that only this method and only "
        + "\(html(PublishedFigures.method)) named right",
      ["Method", "Accuracy", "UF1", "UAR", "Δ", "p, Holm", "A fold", "Published"], lines)
  }

  private static func mark(_ row: MethodTable.Row) -> String {
    row.isBetter.map { $0 ? " ▲" : " ▼" } ?? ""
  }

  private static func under(_ text: String?) -> String {
    text.map { "<small class=\"under\">\($0)</small>" } ?? ""
  }
}
