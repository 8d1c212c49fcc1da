import Core

extension Table {
  /// A row for each dataset: the best method and how sure that is, beside the paper's method, what it published, and
  /// the majority class.
  static func best(_ report: ComparisonReport) -> Table {
    let network = Column<DatasetReport>("Paper's method") { dataset in
      let own = dataset.network(of: dataset.best?.report.arm)
      let interval = own?.intervals?[.accuracy].map(Cell.Value.interval)
      return own?.isFull == true && own?.arm == nil
        ? Cell.share(own?.metrics?.accuracy).under(interval)
        : Cell.share(own?.metrics?.accuracy).under(own.map { "\(emphasis: $0.name)" }).under(interval)
    }
    return Table(
      "best", "The best method for each dataset: per cent, pooled over folds, with 95 % intervals",
      of: report.datasets,
      [
        Column("Dataset", .left) { dataset in
          Cell.name(dataset.name).under(about(dataset, dataset.best?.report, in: report))
        },
        Column("Best method", .left) { dataset in
          guard let best = dataset.best else { return .unknown }
          return Cell.name(best.report.name).strong().under(sureness(best))
            .under(best.equals.isEmpty ? nil : "as good: \(best.equals.map(\.name).joined(separator: ", "))")
        },
        .figure(.accuracy, isStrong: true) { $0.best?.report },
        Column("Against") { dataset in
          guard let rival = dataset.best?.rival else { return .unknown }
          return Cell.points(rival.difference).marked(rival.isBeaten ? "▲" : nil)
            .under("\(emphasis: rival.recogniser.name), p \(ReportText.equation(rival.pValue))")
        },
      ] + Figure.main.dropFirst().map { .figure($0) { $0.best?.report } }
        + (report.variants.isEmpty ? [] : [network]) + [
          Column("Published") { published($0, $0.network(of: $0.best?.report.arm)) },
          Column("Majority class") { majority($0.best?.report) },
        ],
      notes: [
        Explanations.best(report), Explanations.figures, Explanations.seeds(report), Explanations.intervals,
        Explanations.majority, Explanations.published, Explanations.pointsAbove, Explanations.otherData(report),
      ].compactMap { $0 })
  }

  /// In how many draws of subjects it is the best.
  private static func sureness(_ best: BestMethod) -> Prose? {
    best.share.map { "best in \(ReportText.decimals(100 * $0, 0)) % of draws" }
  }

  /// How much there is of a dataset, of how many units, and its protocol where datasets differ in it.
  static func about(_ dataset: DatasetReport, _ variant: VariantReport?, in report: ComparisonReport) -> Prose {
    var about = [ReportText.count(dataset.clips, "clip")]
    if let subjects = dataset.subjects { about.append(ReportText.count(subjects, "subject")) }
    about.append("\(dataset.classes.count) classes")
    if let variant, variant.finished < variant.units.count {
      about.append("\(variant.finished)/\(variant.units.count) units")
    }
    if report.splittings.count > 1 { about.append(dataset.splitting.by.protocolText) }
    return "\(about.joined(separator: ", "))"
  }

  /// Always predicting the most frequent class, and how many points the accuracy is above it.
  static func majority(_ variant: VariantReport?) -> Cell {
    let metrics = variant?.metrics
    return Cell.share(metrics?.majorityAccuracy)
      .under(metrics.map { Cell.Value.points($0.accuracy - $0.majorityAccuracy) })
  }

  /// The paper's own accuracy; how many points the measured one is above it only where it is of the same data.
  static func published(_ dataset: DatasetReport, _ variant: VariantReport?) -> Cell {
    guard let match = dataset.published else { return .unknown }
    let best = PublishedFigures.best(match.column)
    guard match.caution == nil else { return Cell.perCent(best).marked("†") }
    return Cell.perCent(best).under(variant?.metrics.map { Cell.Value.points($0.accuracy - best / 100) })
  }
}
