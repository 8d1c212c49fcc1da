import Core

/// The datasets of a sweep that were put into folds in the same way, among others that were not.
struct ProtocolGroup: Equatable, Sendable {
  /// For anchors: `loso`, `subject-5`.
  var identifier: String
  /// `leave one subject out`; with the number of folds where that alone differs.
  var title: String
  /// The sweep's datasets that were put into folds in another way.
  var others: [DatasetReport]
}

extension ComparisonReport {
  /// A report for each way that datasets were put into folds; the report itself where there is one way.
  var byProtocol: [ComparisonReport] {
    let ways = splittings
    guard ways.count > 1 else { return [self] }
    return ways.map { way in
      let isAlone = ways.count { $0.folds.by == way.folds.by } == 1
      let count = way.folds.by.hasOwnCount ? nil : way.folds.count
      var report = self
      report.datasets = way.datasets
      report.group = ProtocolGroup(
        identifier: [way.folds.by.rawValue, count.map { "\($0)" }].compactMap { $0 }.joined(separator: "-"),
        title: way.folds.by.protocolText + (isAlone ? "" : count.map { ", \($0) folds" } ?? ""),
        others: datasets.filter { $0.splitting != way.folds })
      return report
    }
  }
}

extension SweepConfiguration.Folds {
  /// What is left out in turn, and what the model is trained on.
  var explanation: String {
    switch by {
    case .subject: "Whole subjects are put into \(count) folds: whoever is tested was not trained on."
    case .sample: "Single clips are put into \(count) folds: people who are tested were also trained on."
    case .loso: "One subject at a time is left out of training and tested."
    case .dataset: "One database at a time is left out of training and tested."
    }
  }
}
