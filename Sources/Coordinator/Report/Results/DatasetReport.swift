import Core

/// One dataset of the report: what each variant reached on it, and what others published.
struct DatasetReport: Equatable, Sendable {
  var name: String
  var classes: [String]
  var isSynthetic: Bool
  /// Whether the sweep file names a folder of landmarks.
  var hasLandmarks: Bool
  /// Numbers of the folds, ascending.
  var folds: [Int]
  /// Clips of all folds; of the finished ones where the split is not known.
  var clips: Int
  var subjects: Int?
  var splitDigest: String?
  var published: PublishedFigures.Match?
  /// Variants of the dual-branch network and other methods, in the configuration's order.
  var variants: [VariantReport]
  /// Each other variant against `full`, where both have predictions of the same clips.
  var comparisons: [VariantComparison]
  /// Each other method, and the plain network, against `full`, likewise; corrected for these comparisons alone.
  var methodComparisons: [VariantComparison]
  /// What one part of the method changes.
  var differences: [PairedDifference]

  init(
    _ dataset: SweepConfiguration.Dataset, configuration: SweepConfiguration, split: ComparisonReport.Split?,
    outcomes: [WorkUnit: UnitOutcome]
  ) {
    let foldsWithOutcome = outcomes.keys.filter { $0.dataset == dataset.name }.map(\.fold)
    let plannedFolds =
      split.map { Array($0.clipsPerFold.indices) }
      ?? (configuration.folds.by == .loso ? [] : Array(0..<configuration.folds.count))
    let folds = split != nil ? plannedFolds : Set(plannedFolds + foldsWithOutcome).sorted()
    let classes = dataset.classes.names
    name = dataset.name
    self.classes = classes
    if case .synthetic = dataset.source { isSynthetic = true } else { isSynthetic = false }
    hasLandmarks = dataset.landmarks != nil
    self.folds = folds
    published = PublishedFigures.match(dataset)
    variants = configuration.compared.map { variant in
      let units = configuration.seeds.flatMap { seed in
        folds.map { fold in
          let unit = WorkUnit(dataset: dataset.name, fold: fold, variant: variant, seed: seed)
          return UnitReport(unit, outcome: outcomes[unit], classes: classes)
        }
      }
      return VariantReport(variant, units: units, classes: classes.count)
    }
    clips = split?.clipsPerFold.reduce(0, +) ?? variants.flatMap(\.seeds).map(\.matrix.total).max() ?? 0
    subjects = split?.subjects
    splitDigest = split?.digest
    comparisons = VariantComparison.againstFull(variants.filter(\.variant.isDualBranch))
    methodComparisons = VariantComparison.againstFull(
      variants.filter { $0.variant == .full || $0.variant == .ce || !$0.variant.isDualBranch })
    differences = PairedDifference.all(variants)
  }

  /// The variant that stands for the dataset in overviews: `full` where it has a result, else the last variant of the
  /// dual-branch network that has, else the last method that has.
  var principal: VariantReport? {
    let measured = variants.filter { $0.metrics != nil }
    return measured.first { $0.variant == .full } ?? measured.last(where: \.variant.isDualBranch) ?? measured.last
      ?? variants.last
  }
}

/// One work unit of the report: its checked result, or why there is none.
struct UnitReport: Equatable, Sendable {
  var unit: WorkUnit
  var ending: Ending

  enum Ending: Equatable, Sendable {
    case finished(UnitResult, ConfusionMatrix)
    case failed(String)
    case notRun
  }

  /// A result that does not fit the dataset's classes, or itself, counts as failed.
  init(_ unit: WorkUnit, outcome: UnitOutcome?, classes: [String]) {
    self.unit = unit
    switch outcome {
    case .finished(let result): ending = UnitReport.checked(result, classes)
    case .failed(_, let reason): ending = .failed(reason)
    case nil: ending = .notRun
    }
  }

  var result: UnitResult? { if case .finished(let result, _) = ending { result } else { nil } }
  var matrix: ConfusionMatrix? { if case .finished(_, let matrix) = ending { matrix } else { nil } }

  /// `finished`, `failed` or `not run`.
  var status: String {
    switch ending {
    case .finished: "finished"
    case .failed: "failed"
    case .notRun: "not run"
    }
  }

  /// Why there is no result; empty when there is one.
  var reason: String {
    switch ending {
    case .finished: ""
    case .failed(let reason): reason
    case .notRun: "not run yet"
    }
  }

  private static func checked(_ result: UnitResult, _ classes: [String]) -> Ending {
    guard result.classes == classes else { return .failed("its result is of other classes; run it again") }
    guard let matrix = ConfusionMatrix(counts: result.confusion), matrix.classes == classes.count else {
      return .failed("the confusion matrix of its result is damaged; run it again")
    }
    var recounted = ConfusionMatrix(classes: classes.count)
    for prediction in result.predictions {
      guard classes.indices.contains(prediction.truth), classes.indices.contains(prediction.predicted),
        prediction.probabilities.count == classes.count, prediction.probabilities.allSatisfy(\.isFinite)
      else { return .failed("the prediction of clip \(prediction.clip) in its result is damaged; run it again") }
      recounted.add(truth: prediction.truth, predicted: prediction.predicted)
    }
    guard result.predictions.isEmpty || recounted == matrix else {
      return .failed("the confusion matrix of its result is not that of its predictions; run it again")
    }
    let shares =
      [result.leakyAccuracy]
      + [result.identityProbe, result.identityProbeOfIdentity, result.identityChance]
      .compactMap { $0 }
    guard shares.allSatisfy({ (0...1).contains($0) }) else {
      return .failed("a figure of its result is not between 0 and 1; run it again")
    }
    return .finished(result, matrix)
  }
}
