import Core

extension Table {
  /// The label of a table about a dataset; with arms there is one for each.
  private static func label(_ name: String, _ dataset: DatasetReport, _ variant: VariantReport) -> String {
    "\(name)-\(dataset.name)\(variant.arm.map { "-\($0)" } ?? "")"
  }

  /// How many clips of each true class were called what.
  static func confusion(_ dataset: DatasetReport, _ variant: VariantReport) -> Table {
    confusion(
      label("confusion", dataset, variant),
      """
      Confusion matrix of \(dataset.name), \(variant.name), pooled over folds: rows true, columns predicted
      """, variant.matrix, dataset.classes)
  }

  /// A matrix under a caption that says whose it is.
  static func confusion(_ name: String, _ caption: Prose, _ matrix: ConfusionMatrix, _ classes: [String]) -> Table {
    let predicted = classes.enumerated().map { index, name in
      Column<Int>("\(name)") { .count(matrix.counts[$0][index]) }
    }
    return Table(
      name, caption, of: Array(classes.indices), [Column("True", .left) { .name(classes[$0]) }] + predicted)
  }

  static func classes(_ dataset: DatasetReport, _ variant: VariantReport) -> Table {
    let matrix = variant.matrix
    return Table(
      label("classes", dataset, variant), "Classes of \(dataset.name), \(variant.name), per cent",
      of: Array(dataset.classes.indices),
      [
        Column("Class", .left) { .name(dataset.classes[$0]) },
        Column("Clips") { .count(matrix.support($0)) },
        Column("Precision") { .share(matrix.precision($0)) },
        Column("Recall") { .share(matrix.recall($0)) },
        Column("F1") { .share(matrix.f1($0)) },
      ])
  }

  /// A row for each fold of each seed, and below them the means over folds and over seeds.
  static func folds(_ dataset: DatasetReport, _ variant: VariantReport) -> Table {
    let hasSeeds = Set(variant.units.map(\.unit.seed)).count > 1
    let hasFloor = variant.metrics?[.identityFloor] != nil
    let figures = Figure.main + [.leakyAccuracy, .identityProbe] + (hasFloor ? [.identityFloor] : [])
    let columns: [Column<UnitReport>] =
      [
        Column("Fold", .left) { unit in
          Cell.name("\(unit.unit.fold)").under(hasSeeds ? "seed \(unit.unit.seed)" : nil)
        },
        Column("Clips") { $0.matrix.map { .count($0.total) } ?? .name($0.status) },
      ]
      + figures.map { figure in
        Column("\(figure.title)") { .share(Metrics.ofUnit($0)?.metrics[figure]) }
      }
    var table = Table(
      label("folds", dataset, variant), "Folds of \(dataset.name), \(variant.name), per cent", of: variant.units,
      columns)
    func summary(_ title: Prose, _ spreads: MetricSpreads, _ half: (Spread) -> Double?) -> Row {
      let cells = figures.map { figure -> Cell in
        guard let spread = spreads[figure] else { return .empty }
        return Cell.share(spread.mean).under("± \(ReportText.percent(half(spread)))")
      }
      return Row(cells: [.text(title), .empty] + cells, kind: .summary)
    }
    if let spreads = variant.overFolds { table.rows.append(summary("mean ± s", spreads, \.standardDeviation)) }
    if let spreads = variant.overSeeds, variant.seeds.count > 1 {
      table.rows.append(summary("seeds ± 95 %", spreads, \.halfWidth95))
    }
    return table
  }

  static func subjects(_ dataset: DatasetReport, _ variant: VariantReport) -> Table {
    Table(
      label("subjects", dataset, variant), "Subjects of \(dataset.name), \(variant.name)", of: variant.subjects,
      [
        Column("Subject", .left) { .name($0.subject) },
        Column("Tested in fold") { .name(ReportText.list($0.folds)) },
        Column("Predictions") { .count($0.predictions) },
        Column("Right") { .count($0.correct) },
        Column("Accuracy, per cent") { subject in
          Cell.share(subject.accuracy).with { $0.meter = Cell.Meter(share: subject.accuracy) }
        },
      ])
  }
}
