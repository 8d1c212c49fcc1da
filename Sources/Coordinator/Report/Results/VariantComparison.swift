import Core

/// A variant against `full` on the same clips, by McNemar's exact test.
struct VariantComparison: Equatable, Sendable {
  var variant: Variant
  /// First is the variant, second is `full`.
  var test: Significance.PairedTest
  /// Corrected by Holm for the dataset's other comparisons.
  var correctedP: Double

  /// Whether the variant is better or worse than `full` by more than chance explains; nil where neither.
  var isBetter: Bool? { correctedP < 0.05 ? test.onlyFirst > test.onlySecond : nil }

  /// A clip counts once: with several seeds it is right when more than half of the seeds do so. Only folds and
  /// seeds that finished for both variants take part.
  static func againstFull(_ variants: [VariantReport]) -> [VariantComparison] {
    guard let full = variants.first(where: \.isFull) else { return [] }
    let tests = variants.filter { !$0.isFull }.compactMap { other -> (Variant, Significance.PairedTest)? in
      let pairs = pairs(other, full)
      return pairs.isEmpty ? nil : (other.variant, Significance.mcNemar(pairs))
    }
    let corrected = Significance.holm(tests.map(\.1.pValue))
    return zip(tests, corrected).map { VariantComparison(variant: $0.0, test: $0.1, correctedP: $1) }
  }

  private static func pairs(_ one: VariantReport, _ other: VariantReport) -> [(first: Bool, second: Bool)] {
    var votes: [String: (seeds: Int, first: Int, second: Int)] = [:]
    for (unit, otherUnit) in zip(one.units, other.units) {
      guard let result = unit.result, let otherResult = otherUnit.result else { continue }
      let rightOnes = Dictionary(otherResult.predictions.map { ($0.clip, $0.truth == $0.predicted) }) { one, _ in one }
      for prediction in result.predictions {
        guard let secondIsRight = rightOnes[prediction.clip] else { continue }
        votes[prediction.clip, default: (0, 0, 0)].seeds += 1
        if prediction.truth == prediction.predicted { votes[prediction.clip]?.first += 1 }
        if secondIsRight { votes[prediction.clip]?.second += 1 }
      }
    }
    return votes.values.map { (first: 2 * $0.first > $0.seeds, second: 2 * $0.second > $0.seeds) }
  }
}
