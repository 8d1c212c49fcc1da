import Core

extension Section {
  /// What was trained before the folds; nil where nothing was.
  static func pretraining(_ report: ComparisonReport, withTimes: Bool = false) -> Section? {
    guard !report.pretraining.isEmpty else { return nil }
    let failed = report.pretraining.count { $0.unit.status == "failed" }
    let failure: Prose =
      failed == 0
      ? ""
      : " \(strong: "\(failed) of \(report.pretraining.count) failed"), and with them the folds that start from them."
    return Section(
      identifier: "pretraining", title: "Pretraining",
      lead: """
        Before the folds, networks were trained on clips of people who are in no dataset; the folds start from them.
        """ + failure, tables: [.pretraining(report, withTimes: withTimes)])
  }
}

extension Table {
  /// A row for each network that was trained before the folds.
  fileprivate static func pretraining(_ report: ComparisonReport, withTimes: Bool) -> Table {
    let arm = Column<PretrainingReport>("Arm", .left) { .name($0.unit.unit.arm ?? "") }
    // MENet alone needs no name.
    let network = Column<PretrainingReport>("Network", .left) { row in
      .name(row.unit.unit.variant == .pretraining ? "MENet" : Catalogue.method(of: row.unit.unit.variant).about.title)
    }
    let hasOthers = report.pretraining.contains { $0.unit.unit.variant != .pretraining }
    let time = Column<PretrainingReport>("Time") { .seconds($0.unit.result?.seconds) }
    return Table(
      "pretraining", "Networks that the folds of \(report.name) start from", of: report.pretraining,
      [Column("Dataset", .left) { .name($0.unit.unit.dataset) }] + (hasOthers ? [network] : [])
        + (report.arms.isEmpty ? [] : [arm]) + [
          Column("Seed") { .name("\($0.unit.unit.seed)") },
          Column("Clips") { $0.clips.map(Cell.count) ?? .unknown },
          Column("People") { ($0.split?.subjects).map(Cell.count) ?? .unknown },
          Column("Epochs") { .count($0.epochs) },
          Column("Accuracy, held out") { row in
            row.unit.result == nil && row.unit.status == "failed"
              ? .name("failed") : Cell.share(row.accuracy).under(heldOut(row))
          },
        ] + (withTimes ? [time] : []),
      notes: [
        """
        \(strong: "Accuracy, held out"), per cent: on the clips of people who were not trained on, a tenth of all and \
        at least one. It chooses nothing.
        """
      ])
  }

  /// `12 clips`.
  private static func heldOut(_ row: PretrainingReport) -> Prose? {
    row.unit.matrix.map { "\(ReportText.count($0.total, "clip"))" }
  }
}
