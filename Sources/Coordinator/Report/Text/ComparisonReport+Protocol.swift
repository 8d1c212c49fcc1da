import Core

extension ComparisonReport {
  /// How the folds were made, as the report says it.
  var protocolText: String {
    switch splitRule {
    case .subject: "subject-independent folds"
    case .sample: "subjects overlap between training and test folds"
    case .loso: "leave one subject out"
    }
  }

  /// Which epoch was scored, as the report says it.
  var selectionText: String {
    switch selection {
    case .last: "the last epoch is scored"
    case .validation: "the epoch is chosen on an inner validation fold of subjects"
    }
  }
}
