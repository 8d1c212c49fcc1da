import Core

/// Reasons to trust the comparison, or to be careful with it.
extension RunComparison {
  var checks: [TrustCheck] {
    [people, folds, whole, version, frames, bits, data].compactMap { $0 }
  }

  private var people: TrustCheck {
    reference.report.subjectsOverlap
      ? TrustCheck(
        .broken, "The same people.", "Subjects overlap between training and test, so every figure is too high.")
      : TrustCheck(.holds, "New people.", "No subject is in both training and test.")
  }

  private var folds: TrustCheck {
    TrustCheck(
      .holds, "Same folds.",
      "Every clip of \(datasets.map(\.name).joined(separator: ", ")) is tested in the same fold in all runs.")
  }

  private var whole: TrustCheck {
    let without = pairs.count { $0.onlyOwn + $0.onlyReference > 0 }
    if unfinished.isEmpty, without == 0 {
      return TrustCheck(.holds, "Complete.", "All units finished in all runs; nothing is left out of a test.")
    }
    return TrustCheck(
      unfinished.isEmpty ? .caution : .broken, unfinished.isEmpty ? "Not all shared." : "Not complete.",
      """
      Only folds and seeds that finished in both runs are compared; \
      \(without) of \(ReportText.count(pairs.count, "pair")) leave some out.
      """)
  }

  private var version: TrustCheck {
    let versions = Set(runs.flatMap(\.versions))
    if versions.count == 1 {
      return TrustCheck(.holds, "One version.", "All runs are of MicroFold \(versions.first ?? "").")
    }
    let list = runs.map { "\($0.name) \($0.versions.joined(separator: ", then "))" }
    return TrustCheck(
      .caution, "Different versions.",
      """
      \(list.joined(separator: "; ")). Results have the same bits only within one version, so a part of a difference \
      may come from the program.
      """)
  }

  private var frames: TrustCheck? {
    let other = otherFrames
    guard !other.isEmpty else { return nil }
    let list = other.map { "\($0.run) (\($0.datasets.joined(separator: ", ")))" }
    return TrustCheck(
      .caution, "Other frames.",
      """
      The same clips, but stores with other frames or descriptions than in \(reference.name): \
      \(list.joined(separator: "; ")).
      """)
  }

  /// Runs with the same settings: whether they have the same bits.
  private var bits: TrustCheck? {
    guard settings.isEmpty else { return nil }
    let (units, same) = (pairs.reduce(0) { $0 + $1.units }, pairs.reduce(0) { $0 + $1.sameBits })
    let count = "\(same) of \(ReportText.count(units, "shared unit"))"
    return same == units
      ? TrustCheck(.holds, "Same bits.", "No setting differs, and the weights and predictions of \(count) agree.")
      : TrustCheck(
        .caution, "Other bits.",
        """
        No setting differs, but the weights and predictions of only \(count) agree. One version with the same frames \
        and exact reduction gives the same bits on every machine.
        """)
  }

  private var data: TrustCheck? {
    let synthetic = reference.report.datasets.filter { set in
      set.isSynthetic && datasets.contains { $0.name == set.name }
    }
    guard !synthetic.isEmpty else { return nil }
    let names = synthetic.map(\.name).joined(separator: ", ")
    return TrustCheck(
      .caution, "Synthetic data.",
      "\(synthetic.count == datasets.count ? "All datasets" : "Of the datasets, \(names)") show rendered faces.")
  }
}
