import Core

extension Section {
  /// Models that were trained on all clips; nil where none was asked for.
  static func finals(_ report: ComparisonReport) -> Section? {
    guard !report.finals.isEmpty else { return nil }
    let held =
      report.choosesEpoch
      ? " Where the epoch is chosen on training subjects held out, those are among the clips and were not trained on."
      : ""
    return Section(
      identifier: "final", title: "Final models",
      lead: """
        Trained on all clips, to be used afterwards. They are untested: every clip was trained on, so none is left to \
        test them with, and no figure of this report is theirs.\(held)
        """, tables: [.finals(report)])
  }
}

extension Table {
  fileprivate static func finals(_ report: ComparisonReport) -> Table {
    let arm = Column<FinalModel>("Arm", .left) { .name($0.unit.unit.arm ?? "") }
    return Table(
      "final", "Models of \(report.name) trained on all clips, in the run directory", of: report.finals,
      [
        Column("Dataset", .left) { .name($0.unit.unit.dataset) },
        Column("Method", .left) { .name(report.configuration.title(of: $0.unit.unit.variant)) },
      ] + (report.arms.isEmpty ? [] : [arm]) + [
        Column("Seed") { .name("\($0.unit.unit.seed)") },
        Column("Clips") { .count($0.clips) },
        Column("File", .left) { $0.unit.result == nil ? .name($0.unit.status) : .text("\(code: $0.file)") },
      ])
  }
}
