import Core
import Worker

extension Table {
  /// Who is tested in each fold, and how well one variant does there.
  static func members(
    _ dataset: DatasetReport, _ variant: VariantReport, _ warnings: [WorkUnit: [FoldWarning]]
  ) -> Table {
    func units(_ members: FoldMembers) -> [UnitReport] { variant.units.filter { $0.unit.fold == members.fold } }
    func warning(_ members: FoldMembers) -> String {
      let titles = units(members).flatMap { unit in
        (warnings[unit.unit] ?? []).map(\.title) + (unit.status == "failed" ? ["failed: \(unit.reason)"] : [])
      }
      return titles.distinct.joined(separator: "; ")
    }
    let rows = dataset.members
    let hasWarnings = rows.contains { !warning($0).isEmpty }
    return Table(
      "members-\(dataset.name)\(variant.arm.map { "-\($0)" } ?? "")",
      "Who is tested in which fold of \(dataset.name), and the accuracy of \(variant.name), per cent", of: rows,
      [
        Column("Fold", .left) { .name("\($0.fold)") },
        Column("Accuracy") { members in
          let own = units(members).compactMap { $0.matrix?.accuracy }
          return .share(own.isEmpty ? nil : own.reduce(0, +) / Double(own.count))
        },
        Column("Subjects and their clips", .left) { members in
          .name(members.subjects.map { "\($0.name) (\($0.clips))" }.joined(separator: ", "))
        },
        Column("Clips of each class", .left) { members in
          .name(
            zip(dataset.classes, members.clips).map { name, clips in "\(name) \(clips)" }.joined(separator: ", "))
        },
      ] + (hasWarnings ? [Column("Warning", .left) { .name(warning($0)) }] : []))
  }

  /// The clips that one variant named wrongly, the most confident errors first.
  static func errors(_ errors: [ClipError], _ dataset: DatasetReport, _ variant: VariantReport) -> Table {
    Table(
      "errors-\(dataset.name)\(variant.arm.map { "-\($0)" } ?? "")",
      "Clips of \(dataset.name) that \(variant.name) named wrongly, the most confident errors first", of: errors,
      [
        Column("Clip", .left) { .name($0.clip) },
        Column("Subject", .left) { .name($0.subject) },
        Column("Fold") { .name("\($0.unit.fold)") },
        Column("True", .left) { .name(dataset.classes[$0.truth]) },
        Column("Named", .left) { .name(dataset.classes[$0.predicted]) },
        Column("Probability, per cent") { .share(Double($0.probability)) },
        Column("Of the true class") { .share(Double($0.trueProbability)) },
        Column("Right", .left) { .name($0.right) },
      ])
  }
}

extension ClipError {
  /// Which other recognisers are right: `MDMO, FDM`; `none of 3`; empty where there are no others.
  var right: String {
    guard others > 0 else { return "" }
    return rightOnes.isEmpty ? "none of \(others)" : rightOnes.joined(separator: ", ")
  }
}

extension Section {
  /// Why a fold may be bad: warnings, who is in it, and which clips were named wrongly; nil where no unit has finished.
  static func errors(_ report: ComparisonReport, _ epochs: [WorkUnit: [EpochRecord]]) -> Section? {
    let known = report.principals.compactMap { dataset, variant in
      variant.flatMap { $0.metrics == nil ? nil : (dataset, $0) }
    }
    guard !known.isEmpty else { return nil }
    let warnings = report.warnings(epochs)
    let byUnit = Dictionary(warnings.map { ($0.unit, $0.warnings) }) { first, _ in first }
    return Section(
      identifier: "errors", title: "Why is this fold bad?", lead: errorsLead(warnings.count),
      tables: known.map { .members($0, $1, byUnit) },
      details: known.map { .errors(report.shownErrors(of: $1, on: $0), $0, $1) })
  }

  private static func errorsLead(_ warnings: Int) -> Prose {
    let about: Prose = """
      Who is tested in each fold, and the clips that were named wrongly, the most confident errors of each fold first.
      """
    return warnings == 0
      ? "No fold's model names one class only, fails to learn or diverges. " + about
      : "\(strong: "\(ReportText.count(warnings, "unit")) with a warning.") " + about
  }
}
