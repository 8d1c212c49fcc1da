import Core

extension Table {
  /// How far motion and identity are decoupled in each variant that was probed; nil where none was.
  static func decoupling(_ report: ComparisonReport) -> Table? {
    let probed = report.datasets.flatMap { dataset in
      dataset.variants.filter { $0.decoupling[.identityProbe] != nil }.map { (dataset: dataset, variant: $0) }
    }
    guard !probed.isEmpty else { return nil }
    return Table(
      "decoupling",
      "Decoupling of motion and identity: means over folds and seeds; probe in per cent, information in nats",
      of: probed,
      [
        Column("Dataset", .left) { .name($0.dataset.name) },
        Column("Variant", .left) { .name($0.variant.name) },
      ]
        + DecouplingFigure.all.map { figure in
          Column("\(figure.heading)", group: "\(figure.group)") { row in
            let mean = row.variant.decoupling[figure]?.mean
            return figure.isShare ? .share(mean) : .number(mean, decimals: 3)
          }
        }, notes: [Explanations.probe, Explanations.attention, Explanations.information])
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
