import Core

/// A variant against another one, or an arm against another one, on the same clips, by McNemar's exact test.
struct VariantComparison: Equatable, Sendable {
  var recogniser: Recogniser
  /// What it is compared with: the reference with the same arm, or the same variant with the reference arm.
  var reference: Recogniser
  /// First is the recogniser, second its reference.
  var test: Significance.PairedTest
  /// Corrected by Holm for the dataset's other comparisons.
  var correctedP: Double

  var variant: Variant { recogniser.variant }

  /// Whether it is better or worse than its reference by more than chance explains; nil where neither.
  var isBetter: Bool? { correctedP < 0.05 ? test.onlyFirst > test.onlySecond : nil }

  /// Each variant against the reference with the same arm.
  static func against(_ reference: Variant, _ variants: [VariantReport]) -> [VariantComparison] {
    against(variants) { Recogniser(reference, arm: $0.arm) }
  }

  /// Each arm of a variant against the reference arm of the same variant.
  static func againstArm(_ reference: String, _ variants: [VariantReport]) -> [VariantComparison] {
    against(variants) { Recogniser($0.variant, arm: reference) }
  }

  private static func against(
    _ variants: [VariantReport], _ reference: (Recogniser) -> Recogniser
  ) -> [VariantComparison] {
    let pairs = variants.compactMap { own -> (own: VariantReport, reference: VariantReport)? in
      let wanted = reference(own.recogniser)
      guard wanted != own.recogniser else { return nil }
      return variants.first { $0.recogniser == wanted }.map { (own, $0) }
    }
    return paired(pairs).compactMap { $0 }
  }

  /// The tests of some pairs, corrected together; nil for a pair that has no clip in common.
  ///
  /// A clip counts once: with several seeds it is right when more than half of the seeds do so. Only folds and seeds
  /// that finished for both take part.
  ///
  /// - Parameter pairs: the units of both have the same folds and seeds in the same order.
  static func paired(_ pairs: [(own: VariantReport, reference: VariantReport)]) -> [VariantComparison?] {
    let tests = pairs.map { pair -> Significance.PairedTest? in
      let clips = clips(pair.own, pair.reference)
      return clips.isEmpty ? nil : Significance.mcNemar(clips)
    }
    var corrected = Significance.holm(tests.compactMap { $0?.pValue })[...]
    return zip(pairs, tests).map { pair, test in
      test.map {
        VariantComparison(
          recogniser: pair.own.recogniser, reference: pair.reference.recogniser, test: $0,
          correctedP: corrected.removeFirst())
      }
    }
  }

  /// For each clip that both have predicted, whether each is right.
  private static func clips(_ one: VariantReport, _ other: VariantReport) -> [(first: Bool, second: Bool)] {
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
