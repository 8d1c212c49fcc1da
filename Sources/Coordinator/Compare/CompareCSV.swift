import Core

/// compare.csv and clips.csv, quoted as RFC 4180 says, shares from 0 to 1.
enum CompareCSV {
  private static let coordinates = [
    "dataset", "run", "variant", "arm", "reference_run", "reference_variant", "reference_arm",
  ]

  /// One line per test.
  static func tests(_ comparison: RunComparison) -> String {
    let figures = Figure.main.flatMap { [$0.key, "reference_\($0.key)"] }
    let header =
      coordinates + ["same_method", "units", "clips"] + figures + [
        "difference", "low", "high", "only_run_right", "only_reference_right", "p", "p_holm", "same_bits",
      ]
    let lines = each(comparison).map { dataset, pair -> [String] in
      let values = Figure.main.flatMap { [pair.own.metrics?[$0], pair.reference.metrics?[$0]] }
      let test = pair.test
      let numbers = values + [pair.difference, pair.interval?.lowerBound, pair.interval?.upperBound]
      return names(dataset, pair, comparison) + ["\(pair.isSameMethod)", "\(pair.units)", "\(pair.clips)"]
        + numbers.map(text) + [text(test?.test.onlyFirst), text(test?.test.onlySecond)]
        + [text(test?.test.pValue), text(test?.correctedP), "\(pair.sameBits)"]
    }
    return ReportCSV.table([header] + lines)
  }

  /// One line per clip that both have predicted, fold and seed.
  static func clips(_ comparison: RunComparison) -> String {
    let header = coordinates + ["seed", "fold", "clip", "subject", "true", "predicted", "reference_predicted"]
    let lines = each(comparison).flatMap { dataset, pair in
      zip(pair.own.units, pair.reference.units).flatMap { own, reference -> [[String]] in
        guard let result = own.result, let other = reference.result else { return [] }
        let theirs = Dictionary(other.predictions.map { ($0.clip, $0.predicted) }) { first, _ in first }
        return result.predictions.sorted { $0.clip < $1.clip }.compactMap { prediction in
          theirs[prediction.clip].map { predicted in
            let classes = [prediction.truth, prediction.predicted, predicted].map { dataset.classes[$0] }
            return names(dataset, pair, comparison) + ["\(own.unit.seed)", "\(own.unit.fold)"]
              + ([prediction.clip, prediction.subject] + classes).map(ReportCSV.name)
          }
        }
      }
    }
    return ReportCSV.table([header] + lines)
  }

  private static func each(_ comparison: RunComparison) -> [(RunComparison.Dataset, RunPair)] {
    comparison.datasets.flatMap { dataset in dataset.pairs.map { (dataset, $0) } }
  }

  private static func names(
    _ dataset: RunComparison.Dataset, _ pair: RunPair, _ comparison: RunComparison
  ) -> [String] {
    [dataset.name, comparison.runs[pair.run].name, pair.own.variant.rawValue, pair.own.arm ?? ""].map(ReportCSV.name)
      + [comparison.reference.name, pair.reference.variant.rawValue, pair.reference.arm ?? ""].map(ReportCSV.name)
  }

  private static func text(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "" }
}
