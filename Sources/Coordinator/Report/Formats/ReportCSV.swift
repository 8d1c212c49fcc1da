import Core

/// results.csv and predictions.csv, quoted as RFC 4180 says, shares from 0 to 1.
enum ReportCSV {
  /// One line per unit that is scored, also for those that failed.
  static func results(_ report: ComparisonReport) -> String {
    let units = report.scoredUnits
    let measured = figures.filter { column in !column.isNew || units.contains { !column.value($0).isEmpty } }
    let columns =
      coordinates(report) + measured + [Column("status") { $0.status }, Column("reason") { name($0.reason) }]
    return table([columns.map(\.name)] + units.map { unit in columns.map { $0.value(unit) } })
  }

  /// One line per test clip; the probabilities as `class=0.123;…`, because classes differ between datasets.
  static func predictions(_ report: ComparisonReport) -> String {
    let coordinates = coordinates(report)
    let header = coordinates.map(\.name) + ["clip", "subject", "true", "predicted", "probabilities"]
    let lines = report.foldUnits.flatMap { unit -> [[String]] in
      guard let result = unit.result else { return [] }
      return result.predictions.sorted { $0.clip < $1.clip }.map { prediction in
        let probabilities = zip(result.classes, prediction.probabilities).map { "\($0)=\($1)" }
        return coordinates.map { $0.value(unit) }
          + [
            prediction.clip, prediction.subject, result.classes[prediction.truth], result.classes[prediction.predicted],
            probabilities.joined(separator: ";"),
          ].map(name)
      }
    }
    return table([header] + lines)
  }

  private struct Column: Sendable {
    let name: String
    /// See `Figure.isNew`.
    let isNew: Bool
    let value: @Sendable (UnitReport) -> String

    init(_ name: String, isNew: Bool = false, _ value: @escaping @Sendable (UnitReport) -> String) {
      (self.name, self.isNew, self.value) = (name, isNew, value)
    }

    /// A figure; empty for a unit that does not have it.
    static func figure<Value: CustomStringConvertible & SendableMetatype>(
      _ name: String, isNew: Bool = false, _ value: @escaping @Sendable (UnitReport) -> Value?
    ) -> Column {
      Column(name, isNew: isNew) { unit in value(unit).map { "\($0)" } ?? "" }
    }
  }

  /// Which unit a line is of; the arm only in a sweep with arms.
  private static func coordinates(_ report: ComparisonReport) -> [Column] {
    [Column("dataset") { name($0.unit.dataset) }, Column("variant") { $0.unit.variant.rawValue }]
      + (report.arms.isEmpty ? [] : [Column("arm") { name($0.unit.arm ?? "") }])
      + [Column("seed") { "\($0.unit.seed)" }, Column("fold") { "\($0.unit.fold)" }]
  }

  private static let figures: [Column] =
    [.figure("clips") { $0.matrix?.total }]
    + Figure.main.map { figure in .figure(figure.key) { Metrics.ofUnit($0)?.metrics[figure] } } + [
      .figure("leaky_accuracy") { $0.result?.leakyAccuracy },
      .figure("identity_probe") { $0.result?.identityProbe },
      .figure("identity_probe_identity") { $0.result?.identityProbeOfIdentity },
      .figure("identity_chance") { $0.result?.identityChance },
      .figure("identity_floor", isNew: true) { $0.result?.identityFloor },
      .figure("identity_probe_nonlinear", isNew: true) { $0.result?.identityProbeNonlinear },
      .figure("identity_probe_nonlinear_identity", isNew: true) { $0.result?.identityProbeNonlinearOfIdentity },
      .figure("identity_floor_nonlinear", isNew: true) { $0.result?.identityFloorNonlinear },
      .figure("attention_product") { $0.result?.attention?.product },
      .figure("attention_overlap") { $0.result?.attention?.overlap },
      .figure("held_out_information") { $0.result?.information.last?.heldOut },
      .figure("steps") { $0.result?.steps },
      .figure("weights_digest") { $0.result?.weightsDigest },
    ]

  /// Lines of fields, each line ended as RFC 4180 says.
  static func table(_ lines: [[String]]) -> String {
    lines.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A text from a file, so that no spreadsheet takes it for a formula: one that begins as a formula does gets an
  /// apostrophe before it.
  static func name(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return text }
    return "'" + text
  }

  /// A field with a comma, a quote or a line break is put in quotes, and its quotes are doubled.
  static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
