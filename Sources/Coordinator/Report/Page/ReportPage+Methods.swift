import Core

extension ReportPage {
  /// Methods measured here beside published ones; nothing where the sweep has no other method.
  static func methods(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else { return "" }
    let details = report.datasets.map { dataset in
      folded("\(dataset.name): all figures", card(.methods(on: dataset, withTimes: true)))
    }
    return section(
      "methods", "Methods, measured and published",
      "What each method reaches on the clips of this sweep, and what was published.",
      ([card(.methods(report, withTimes: true)), note(Explanations.test(of: "methods"))] + details)
        .joined(separator: "\n"))
  }

  /// Bars of one variant among published methods; nothing where other methods were measured, whose table has them.
  static func published(_ report: ComparisonReport) -> String {
    guard report.methods.isEmpty else { return "" }
    let cards = report.datasets.enumerated().compactMap { index, dataset -> String? in
      guard let variant = dataset.principal, let metrics = variant.metrics else { return nil }
      return figure(
        "\(dataset.name)", tag: dataset.published?.sameData == false ? "other data" : nil,
        BarChart.svg(dataset, variant, metrics, identifier: index), caption: caption(dataset))
    }
    guard !cards.isEmpty else { return "" }
    return section(
      "published", "Beside published figures", Explanations.publishedIsLeaky,
      "<div class=\"grid\">\(cards.joined(separator: "\n"))</div>"
        + folded("The same as a table", card(.comparison(report))))
  }

  private static func caption(_ dataset: DatasetReport) -> Prose {
    guard let match = dataset.published else { return "No published figures for this dataset." }
    let data: Prose =
      match.sameData
      ? "Published on \(match.column.title)."
      : "Hatched: published on the real \(match.column.title), not on these synthetic clips."
    return data + " Dashed line: always naming the most frequent class."
      + (match.sameClasses ? "" : " The paper tells other classes apart.")
  }
}
