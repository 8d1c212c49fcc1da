import Core

extension ReportPage {
  /// Bars of one variant among published methods; nothing where other methods were measured, whose table has them.
  static func published(_ report: ComparisonReport) -> String {
    guard report.methods.isEmpty else { return "" }
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
