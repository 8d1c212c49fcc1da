import Core

/// One dataset of the report: the results of each variant and method on it, and what others published.
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
  /// Variants of the dual-branch network and other methods, in the configuration's order; the arms of each are
  /// neighbours.
  var variants: [VariantReport]
  /// Each other variant against `full` with the same arm, where both have predictions of the same clips.
  var comparisons: [VariantComparison]
  /// The same for each other method and the plain network; corrected for these comparisons alone.
  var methodComparisons: [VariantComparison]
  /// Each arm against the reference arm, for every variant and method; corrected for these comparisons alone. Empty
  /// without arms.
  var armComparisons: [VariantComparison]
  /// What one part of the method changes.
  var differences: [PairedDifference]
  /// What an arm changes, from the reference arm.
  var armDifferences: [PairedDifference]

  init(
    _ dataset: SweepConfiguration.Dataset, configuration: SweepConfiguration, split: ComparisonReport.Split?,
    outcomes: [WorkUnit: UnitOutcome]
  ) {
    let foldsWithOutcome = outcomes.keys.filter { $0.dataset == dataset.name && $0.variant != .pretraining }.map(\.fold)
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
    variants = configuration.recognisers.map { recogniser in
      let units = configuration.seeds.flatMap { seed in
        folds.map { fold in
          let unit = WorkUnit(
            dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
          return UnitReport(unit, outcome: outcomes[unit], classes: classes)
        }
      }
      return VariantReport(recogniser, units: units, classes: classes.count)
    }
    clips = split?.clipsPerFold.reduce(0, +) ?? variants.flatMap(\.seeds).map(\.matrix.total).max() ?? 0
    subjects = split?.subjects
    splitDigest = split?.digest
    comparisons = VariantComparison.againstFull(DatasetReport.ablation(variants))
    methodComparisons = VariantComparison.againstFull(
      variants.filter { $0.variant == .full || $0.variant == .ce || $0.variant.ablation == nil })
    differences = PairedDifference.all(variants)
    let (all, reference) = (variants, configuration.referenceArm)
    armComparisons = reference.map { VariantComparison.againstArm($0, all) } ?? []
    armDifferences = reference.map { PairedDifference.fromArm($0, all) } ?? []
  }

  /// The variants of the dual-branch network.
  var ablation: [VariantReport] { DatasetReport.ablation(variants) }

  private static func ablation(_ variants: [VariantReport]) -> [VariantReport] {
    variants.filter { $0.variant.ablation != nil }
  }

  /// The variant that stands for the dataset, or for an arm on it, in overviews: `full` where it has a result, else the
  /// last variant of the dual-branch network that has, else the last method that has.
  ///
  /// - Parameter arm: nil in a sweep without arms.
  func principal(of arm: String?) -> VariantReport? {
    let variants = variants.filter { $0.arm == arm }
    let measured = variants.filter { $0.metrics != nil }
    return measured.first(where: \.isFull) ?? measured.last { $0.variant.ablation != nil } ?? measured.last
      ?? variants.last
  }
}
