import Core

/// Whether the same is in training and in test, and which clips nobody was trained on or tested with.
extension TrustCheck {
  static func leakage(_ report: ComparisonReport) -> [TrustCheck] {
    let known = report.datasets.filter { $0.splitDigest != nil }
    let checked = known.compactMap { dataset in dataset.leakage.map { (dataset: dataset, found: $0) } }
    let clean = checked.filter { $0.found.isNone }.map(\.dataset)
    let unknown = known.filter { $0.leakage == nil }.map(\.name)
    return [
      found(checked.map { ($0.dataset.name, $0.found.acrossFolds) }, .broken, "On both sides of the split."),
      clean.isEmpty ? nil : none(clean, among: report),
      unknown.isEmpty
        ? nil
        : TrustCheck(
          .caution, "Not checked for what is on both sides of the split.",
          "\(unknown.joined(separator: ", ")): the run was begun by an earlier version."),
      found(checked.map { ($0.dataset.name, $0.found.insideFolds) }, .caution, "Clips that count several times."),
      leftOut(report),
    ].compactMap { $0 }
  }

  /// What was found, dataset by dataset; nil where nothing was.
  private static func found(
    _ datasets: [(name: String, remarks: [String])], _ verdict: Verdict, _ title: String
  ) -> TrustCheck? {
    let found = datasets.filter { !$0.remarks.isEmpty }
    guard !found.isEmpty else { return nil }
    let texts = found.map { dataset in
      "\(dataset.name): " + dataset.remarks.map { Prose(message: $0) }.joined(separator: "; ")
    }
    return TrustCheck(verdict, title, texts.joined(separator: ". ") + ".")
  }

  private static func none(_ datasets: [DatasetReport], among report: ComparisonReport) -> TrustCheck {
    let isAll = datasets.count == report.datasets.count
    let clips = isAll ? "No two clips" : "\(datasets.map(\.name).joined(separator: ", ")): no two clips"
    let distinct = report.configuration.datasets.filter { $0.similarSubjects == .distinct }.map(\.name)
    let comparesNames = datasets.allSatisfy { $0.splitting.by != .sample && !distinct.contains($0.name) }
    let names = comparesNames ? ", and no two subjects there have names that may be one person's" : ""
    return TrustCheck(
      .holds, "Nothing on both sides of the split.",
      "\(clips) in training and in test have a frame in common or are of one recording\(names).")
  }

  private static func leftOut(_ report: ComparisonReport) -> TrustCheck? {
    let datasets = report.datasets.filter { !$0.leftOut.isEmpty }
    guard !datasets.isEmpty else { return nil }
    let texts = datasets.map { dataset in
      let emotions = dataset.leftOut.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      let clips = ReportText.count(dataset.leftOut.values.reduce(0, +), "clip")
      return "\(dataset.name): \(clips) whose emotion is in no class (\(emotions.joined(separator: ", ")))"
    }
    return TrustCheck(.caution, "Clips left out.", "\(texts.joined(separator: "; ")).")
  }
}
