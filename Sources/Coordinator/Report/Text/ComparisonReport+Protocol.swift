import Core

extension ComparisonReport {
  /// How the folds were made, as the report says it: `leave one subject out`; where datasets differ, each with its
  /// way.
  var protocolText: String {
    let ways = splittings
    guard ways.count > 1 else { return ways.first?.folds.by.protocolText ?? "" }
    return ways.map { way in
      "\(way.datasets.map(\.name).joined(separator: ", ")): \(way.folds.by.protocolText)"
    }.joined(separator: "; ")
  }

  /// Whether an arm, or the sweep, chooses the epoch on an inner validation fold.
  var choosesEpoch: Bool { selections.contains(.validation) }

  /// Which epoch was scored, as the report says it.
  var selectionText: String {
    selections.count > 1
      ? "the last epoch is scored, or in some arms the epoch is chosen on an inner validation fold of subjects"
      : choosesEpoch
        ? "the epoch is chosen on an inner validation fold of subjects" : "the last epoch is scored"
  }
}

extension SplitRule {
  /// How folds are made by this rule, as the report says it.
  var protocolText: String {
    switch self {
    case .subject: "subject-independent folds"
    case .sample: "subjects overlap between training and test folds"
    case .loso: "leave one subject out"
    case .dataset: "leave one dataset out"
    }
  }
}
