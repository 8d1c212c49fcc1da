import Core

extension ComparisonReport {
  /// What has a result: a dataset, the variant that stands for it, and its figures.
  private typealias Known = (dataset: DatasetReport, variant: VariantReport, metrics: Metrics)

  /// The whole sweep in two sentences: how good, and against what. With arms, how good each is, and which is better.
  var answer: Prose {
    let arms = configuration.armNames.map { (name: $0, known: known(of: $0)) }.filter { !$0.known.isEmpty }
    let all: [Known] = arms.flatMap(\.known)
    guard !all.isEmpty else { return "No unit has finished yet, so there are no figures." }
    var sentences = arms.map { name, known -> Prose in
      let title: Prose = name.map { "\(strong: "\($0):") " } ?? ""
      return title + [how(good: known), reached(known)].compactMap { $0 }.joined(separator: " ")
    }
    if all.allSatisfy({ $0.dataset.published?.caution != nil || $0.dataset.published == nil }),
      all.contains(where: { $0.dataset.published != nil })
    {
      sentences.append("Published figures stand beside them, but are of other data.")
    }
    return (sentences + comparedArms).joined(separator: " ")
  }

  /// - Parameter arm: nil in a sweep without arms.
  private func known(of arm: String?) -> [Known] {
    datasets.compactMap { dataset in
      dataset.principal(of: arm).flatMap { variant in variant.metrics.map { (dataset, variant, $0) } }
    }
  }

  private func how(good known: [Known]) -> Prose? {
    guard let best = known.max(by: { $0.metrics.accuracy < $1.metrics.accuracy }) else { return nil }
    let accuracy: Prose = "\(strong: "\(ReportText.percent(best.metrics.accuracy)) %")"
    if known.count == 1 {
      let interval = best.variant.intervals?[.accuracy].map { " (95 % interval \(ReportText.percent($0)))" } ?? ""
      return """
        \(accuracy) of clips are predicted correctly\(interval); \
        always predicting the most frequent emotion gives \(ReportText.percent(best.metrics.majorityAccuracy)) %.
        """
    }
    let above = known.filter { dataset, variant, metrics in
      (variant.intervals?[.accuracy]?.lowerBound ?? 0) > metrics.majorityAccuracy
    }.map(\.dataset.name)
    return """
      On \(strong: "\(above.count) of \(known.count)") datasets\(some(above, of: known.count)) the whole 95 % \
      interval of the accuracy is above the accuracy of always predicting the most frequent emotion; the best \
      accuracy is \(accuracy) on \(best.dataset.name).
      """
  }

  /// On how many datasets the paper's accuracy is reached; nil where it cannot be compared.
  private func reached(_ known: [Known]) -> Prose? {
    let comparable = known.compactMap { dataset, _, metrics in
      dataset.published.flatMap { $0.caution == nil ? (dataset.name, metrics, PublishedFigures.best($0.column)) : nil }
    }
    guard !comparable.isEmpty else { return nil }
    let reached = comparable.filter { $1.accuracy * 100 >= $2 }.map(\.0)
    return """
      The paper's own accuracy is reached on \(reached.count) of \(comparable.count)\
      \(some(reached, of: comparable.count)).
      """
  }

  /// Whether each other arm is better than the reference arm, by the tests of the variants that stand for the datasets.
  private var comparedArms: [Prose] {
    guard let reference = configuration.referenceArm else { return [] }
    return arms.compactMap { arm in
      let tests = datasets.compactMap { dataset in
        let own = dataset.principal(of: arm)?.recogniser
        return dataset.armComparisons.first { $0.recogniser == own }.map { (dataset.name, $0.isBetter) }
      }
      guard !tests.isEmpty else { return nil }
      let better = tests.filter { $0.1 == true }.map(\.0)
      let worse = tests.filter { $0.1 == false }.map(\.0)
      return """
        Arm \(emphasis: arm) is better than arm \(emphasis: reference) on \(strong: better.count) of \(tests.count) \
        dataset\(tests.count == 1 ? "" : "s")\(some(better, of: tests.count)) and worse on \
        \(worse.count)\(some(worse, of: tests.count)), by McNemar's exact test on the same clips, p < 0.05.
        """
    }
  }

  /// Which they are, where it is neither none nor all.
  private func some(_ names: [String], of count: Int) -> String {
    names.isEmpty || names.count == count ? "" : " (\(names.joined(separator: ", ")))"
  }
}
