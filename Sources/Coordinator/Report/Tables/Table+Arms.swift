import Core

extension Section {
  /// The settings that are compared and how much they change; nil in a sweep without arms.
  static func arms(_ report: ComparisonReport) -> Section? {
    guard let reference = report.configuration.referenceArm else { return nil }
    return Section(
      identifier: "arms", title: "Arms: settings compared",
      lead: "Each arm is the same sweep with other settings: clips, folds, seeds and random numbers are the same.",
      tables: [.armSettings(report), .arms(report, reference)] + [Table.armDifferences(report)].compactMap { $0 },
      note: Explanations.test(of: "arms", against: "arm \(emphasis: reference)"),
      details: report.datasets.map { .arms(on: $0, reference) })
  }
}

extension Table {
  /// The settings in which each arm differs from the sweep file's own sections.
  fileprivate static func armSettings(_ report: ComparisonReport) -> Table {
    Table(
      "arm-settings", "Settings of the arms of \(report.name)", of: report.arms,
      [
        Column("Arm", .left) { .name($0) },
        Column("Settings that differ from the sweep file's own", .left) {
          .name(report.configuration.settingsText(of: $0))
        },
      ])
  }

  /// Every variant and method in each arm, on all datasets: accuracy, and the difference from the reference arm.
  static func arms(_ report: ComparisonReport, _ reference: String) -> Table {
    let figures = report.datasets.flatMap { dataset in
      let reports = Dictionary(uniqueKeysWithValues: dataset.variants.map { ($0.recogniser, $0) })
      /// Whether no other arm of the method is better, and one is worse.
      func isBest(_ own: Recogniser) -> Bool {
        let all = dataset.variants.filter { $0.variant == own.variant }.compactMap(\.metrics?.accuracy)
        guard let accuracy = reports[own]?.metrics?.accuracy, let least = all.min() else { return false }
        return accuracy == all.max() && accuracy > least
      }
      return [
        Column<Recogniser>("Acc.", group: "\(dataset.name)") { own in
          let isBetter = dataset.armComparisons.first { $0.recogniser == own }?.isBetter
          let isBest = isBest(own)
          let cell = Cell.share(reports[own]?.metrics?.accuracy)
            .marked((isBest ? "★" : "") + (isBetter.map { $0 ? "▲" : "▼" } ?? ""))
          return isBest ? cell.strong() : cell
        },
        Column<Recogniser>("Δ \(reference)", group: "\(dataset.name)") { own in
          guard own.arm != reference else { return .empty }
          let other = reports[Recogniser(own.variant, arm: reference)]?.metrics
          return .points(reports[own]?.metrics.flatMap { mine in other.map { mine.accuracy - $0.accuracy } })
        },
      ]
    }
    return Table(
      "arms", "Arms of \(report.name): accuracy in per cent, and points above arm \(reference)", of: report.recognisers,
      [
        Column("Method", .left) { .name(report.configuration.title(of: $0.variant)) },
        Column("Arm", .left) { .name($0.arm ?? "") },
      ] + figures, notes: [Explanations.bestArm, Explanations.betterArm(reference)]
    ) { $0.variant == .full ? .ours : .plain }
  }

  /// All figures of the arms of every variant and method on one dataset.
  fileprivate static func arms(on dataset: DatasetReport, _ reference: String) -> Table {
    let rows = dataset.variants.map { report in
      MethodComparison.Row(
        title: report.recogniser.titled(report.title), report: report,
        comparison: dataset.armComparisons.first { $0.recogniser == report.recogniser })
    }
    return results(
      "arms-\(dataset.name)", "Arms on \(dataset.name), per cent", rows, [Column("Method", .left) { .name($0.title) }],
      [], against: .arm(reference))
  }

  /// How an arm changes the figures of decoupling; nil where none was measured in two arms.
  fileprivate static func armDifferences(_ report: ComparisonReport) -> Table? {
    let rows = report.datasets.flatMap { dataset in dataset.armDifferences.map { (dataset: dataset, own: $0) } }
    guard !rows.isEmpty else { return nil }
    return Table(
      "arm-differences", "What an arm changes in the decoupling", of: rows,
      [
        Column("Dataset", .left) { .name($0.dataset.name) },
        Column("Figure", .left) { .name("\($0.own.figure.group), \($0.own.figure.heading)") },
        Column("Method", .left) { .name(report.configuration.title(of: $0.own.to.variant)) },
        Column("Arms", .left) { .name("\($0.own.from.arm ?? "") → \($0.own.to.arm ?? "")") },
        Column("Difference") { .name(ReportText.mean(of: $0.own.difference)) },
        Column("95 % interval") { .name(ReportText.interval(of: $0.own.difference)) },
        Column("Pairs") { .count($0.own.difference.count) },
      ], notes: [Explanations.pairs])
  }
}
