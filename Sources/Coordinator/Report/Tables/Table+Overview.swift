import Core

extension Table {
  /// What stands in a row: a dataset, and the variant that stands for it or for one arm on it.
  private typealias Standing = (dataset: DatasetReport, variant: VariantReport?)

  /// A row for each dataset of a sweep of one method: its figures, against the most frequent class and the paper.
  static func overview(_ report: ComparisonReport) -> Table {
    Table(
      "overview", "Results in per cent, pooled over folds, with 95 % intervals", of: report.principals,
      [
        Column("Dataset", .left) { Cell.name($0.dataset.name).under(about($0.dataset, $0.variant, in: report)) },
        .figure(.accuracy, withMeter: true, of: \.variant),
        Column("Majority class") { majority($0.variant) },
        Column("Published") { published($0.dataset, $0.variant) },
      ] + Figure.main.dropFirst().map { .figure($0, of: \.variant) } + [.figure(.leakyAccuracy, of: \.variant)],
      notes: [
        Explanations.figures, Explanations.seeds(report), Explanations.intervals, Explanations.majority,
        Explanations.leaky(report), Explanations.published, Explanations.pointsAbove, Explanations.otherData(report),
      ].compactMap { $0 })
  }

  /// As papers print it: published methods, then what was measured here; a column for each dataset.
  static func comparison(_ report: ComparisonReport) -> Table {
    func row(_ title: Prose, _ cell: (DatasetReport) -> Cell) -> Row {
      Row(cells: [.text(title)] + report.datasets.map(cell))
    }
    func title(_ text: Prose) -> Row { Row(cells: [.text(text)], kind: .title) }
    let published = PublishedFigures.methods.enumerated().map { index, method in
      row("\(method)") { .perCent($0.published.map { PublishedFigures.figures($0.column)[index].accuracy }) }
    }
    let hasPublished = report.datasets.contains { $0.published != nil }
    let measured = report.configuration.armNames.flatMap { arm in
      [title("Measured here\(arm.map { ", arm \($0)" } ?? "")")]
        + Figure.main.flatMap { figure in
          [
            row("\(figure.title)") { .share(standing(for: $0, arm)?.metrics?[figure]) },
            row("\u{2003}95 % interval") {
              Cell(standing(for: $0, arm)?.intervals?[figure].map(Cell.Value.interval) ?? .unknown)
            },
          ]
        } + [
          row("Leaky accuracy") { .share(standing(for: $0, arm)?.metrics?.leakyAccuracy) },
          row("Majority class") { .share(standing(for: $0, arm)?.metrics?.majorityAccuracy) },
        ]
    }
    return Table(
      name: "comparison",
      caption: """
        Cross-validation of \(report.name), per cent: \(report.protocolText), \(report.selectionText)
        """,
      headings: [Heading(title: "Method", alignment: .left)]
        + report.datasets.map { Heading(title: heading($0), alignment: .right) },
      rows: (hasPublished ? [title("Published, accuracy")] + published : []) + measured,
      notes: [
        principals(report), Explanations.figures, Explanations.seeds(report), Explanations.intervals,
        Explanations.leaky(report), Explanations.publishedMethods, Explanations.otherData(report),
      ].compactMap { $0 })
  }

  /// The dataset's name, with a † where published figures are of other data.
  static func heading(_ dataset: DatasetReport) -> Prose {
    dataset.published?.caution == nil ? "\(dataset.name)" : "\(dataset.name)\(superscript: "†")"
  }

  /// The paper's network, or the best method where it was not measured.
  private static func standing(for dataset: DatasetReport, _ arm: String?) -> VariantReport? {
    dataset.network(of: arm) ?? dataset.principal(of: arm)
  }

  /// Which variant the measured rows are of, where there are several.
  private static func principals(_ report: ComparisonReport) -> Prose? {
    guard report.compared > 1 else { return nil }
    let all = report.datasets.flatMap { dataset in
      report.configuration.armNames.map { (dataset, standing(for: dataset, $0)) }
    }
    let variants = Set(all.compactMap { $0.1?.variant })
    if let variant = variants.first, variants.count == 1 { return "Measured: \(emphasis: variant.rawValue)." }
    let names = all.compactMap { dataset, variant in
      variant.map { "\(dataset.name) \(emphasis: $0.name)" as Prose }
    }
    return "Measured: " + names.joined(separator: ", ") + "."
  }
}

extension Column {
  /// A figure of a variant, with its interval where it has one.
  static func figure(
    _ figure: Figure, withMeter: Bool = false, isStrong: Bool = false, of variant: @escaping (Subject) -> VariantReport?
  ) -> Column {
    Column("\(figure.title)") { subject in
      let (metrics, interval) = (variant(subject)?.metrics, variant(subject)?.intervals?[figure])
      var cell = Cell.share(metrics?[figure]).under(interval.map(Cell.Value.interval))
      if isStrong { cell = cell.strong() }
      if withMeter, let metrics, let share = metrics[figure] {
        cell.meter = Cell.Meter(share: share, interval: interval, reference: metrics.majorityAccuracy)
        cell.isStrong = true
      }
      return cell
    }
  }
}
