import Core

extension Table {
  /// What stands in a row: a dataset, and the variant that stands for it or for one arm on it.
  private typealias Standing = (dataset: DatasetReport, variant: VariantReport?)

  /// A row for each dataset and arm: the variant that stands for it, against the most frequent class and the paper.
  static func overview(_ report: ComparisonReport) -> Table {
    Table(
      "overview", "Results in per cent, pooled over folds, with 95 % intervals", of: report.principals,
      [
        Column("Dataset", .left) { Cell.name($0.dataset.name).under(about($0, report)) },
        .figure(.accuracy, withMeter: true, of: \.variant),
        Column("Majority class") { row in
          let metrics = row.variant?.metrics
          return Cell.share(metrics?.majorityAccuracy)
            .under(metrics.map { Cell.Value.points($0.accuracy - $0.majorityAccuracy) })
        },
        Column("Published") { publishedBest($0) },
      ] + Figure.main.dropFirst().map { .figure($0, of: \.variant) } + [.figure(.leakyAccuracy, of: \.variant)],
      notes: [
        Explanations.figures, Explanations.seeds(report), Explanations.intervals, Explanations.majority,
        Explanations.leaky, Explanations.published, Explanations.pointsAbove, Explanations.otherData(report),
      ].compactMap { $0 })
  }

  private static func about(_ row: Standing, _ report: ComparisonReport) -> Prose {
    let dataset = row.dataset
    var about = [ReportText.count(dataset.clips, "clip")]
    if let subjects = dataset.subjects { about.append(ReportText.count(subjects, "subject")) }
    about.append("\(dataset.classes.count) classes")
    if report.compared > 1, let variant = row.variant { about.append(variant.name) }
    if let variant = row.variant, variant.finished < variant.units.count {
      about.append("\(variant.finished)/\(variant.units.count) units")
    }
    return "\(about.joined(separator: ", "))"
  }

  private static func publishedBest(_ row: Standing) -> Cell {
    guard let match = row.dataset.published else { return .unknown }
    let best = PublishedFigures.best(match.column)
    guard match.caution == nil else { return Cell.perCent(best).marked("†") }
    return Cell.perCent(best)
      .under(row.variant?.metrics.map { Cell.Value.points($0.accuracy - best / 100) })
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
            row("\(figure.title)") { .share($0.principal(of: arm)?.metrics?[figure]) },
            row("\u{2003}95 % interval") {
              Cell($0.principal(of: arm)?.intervals?[figure].map(Cell.Value.interval) ?? .unknown)
            },
          ]
        } + [
          row("Leaky accuracy") { .share($0.principal(of: arm)?.metrics?.leakyAccuracy) },
          row("Majority class") { .share($0.principal(of: arm)?.metrics?.majorityAccuracy) },
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
        Explanations.leaky, Explanations.publishedMethods, Explanations.otherData(report),
      ].compactMap { $0 })
  }

  /// The dataset's name, with a † where published figures are of other data.
  static func heading(_ dataset: DatasetReport) -> Prose {
    dataset.published?.caution == nil ? "\(dataset.name)" : "\(dataset.name)\(superscript: "†")"
  }

  /// Which variant the measured rows are of, where there are several.
  private static func principals(_ report: ComparisonReport) -> Prose? {
    guard report.compared > 1 else { return nil }
    let variants = Set(report.principals.compactMap(\.variant?.variant))
    if let variant = variants.first, variants.count == 1 { return "Measured: \(emphasis: variant.rawValue)." }
    let names = report.principals.compactMap { dataset, variant in
      variant.map { "\(dataset.name) \(emphasis: $0.name)" as Prose }
    }
    return "Measured: " + names.joined(separator: ", ") + "."
  }
}

extension Column {
  /// A figure of a variant, with its interval where it has one.
  static func figure(
    _ figure: Figure, withMeter: Bool = false, of variant: @escaping (Subject) -> VariantReport?
  ) -> Column {
    Column("\(figure.title)") { subject in
      let (metrics, interval) = (variant(subject)?.metrics, variant(subject)?.intervals?[figure])
      var cell = Cell.share(metrics?[figure]).under(interval.map(Cell.Value.interval))
      if withMeter, let metrics, let share = metrics[figure] {
        cell.meter = Cell.Meter(share: share, interval: interval, reference: metrics.majorityAccuracy)
        cell.isStrong = true
      }
      return cell
    }
  }
}
