import Core

extension ReportPage {
  static func overview(_ report: ComparisonReport) -> String {
    let lines = report.datasets.map { dataset in (style: "", cells: overviewLine(dataset, report)) }
    let header = [
      "Dataset", "Accuracy", "UF1", "UAR", "Leaky", "Majority class", "Published",
    ]
    return section(
      "overview", "Overview",
      """
      Per cent, from the confusion matrix pooled over folds\(report.seeds.count > 1 ? ", averaged over seeds" : ""). \
      <b>UF1</b> is macro F1, <b>UAR</b> mean recall; <b>leaky</b> is the accuracy when each fold's epoch is chosen on \
      its own test clips, which inflates; the mark on the bar is always naming the most frequent class.
      """,
      """
      <div class="card">\(table("What the sweep reached on each dataset", header, lines))\(daggerNote(report))</div>
      """)
  }

  private static func overviewLine(_ dataset: DatasetReport, _ report: ComparisonReport) -> [String] {
    let variant = dataset.principal
    let metrics = variant?.metrics
    var about = "\(ReportText.count(dataset.clips, "clip")), \(dataset.classes.count) classes"
    if report.variants.count > 1, let variant { about += ", \(variant.variant.rawValue)" }
    if let variant, variant.finished < variant.units.count {
      about += ", \(variant.finished)/\(variant.units.count) units"
    }
    let accuracy = metrics.map { "<b>\(ReportText.percent($0.accuracy))</b>\(interval(variant))\(meter($0))" } ?? "–"
    let published = dataset.published.map { match in
      "\(ReportText.decimals(PublishedFigures.best(match.column), 1))\(match.caution == nil ? "" : " †")"
    }
    return ["\(html(dataset.name))<small>\(about)</small>", accuracy]
      + [
        metrics?.unweightedF1, metrics?.unweightedAverageRecall, metrics?.leakyAccuracy, metrics?.majorityAccuracy,
      ].map(ReportText.percent) + [published ?? "–"]
  }

  private static func interval(_ variant: VariantReport?) -> String {
    guard let variant, variant.seeds.count > 1, let half = variant.overSeeds?.accuracy.halfWidth95 else { return "" }
    return " <small>± \(ReportText.percent(half))</small>"
  }

  /// A thin bar of the accuracy with a mark at the majority class.
  private static func meter(_ metrics: Metrics) -> String {
    let mark = 92 * metrics.majorityAccuracy
    return "<svg class=\"meter\" viewBox=\"0 0 92 6\" aria-hidden=\"true\">"
      + Drawing.bar(0, 1, 92, 4, "track", radius: 2) + Drawing.bar(0, 1, 92 * metrics.accuracy, 4, "ours", radius: 2)
      + Drawing.line(mark, 0, mark, 6, "mean") + "</svg>"
  }

  private static func daggerNote(_ report: ComparisonReport) -> String {
    let cautions = report.datasets.compactMap { dataset in
      dataset.published?.caution.map { "\(html(dataset.name)): \(html($0))" }
    }
    guard !cautions.isEmpty else { return "" }
    return "<p class=\"quiet note\">† Another's data. \(cautions.joined(separator: " · ")).</p>"
  }

  static func published(_ report: ComparisonReport) -> String {
    let cards = report.datasets.enumerated().compactMap { place, dataset -> String? in
      guard let variant = dataset.principal, let metrics = variant.metrics else { return nil }
      let tag = dataset.published?.sameData == false ? "<span class=\"tag\">another's data</span>" : ""
      return """
        <figure class="card"><h3>\(html(dataset.name))\(tag)</h3>
        \(BarChart.svg(dataset, variant, metrics, identifier: place))
        <figcaption>\(publishedCaption(dataset))</figcaption></figure>
        """
    }
    guard !cards.isEmpty else { return "" }
    return section(
      "published", "Beside published figures",
      """
      Accuracy in per cent. Published figures are five-fold accuracies as printed in \(html(PublishedFigures.source)). \
      The authors' public code keeps the epoch that is best on the test fold, so that <i>leaky</i> is what to compare \
      with theirs. Dashed: always naming the most frequent class.
      """, "<div class=\"grid\">\(cards.joined(separator: "\n"))</div>")
  }

  private static func publishedCaption(_ dataset: DatasetReport) -> String {
    guard let match = dataset.published else { return "No published figures for this dataset." }
    let column = html(match.column.title)
    var text =
      match.sameData
      ? "Published on \(column)." : "Hatched: published on the real \(column), not on these synthetic clips."
    if !match.sameClasses { text += " The paper tells other classes apart." }
    return text
  }
}
