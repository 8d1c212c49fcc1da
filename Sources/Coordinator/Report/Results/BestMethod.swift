import Core

/// The best of all methods, variants and arms on one dataset by accuracy, and how sure that is.
///
/// It is chosen on the test clips, so its figures are somewhat too high; the report says so.
struct BestMethod: Equatable, Sendable {
  var report: VariantReport
  /// Others with the same accuracy.
  var equals: [Recogniser]
  /// How many were compared: those with the most finished units, so that all have the same clips.
  var among: Int
  /// In how many draws of subjects, as a share, no other is better; nil with too few subjects, or without others.
  var share: Double?
  /// The reference, or where that is the best, the next best one; nil without others of the same arm.
  var rival: Rival?

  /// What the best is tested against, on the same clips.
  struct Rival: Equatable, Sendable {
    var recogniser: Recogniser
    var isReference: Bool
    /// Of accuracies, the best's less the rival's.
    var difference: Double
    /// McNemar's exact test, corrected by Holm for all tests against the reference on this dataset.
    var pValue: Double

    /// Whether the best is better by more than chance explains.
    var isBeaten: Bool { pValue < 0.05 && difference > 0 }
  }

  /// nil without a result. Of several with the same accuracy the reference is taken, else the first.
  ///
  /// - Parameter tests: of all others against the reference with the same arm.
  init?(of variants: [VariantReport], reference: Variant, tests: [VariantComparison]) {
    guard let best = BestMethod.chosen(of: variants, reference: reference) else { return nil }
    let compared = BestMethod.comparable(variants)
    report = best
    equals = compared.filter { $0.metrics?.accuracy == best.metrics?.accuracy }.map(\.recogniser)
      .filter { $0 != best.recogniser }
    among = compared.count
    share = SubjectDraws.share(of: best, among: compared)
    rival = Rival(of: best, among: compared, reference: reference, tests: tests)
  }

  /// The best one alone; see `init`.
  static func chosen(of variants: [VariantReport], reference: Variant) -> VariantReport? {
    let compared = comparable(variants)
    let highest = compared.compactMap(\.metrics?.accuracy).max()
    let first = compared.filter { $0.metrics?.accuracy == highest }
    return first.first { $0.variant == reference } ?? first.first
  }

  /// Those that have results of the same clips: as many finished units as the one that has most.
  private static func comparable(_ variants: [VariantReport]) -> [VariantReport] {
    let most = variants.map(\.finished).max() ?? 0
    return variants.filter { $0.finished == most && $0.metrics != nil }
  }
}

extension BestMethod.Rival {
  fileprivate init?(
    of best: VariantReport, among compared: [VariantReport], reference: Variant, tests: [VariantComparison]
  ) {
    let others = compared.filter { $0.recogniser != best.recogniser && $0.arm == best.arm }
    let next = others.max { ($0.metrics?.accuracy ?? 0) < ($1.metrics?.accuracy ?? 0) }
    guard let rival = best.variant == reference ? next : others.first(where: { $0.variant == reference }),
      let test = tests.first(where: { test in
        test.recogniser == (best.variant == reference ? rival : best).recogniser
      }),
      let own = best.metrics?.accuracy, let other = rival.metrics?.accuracy
    else { return nil }
    (recogniser, isReference) = (rival.recogniser, rival.variant == reference)
    (difference, pValue) = (own - other, test.correctedP)
  }
}
