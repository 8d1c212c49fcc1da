import Core

/// One dataset of the report: the results of each variant and method on it, and what others published.
struct DatasetReport: Equatable, Sendable {
  var name: String
  var classes: [String]
  var isSynthetic: Bool
  /// Whether the sweep file gives landmarks.
  var hasLandmarks: Bool
  /// How its clips were put into folds.
  var splitting: SweepConfiguration.Folds
  /// Numbers of the folds, ascending.
  var folds: [Int]
  /// Clips of all folds; of the finished ones where the split is not known.
  var clips: Int
  var subjects: Int?
  var splitDigest: String?
  /// By the number of their fold; those that are not known are missing.
  var testClips: [Int: [FoldClip]]
  /// Clips whose emotion is in no class, by emotion.
  var leftOut: [String: Int]
  /// What is in training and in test; nil where nobody looked.
  var leakage: Leakage?
  var published: PublishedFigures.Match?
  /// The databases of a composite dataset; empty for others.
  var parts: [PartReport]
  /// Where the parts' clips come from: parts of two datasets are the same if these are.
  var partSources: [SweepConfiguration.Part]
  /// How it compares with the challenge on composite datasets; nil where it has nothing to do with it.
  var challenge: ChallengeFigures.Match?
  /// Variants of the dual-branch network and other methods, in the configuration's order; the arms of each are
  /// neighbours.
  var variants: [VariantReport]
  /// What all others are tested against.
  var reference: Variant
  /// The same for the variants of the network: the reference if it is one of them, else `full`, else the first.
  var ablationReference: Variant
  /// Everything against the reference with the same arm, where both have predictions of the same clips.
  var tests: [VariantComparison]
  /// The best of all methods, variants and arms; nil without a result.
  var best: BestMethod?
  /// Each other variant against their reference with the same arm; corrected for these comparisons alone.
  var comparisons: [VariantComparison]
  /// Each other method, the plain and the whole network against the reference; corrected for these comparisons alone.
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
    splitting = configuration.folds(of: dataset)
    // A number that is not used makes no other way.
    if splitting.by.hasOwnCount { splitting.count = SweepConfiguration.Folds().count }
    let foldsWithOutcome = outcomes.keys.filter {
      $0.dataset == dataset.name && !$0.variant.isPretraining && !$0.isFinal
    }.map(\.fold)
    let plannedFolds =
      split.map { Array($0.clipsPerFold.indices) }
      ?? (splitting.by.hasOwnCount ? [] : Array(0..<splitting.count))
    let folds = split != nil ? plannedFolds : Set(plannedFolds + foldsWithOutcome).sorted()
    let classes = dataset.classes.names
    name = dataset.name
    self.classes = classes
    isSynthetic = dataset.isSynthetic
    hasLandmarks = dataset.landmarks != nil
    self.folds = folds
    variants = configuration.recognisers.map { recogniser in
      let units = configuration.seeds.flatMap { seed in
        folds.map { fold in
          let unit = WorkUnit(
            dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
          return UnitReport(unit, outcome: outcomes[unit], classes: classes)
        }
      }
      return VariantReport(recogniser, units: units, classes: classes.count, of: configuration)
    }
    clips = split?.clipsPerFold.reduce(0, +) ?? variants.flatMap(\.seeds).map(\.matrix.total).max() ?? 0
    subjects = split?.subjects
    splitDigest = split?.digest
    (leftOut, leakage) = (split?.leftOut ?? [:], split?.leakage)
    testClips = DatasetReport.testClips(folds, split, variants)
    let clipsPerClass = split?.clipsPerClass ?? DatasetReport.clipsPerClass(variants)
    published = PublishedFigures.match(
      dataset,
      PublishedFigures.Measured(
        clips: clips, clipsPerClass: clipsPerClass, subjects: subjects, folds: splitting))
    parts = DatasetReport.parts(of: dataset, testClips: testClips, variants: variants)
    partSources = dataset.parts ?? []
    challenge = ChallengeFigures.match(dataset, parts: parts, folds: splitting)
    let own = configuration.referenceVariant
    reference = own
    tests = VariantComparison.against(own, variants)
    best = BestMethod(of: variants, reference: own, tests: tests)
    let network = DatasetReport.ablation(variants)
    let first = network.first(where: \.isFull) ?? network.first
    ablationReference = own.ablation == nil ? first?.variant ?? .full : own
    comparisons = VariantComparison.against(ablationReference, network)
    methodComparisons = VariantComparison.against(
      own, variants.filter { [own, .full, .ce].contains($0.variant) || $0.variant.ablation == nil })
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

  /// What stands for the dataset, or for an arm on it: the best method with this arm, else the last one.
  ///
  /// - Parameter arm: nil in a sweep without arms.
  func principal(of arm: String?) -> VariantReport? {
    let variants = variants.filter { $0.arm == arm }
    return BestMethod.chosen(of: variants, reference: reference) ?? variants.last
  }

  /// The paper's network: `full` where it has a result, else the last variant of the dual-branch network that has; nil
  /// where none has.
  ///
  /// - Parameter arm: nil in a sweep without arms.
  func network(of arm: String?) -> VariantReport? {
    let measured = ablation.filter { $0.arm == arm && $0.metrics != nil }
    return measured.first(where: \.isFull) ?? measured.last
  }

  /// Clips of each class, from a variant whose folds are all finished; nil where there is none.
  private static func clipsPerClass(_ variants: [VariantReport]) -> [Int]? {
    guard let whole = variants.first(where: { $0.finished == $0.units.count && $0.finished > 0 }),
      let matrix = whole.seeds.first?.matrix
    else { return nil }
    return (0..<matrix.classes).map(matrix.support)
  }
}
