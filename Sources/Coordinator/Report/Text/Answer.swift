import Core

extension ComparisonReport {
  /// The whole sweep in two sentences: how good, and against what. With arms, the same for each arm, and then which is
  /// better.
  var answer: Prose {
    guard arms.contains(where: { arm in datasets.contains { $0.principal(of: arm)?.metrics != nil } }) else {
      return answer(of: configuration.armNames[0])
    }
    let each = arms.map { "\(strong: "\($0):") " + answer(of: $0) }
    return (each + [armAnswer].compactMap { $0 }).joined(separator: " ")
  }

  /// Whether other arms are better than the reference arm; nil where that was not tested.
  private var armAnswer: Prose? {
    guard let reference = configuration.referenceArm else { return nil }
    let sentences = arms.compactMap { arm -> Prose? in
      let tests = datasets.compactMap { dataset in
        let own = dataset.principal(of: arm)?.recogniser
        return dataset.armComparisons.first { $0.recogniser == own }.map { (dataset.name, $0.isBetter) }
      }
      guard !tests.isEmpty else { return nil }
      let (better, worse) = (tests.filter { $0.1 == true }.map(\.0), tests.filter { $0.1 == false }.map(\.0))
      return """
        Arm \(emphasis: arm) is better than arm \(emphasis: reference) on \(better.count) of \(tests.count) \
        datasets\(some(better, of: tests.count)) and worse on \(worse.count)\(some(worse, of: tests.count)), \
        p < 0.05 on the same clips.
        """
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// - Parameter arm: nil in a sweep without arms.
  private func answer(of arm: String?) -> Prose {
    let known = datasets.compactMap { dataset in
      dataset.principal(of: arm).flatMap { variant in variant.metrics.map { (dataset, variant, $0) } }
    }
    guard let best = known.max(by: { $0.2.accuracy < $1.2.accuracy }) else {
      return "No unit has finished yet, so there are no figures."
    }
    var text: Prose
    if known.count == 1 {
      let interval = best.1.intervals?[.accuracy].map { " (95 % interval \(ReportText.percent($0)))" } ?? ""
      text = """
        \(strong: "\(ReportText.percent(best.2.accuracy)) %") of clips are predicted correctly\(interval); \
        always predicting the most frequent emotion gives \(ReportText.percent(best.2.majorityAccuracy)) %.
        """
    } else {
      let above = known.filter { ($1.intervals?[.accuracy]?.lowerBound ?? 0) > $2.majorityAccuracy }.map(\.0.name)
      text = """
        On \(strong: "\(above.count) of \(known.count)") datasets\(some(above, of: known.count)) the whole 95 % \
        interval of the accuracy is above the accuracy of always predicting the most frequent emotion; the best \
        accuracy is \(strong: "\(ReportText.percent(best.2.accuracy)) %") on \(best.0.name).
        """
    }
    let comparable = known.compactMap { dataset, _, metrics in
      dataset.published.flatMap { $0.caution == nil ? (dataset.name, metrics, PublishedFigures.best($0.column)) : nil }
    }
    if !comparable.isEmpty {
      let reached = comparable.filter { $1.accuracy * 100 >= $2 }.map(\.0)
      text += " The paper's own accuracy is reached on \(reached.count) of \(comparable.count)"
      text += "\(some(reached, of: comparable.count))."
    } else if known.contains(where: { $0.0.published != nil }) {
      text += " Published figures stand beside them, but are of other data."
    }
    return text
  }

  /// Which they are, where it is neither none nor all.
  private func some(_ names: [String], of count: Int) -> String {
    names.isEmpty || names.count == count ? "" : " (\(names.joined(separator: ", ")))"
  }
}
