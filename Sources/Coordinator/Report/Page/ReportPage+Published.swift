import Core

extension ReportPage {
  /// Bars of the paper's network among published methods, for each dataset.
  static func published(_ report: ComparisonReport) -> String {
    let names = report.configuration.datasets.map(\.name)
    let cards = report.datasets.enumerated().compactMap { position, dataset -> String? in
      // Datasets of other protocols are on the same page.
      let index = names.firstIndex(of: dataset.name) ?? position
      let own = report.configuration.armNames.compactMap { dataset.network(of: $0) }
      guard own.contains(where: { $0.metrics != nil }) else { return nil }
      return figure(
        "\(dataset.name)", tag: dataset.published?.caution == nil ? nil : "other data",
        BarChart.svg(dataset, own, identifier: index), caption: caption(dataset))
    }
    guard !cards.isEmpty else { return "" }
    return section(
      Section.published(report)?.within(report),
      charts: "<div class=\"grid\">\(cards.joined(separator: "\n"))</div>")
  }

  private static func caption(_ dataset: DatasetReport) -> Prose {
    guard let match = dataset.published else { return "No published figures for this dataset." }
    let data: Prose =
      match.caution.map {
        "Hatched: published on \(match.column.title); measured here on other data: \($0)."
      } ?? "Published on \(match.column.title)."
    return data + " Dashed line: always predicting the most frequent class."
  }
}
