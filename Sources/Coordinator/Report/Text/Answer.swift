import Core

extension ComparisonReport {
  /// What has a result: a dataset, the best method on it, and its figures.
  private typealias Known = (dataset: DatasetReport, best: BestMethod, metrics: Metrics)

  /// The whole sweep in a few sentences: which method is best, how sure that is, how good it is and against what. With
  /// arms, also which of them is better.
  var answer: Prose {
    let known: [Known] = datasets.compactMap { dataset in
      dataset.best.flatMap { best in best.report.metrics.map { (dataset, best, $0) } }
    }
    guard !known.isEmpty else { return "No unit has finished yet, so there are no figures." }
    let isChoice = known.contains { $0.best.among > 1 }
    let choice: [Prose?] = isChoice ? [best(known), tested(known)] : []
    var sentences = (choice + [howGood(known, isChoice: isChoice), reached(known)]).compactMap { $0 }
    if known.allSatisfy({ $0.dataset.published?.caution != nil || $0.dataset.published == nil }),
      known.contains(where: { $0.dataset.published != nil })
    {
      sentences.append("Published figures are of other data.")
    }
    if isChoice { sentences.append(Explanations.chosenOnTestClips) }
    return (sentences + comparedArms).joined(separator: " ")
  }

  /// Which method is best where.
  private func best(_ known: [Known]) -> Prose {
    var groups: [(name: String, datasets: [String])] = []
    for (dataset, best, _) in known {
      if let index = groups.firstIndex(where: { $0.name == best.report.name }) {
        groups[index].datasets.append(dataset.name)
      } else {
        groups.append((best.report.name, [dataset.name]))
      }
    }
    let among = known.map(\.best.among).max() ?? 0
    if groups.count == 1, let only = groups.first {
      let datasets = known.count == 1 ? "" : known.count == 2 ? " on both datasets" : " on all \(known.count) datasets"
      return "\(strong: only.name) is the best of \(among)\(datasets)."
    }
    let list = groups.map { "\(strong: $0.name) on \($0.datasets.joined(separator: ", "))" as Prose }
    return "The best of \(among): " + list.joined(separator: "; ") + "."
  }

  /// On how many datasets the best beats the reference, or as the reference the next best.
  private func tested(_ known: [Known]) -> Prose? {
    func sentence(_ isReference: Bool, _ beginning: Prose) -> Prose? {
      let tests = known.compactMap { known in
        known.best.rival.flatMap { $0.isReference == isReference ? (known.dataset.name, $0.isBeaten) : nil }
      }
      guard !tests.isEmpty else { return nil }
      let better = tests.filter(\.1).map(\.0)
      return beginning + " on \(strong: "\(better.count) of \(tests.count)")\(some(better, of: tests.count))"
    }
    let reference: Prose = "\(emphasis: configuration.referenceVariant.rawValue)"
    let parts = [
      sentence(true, "it is better than the reference, " + reference + ","),
      sentence(false, "the reference, " + reference + ", is better than the next best"),
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return "By McNemar's exact test (p < 0.05, Holm-corrected), " + parts.joined(separator: ", and ") + "."
  }

  private func howGood(_ known: [Known], isChoice: Bool) -> Prose? {
    guard let best = known.max(by: { $0.metrics.accuracy < $1.metrics.accuracy }) else { return nil }
    let accuracy: Prose = "\(strong: "\(ReportText.percent(best.metrics.accuracy)) %")"
    if known.count == 1 {
      let interval =
        best.best.report.intervals?[.accuracy].map { " (95 % interval \(ReportText.percent($0)))" } ?? ""
      return """
        \(accuracy) of clips are predicted correctly\(interval); \
        always predicting the most frequent emotion gives \(ReportText.percent(best.metrics.majorityAccuracy)) %.
        """
    }
    let above = known.filter { _, best, metrics in
      (best.report.intervals?[.accuracy]?.lowerBound ?? 0) > metrics.majorityAccuracy
    }.map(\.dataset.name)
    return """
      On \(strong: "\(above.count) of \(known.count)") datasets\(some(above, of: known.count)) the whole 95 % \
      interval of \(isChoice ? "its" : "the") accuracy is above always predicting the most frequent emotion; the \
      highest accuracy is \(accuracy) on \(best.dataset.name).
      """
  }

  /// On how many datasets the paper's network reaches the paper's accuracy; nil where it cannot be compared.
  private func reached(_ known: [Known]) -> Prose? {
    let comparable = known.compactMap { dataset, best, _ -> (name: String, isReached: Bool)? in
      guard let published = dataset.published, published.caution == nil,
        let metrics = dataset.network(of: best.report.arm)?.metrics
      else { return nil }
      return (dataset.name, metrics.accuracy * 100 >= PublishedFigures.best(published.column))
    }
    guard !comparable.isEmpty else { return nil }
    let reached = comparable.filter(\.isReached).map(\.name)
    return """
      The paper's own accuracy is reached by its network on \(reached.count) of \(comparable.count)\
      \(some(reached, of: comparable.count)).
      """
  }

  /// Whether each other arm is better than the reference arm, by the tests of the paper's network, or without it of the
  /// arm's best method.
  private var comparedArms: [Prose] {
    guard let reference = configuration.referenceArm else { return [] }
    return arms.compactMap { arm in
      let tests = datasets.compactMap { dataset in
        let own = (dataset.network(of: arm) ?? dataset.principal(of: arm))?.recogniser
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
