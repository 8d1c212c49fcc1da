import Core

extension Table {
  /// How well the probes name the subject in each variant that was probed, beside the floor and chance; nil where none
  /// was.
  static func probes(_ report: ComparisonReport) -> Table? {
    decoupling(
      report, "probe", "Identity probes: subjects named, in per cent, means over folds and seeds with 95 % intervals",
      DecouplingFigure.probes, notes: [Explanations.probe, Explanations.chance, Explanations.floor(report)])
  }

  /// How diverse attention is, and what motion and identity features have in common; nil where neither was measured.
  static func decoupling(_ report: ComparisonReport) -> Table? {
    decoupling(
      report, "decoupling", "Attention, and mutual information in nats: means over folds and seeds",
      DecouplingFigure.others, notes: [Explanations.attention, Explanations.information])
  }

  /// A row for each variant and a column for each figure that are measured.
  private static func decoupling(
    _ report: ComparisonReport, _ name: String, _ caption: Prose, _ figures: [DecouplingFigure], notes: [Prose]
  ) -> Table? {
    let rows = report.datasets.flatMap { dataset in
      dataset.variants.filter { variant in figures.contains { variant.decoupling[$0] != nil } }
        .map { (dataset: dataset, variant: $0) }
    }
    guard !rows.isEmpty else { return nil }
    let measured = figures.filter { figure in rows.contains { $0.variant.decoupling[figure] != nil } }
    return Table(
      name, caption, of: rows,
      [
        Column("Dataset", .left) { .name($0.dataset.name) },
        Column("Variant", .left) { .name($0.variant.name) },
      ]
        + measured.map { figure in
          Column("\(figure.heading)", group: "\(figure.group)") { row in
            row.variant.decoupling[figure].map { cell($0, figure.unit) } ?? .unknown
          }
        }, notes: notes)
  }

  /// A mean, and below it the half width of its interval for shares and differences of shares.
  private static func cell(_ spread: Spread, _ unit: DecouplingFigure.Unit) -> Cell {
    let half = spread.halfWidth95.map { "± \(ReportText.percent($0))" as Prose }
    return switch unit {
    case .share: Cell.share(spread.mean).under(half)
    case .points: Cell.points(spread.mean).under(half)
    case .number: .number(spread.mean, decimals: 3)
    }
  }

  /// What one part of the network changes; nil where the sweep has no variants that differ by one part.
  static func differences(_ report: ComparisonReport) -> Table? {
    let rows = report.datasets.flatMap { dataset in dataset.differences.map { (dataset: dataset, own: $0) } }
    guard !rows.isEmpty else { return nil }
    return Table(
      "differences", "What one part of the network changes", of: rows,
      [
        Column("Dataset", .left) { .name($0.dataset.name) },
        Column("Figure", .left) { .name("\($0.own.figure.group), \($0.own.figure.heading)") },
        Column("Part", .left) { .name($0.own.part) },
        Column("Variants", .left) { .name("\($0.own.from.name) → \($0.own.to.name)") },
        Column("Difference") { .name(ReportText.mean(of: $0.own.difference)) },
        Column("95 % interval") { .name(ReportText.interval(of: $0.own.difference)) },
        Column("Pairs") { .count($0.own.difference.count) },
      ], notes: [Explanations.pairs])
  }

  /// How long the units took: only for index.html, since it differs between runs of the same sweep; nil where none has
  /// finished.
  static func times(_ report: ComparisonReport) -> Table? {
    let finished = report.datasets.flatMap { dataset in
      dataset.variants.map { (dataset.name, $0.name, $0.units.compactMap(\.result)) }
    }.filter { !$0.2.isEmpty }
    guard !finished.isEmpty else { return nil }
    func total(_ results: [UnitResult]) -> Double { results.reduce(0) { $0 + $1.seconds } }
    return Table(
      "times", "Wall-clock time of the units", of: finished,
      [
        Column("Dataset", .left) { .name($0.0) },
        Column("Variant", .left) { .name($0.1) },
        Column("Units") { .count($0.2.count) },
        Column("Mean") { .seconds(total($0.2) / Double($0.2.count)) },
        Column("Longest") { .seconds($0.2.map(\.seconds).max()) },
        Column("Total") { .seconds(total($0.2)) },
        Column("Ranks per unit") { .name(ReportText.list(Array(Set($0.2.map(\.ranks))))) },
      ])
  }
}
