import Core

extension ComparisonReport {
  /// The results, one line per dataset and variant, for the terminal.
  var summaryLines: [String] {
    datasets.flatMap { dataset in
      dataset.variants.map { variant in
        guard let metrics = variant.metrics else { return "\(dataset.name) \(variant.name): no result" }
        let figures = Figure.main.enumerated().map { index, figure in
          "\(index == 0 ? figure.title.lowercased() : figure.title) \(ReportText.percent(metrics[figure])) %"
        }
        return "\(dataset.name) \(variant.name): \(figures.joined(separator: ", ")) "
          + "(majority class \(ReportText.percent(metrics.majorityAccuracy)) %)"
      }
    }
  }
}
