import Core

/// results.csv and predictions.csv, quoted as RFC 4180 says, shares from 0 to 1.
enum ReportCSV {
  /// One line a unit, also for those that failed.
  static func results(_ report: ComparisonReport) -> String {
    let header = [
      "dataset", "variant", "seed", "fold", "clips", "accuracy", "uf1", "uar", "leaky_accuracy", "identity_probe",
      "identity_probe_identity", "identity_chance", "attention_product", "attention_overlap", "held_out_information",
      "steps", "weights_digest", "status", "reason",
    ]
    return table([header] + report.units.map { coordinates($0) + figures($0) + [$0.status, name($0.reason)] })
  }

  /// One line a test clip; the probabilities as `class=0.123;…`, because classes differ between datasets.
  static func predictions(_ report: ComparisonReport) -> String {
    let header = [
      "dataset", "variant", "seed", "fold", "clip", "subject", "true", "predicted", "probabilities",
    ]
    let lines = report.units.flatMap { unit -> [[String]] in
      guard let result = unit.result else { return [] }
      return result.predictions.sorted { $0.clip < $1.clip }.map { prediction in
        let probabilities = zip(result.classes, prediction.probabilities).map { "\($0)=\($1)" }
        return coordinates(unit)
          + [
            prediction.clip, prediction.subject, result.classes[prediction.truth], result.classes[prediction.predicted],
            probabilities.joined(separator: ";"),
          ].map(name)
      }
    }
    return table([header] + lines)
  }

  private static func coordinates(_ unit: UnitReport) -> [String] {
    [name(unit.unit.dataset), unit.unit.variant.rawValue, "\(unit.unit.seed)", "\(unit.unit.fold)"]
  }

  private static func figures(_ unit: UnitReport) -> [String] {
    guard let result = unit.result, let matrix = unit.matrix else { return Array(repeating: "", count: 13) }
    let shares = [
      matrix.accuracy, matrix.unweightedF1, matrix.unweightedAverageRecall, result.leakyAccuracy, result.identityProbe,
      result.identityProbeOfIdentity, result.identityChance, result.attention?.product,
      result.attention?.overlap, result.information.last?.heldOut,
    ]
    return ["\(matrix.total)"] + shares.map { $0.map { "\($0)" } ?? "" } + ["\(result.steps)", result.weightsDigest]
  }

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
