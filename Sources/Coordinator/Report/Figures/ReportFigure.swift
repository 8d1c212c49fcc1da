import Core
import Worker

/// A figure of the report for a paper: a file in `report/figures/`.
struct ReportFigure: Equatable, Sendable {
  /// The file's name without its ending; it begins with one of `kinds`.
  var name: String
  var drawing: StandaloneDrawing

  /// What there are figures of.
  static let kinds = ["confusion", "comparison", "curves", "attention", "decoupling"]

  /// All figures that the results give, in the order of the page.
  ///
  /// - Parameter traces: curves come from them, and the faces behind attention maps.
  static func all(_ report: ComparisonReport, _ traces: RunTraces) -> [ReportFigure] {
    let datasets = report.datasets
    let figures =
      datasets.flatMap(confusion) + datasets.enumerated().compactMap { comparison($1, identifier: $0) }
      + datasets.flatMap { curves($0, traces) } + datasets.flatMap { attention($0, traces.faces[$0.name]) }
      + datasets.flatMap(decoupling)
    return unique(figures)
  }

  /// nil where there is no chart.
  private init?(
    _ kind: String, _ dataset: DatasetReport, _ variant: VariantReport?, _ chart: String?,
    _ legend: DrawingLegend = .none
  ) {
    guard let chart, let drawing = StandaloneDrawing(chart, legend: legend) else { return nil }
    let parts = [kind, dataset.name] + [variant?.variant.rawValue, variant?.arm].compactMap { $0 }
    (name, self.drawing) = (parts.joined(separator: "-"), drawing)
  }

  private static func confusion(_ dataset: DatasetReport) -> [ReportFigure] {
    dataset.variants.filter { $0.metrics != nil }.compactMap { variant in
      ReportFigure(
        "confusion", dataset, variant,
        HeatMap.svg(variant.matrix, classes: dataset.classes, title: title(dataset, variant)))
    }
  }

  private static func comparison(_ dataset: DatasetReport, identifier: Int) -> ReportFigure? {
    guard dataset.variants.contains(where: { $0.metrics != nil }) else { return nil }
    return ReportFigure(
      "comparison", dataset, nil, BarChart.svg(dataset, dataset.variants, identifier: identifier), .comparison(dataset))
  }

  private static func curves(_ dataset: DatasetReport, _ traces: RunTraces) -> [ReportFigure] {
    dataset.variants.compactMap { variant in
      let units = variant.units.compactMap { traces.epochs[$0.unit] }
      let hasValidation = units.joined().contains { $0.validationAccuracy != nil }
      return ReportFigure(
        "curves", dataset, variant, CurvesChart.svg(units, title: title(dataset, variant)), .curves(hasValidation))
    }
  }

  private static func attention(_ dataset: DatasetReport, _ face: MeanFace?) -> [ReportFigure] {
    dataset.variants.compactMap { variant in
      let chart = variant.attentionMaps.flatMap {
        AttentionFigure.svg($0, face: face, title: title(dataset, variant))
      }
      return ReportFigure("attention", dataset, variant, chart)
    }
  }

  /// The probes of all variants of a dataset in one chart, and the mutual information of each.
  private static func decoupling(_ dataset: DatasetReport) -> [ReportFigure] {
    let information = dataset.variants.map { variant in
      ReportFigure(
        "decoupling-information", dataset, variant,
        InformationChart.svg(variant.decoupling.epochs, title: title(dataset, variant)), .information)
    }
    let probes = ReportFigure("decoupling-probes", dataset, nil, ProbeChart.svg(dataset), .probes)
    return ([probes] + information).compactMap { $0 }
  }

  private static func title(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    "\(dataset.name), \(variant.name)"
  }

  private static func unique(_ figures: [ReportFigure]) -> [ReportFigure] {
    zip(figures, unique(figures.map(\.name))).map { figure, name in
      var own = figure
      own.name = name
      return own
    }
  }

  /// Names of datasets and arms may have hyphens, so that two files could get one name; the later gets a number.
  static func unique(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { name in
      var (own, number) = (name, 1)
      while !taken.insert(own).inserted {
        number += 1
        own = "\(name)-\(number)"
      }
      return own
    }
  }
}
