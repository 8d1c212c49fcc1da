import Core

/// What the figures, tests and marks of the report mean: each sentence stands here once, for all formats.
enum Explanations {
  static let figures: Prose = {
    let meanings = Figure.main.compactMap { figure in
      figure.meaning.map { "\(strong: figure.title) is \($0)" as Prose }
    }
    return meanings.joined(separator: ", ") + ", of the confusion matrix pooled over folds."
  }()

  static func seeds(_ report: ComparisonReport) -> Prose? {
    report.seeds.count > 1 ? "All figures are pooled per seed, then averaged over \(report.seeds.count) seeds." : nil
  }

  static let intervals: Prose = """
    95 % intervals come from drawing subjects with replacement, \(MetricIntervals.resamples) times.
    """

  static let majority: Prose =
    "\(strong: "Majority class"): the accuracy of always predicting the most frequent emotion."

  static let pointsAbove: Prose = """
    With the majority class and the published accuracy: how many points the measured accuracy is above them.
    """

  static func leaky(_ report: ComparisonReport) -> Prose {
    let rare = report.configuration.resolvedArms.map(\.training.testEvery).filter { $0 > 1 }
    let among = rare.max().map { ", among the epochs that were tested, one in \($0)" } ?? ""
    return """
      \(strong: "Leaky"): the accuracy if each fold's epoch is chosen on its own test clips\(among), which makes it \
      too high.
      """
  }

  static let published: Prose = """
    \(strong: "Published"): accuracy of \(PublishedFigures.method) in \(PublishedFigures.source).
    """

  static let publishedMethods: Prose = """
    Published figures: five-fold accuracies in \(PublishedFigures.source), under another protocol.
    """

  /// To be compared with published figures.
  static let publishedIsLeaky: Prose = """
    The authors' public code keeps the epoch that is best on the test fold, so compare the published figures with \
    \(emphasis: "leaky").
    """

  /// Which datasets have a †, and why; nil where none has.
  static func otherData(_ report: ComparisonReport) -> Prose? {
    var cautions: [(text: String, datasets: [String])] = []
    for dataset in report.datasets {
      guard let caution = dataset.published?.caution else { continue }
      if let known = cautions.firstIndex(where: { $0.text == caution }) {
        cautions[known].datasets.append(dataset.name)
      } else {
        cautions.append((caution, [dataset.name]))
      }
    }
    guard !cautions.isEmpty else { return nil }
    let all = cautions.map { "\($0.datasets.joined(separator: ", ")): \($0.text)" }
    return "† Published for other data than measured here (\(all.joined(separator: "; ")))."
  }

  private static let mcNemar: Prose = "McNemar's exact test on the same clips"
  /// - Parameter others: what is compared with the reference: variants or methods.
  private static func holm(_ others: String) -> Prose { "Holm-corrected over the dataset's \(others)" }

  /// The columns about the test against a reference.
  static func test(of others: String, against reference: Prose) -> Prose {
    """
    \(strong: "p"): \(mcNemar), against \(reference), and how many clips only this row and only \
    \(reference) predicted correctly. \(strong: "p, Holm"): \(holm(others)).
    """
  }

  static let bestArm: Prose = "★: the best arm of each method."

  /// - Parameter reference: the arm that the others are compared with.
  static func betterArm(_ reference: String) -> Prose {
    """
    ▲ and ▼: better and worse than arm \(emphasis: reference) with the same method, p < 0.05 by \(mcNemar), \
    \(holm("arms")). In all other tables, tests compare recognisers of the same arm.
    """
  }

  static func betterAndWorse(_ report: ComparisonReport) -> Prose {
    """
    ▲ and ▼: better and worse than the reference, \(report.referenceName), p < 0.05 by \(mcNemar), \
    \(holm("methods")).
    """
  }

  static func differs(from reference: Prose) -> Prose {
    "* Differs from \(reference), p < 0.05 by \(mcNemar), \(holm("variants"))."
  }

  /// That the best is chosen by the figures that it is shown with.
  static let chosenOnTestClips: Prose = """
    The best is chosen on these test clips, so its figures are somewhat too high.
    """

  /// All that is compared.
  private static func everything(_ report: ComparisonReport) -> String {
    report.arms.isEmpty ? "methods and variants" : "methods, variants and arms"
  }

  /// The columns of the best method.
  static func best(_ report: ComparisonReport) -> Prose {
    """
    \(strong: "Best method"): of those with the most finished units, and in how many of \(SubjectDraws.count) draws of \
    subjects no other is better. \(strong: "Against"): how many points it is above the reference, \
    \(report.referenceName), or where that is the best, above the next best; p by \(mcNemar), \
    \(holm(everything(report))); ▲: p < 0.05.
    """
  }

  /// The key of the chart of all methods.
  static func chart(_ report: ComparisonReport) -> Prose {
    """
    Accuracy in per cent, best first, with 95 % intervals. Blue: the best. Ring: the reference, \
    \(report.referenceName); ▲ and ▼: better and worse than it, p < 0.05 by \(mcNemar), \
    \(holm(everything(report))). Dashed: always predicting the most frequent emotion.\
    \(report.holes.isEmpty ? "" : " Last, with their numbers: those that lack units which others have.")
    """
  }

  static let parts: Prose = """
    \(strong: "DAO"): diverse attention; \(strong: "div"): its divergence loss; \(strong: "MI"): IDNet and the mutual \
    information term.
    """

  static let probe: Prose = """
    \(strong: "Probe"): of how many clips a classifier names the subject from the features; it is fitted to every \
    other clip of each subject and scored on the rest. \(strong: "Linear"): ridge regression. \
    \(strong: "Non-linear"): a network with one hidden layer, which also finds what no linear classifier can see.
    """

  static let chance: Prose = "\(strong: "Chance"): always naming the subject that is most frequent."

  /// What the floor is and what is near it, or that it was not measured.
  static func floor(_ report: ComparisonReport) -> Prose {
    let probed = report.foldUnits.compactMap(\.result).filter { $0.identityProbe != nil }
    let without = probed.count { $0.identityFloor == nil }
    guard without < probed.count else {
      return """
        The \(strong: "floor"), the same probe on the true emotion alone, was not measured in this run. Chance alone \
        does not show whether motion features are decoupled.
        """
    }
    let missing = without == 0 ? "" : " It was not measured in \(without) of \(probed.count) units."
    return """
      \(strong: "Floor"): the same probe on the true emotion alone. People show some emotions more often than others, \
      so features that hold the emotion and nothing else reach the floor, not chance. Motion features count as \
      decoupled when they are near it: \(near).\(missing)
      """
  }

  /// How near the floor is near.
  private static let near: String = {
    let points = [Decoupling.nearFloor, Decoupling.nearFloorNonlinear].map { ReportText.decimals(100 * $0, 0) }
    return "at most \(points[0]) points above by the linear probe, \(points[1]) by the non-linear one"
  }()

  static let attention: Prose = """
    \(strong: "Attention"): how alike the attention maps of a clip's frames are, as their product (Eq. 2) and their \
    mass in common.
    """

  static let information: Prose = """
    \(strong: "Information"): mutual information of motion and identity features after the last epoch, by an \
    estimator on training clips that it was not fitted on.
    """

  static let pairs: Prose = """
    Paired over folds and seeds. Folds of a seed share training clips, so the interval is somewhat too narrow.
    """

  static let times: Prose = """
    \(strong: "Time per fold"): mean wall-clock time; features of clips are computed once, in the first fold that \
    needs them.
    """
}
