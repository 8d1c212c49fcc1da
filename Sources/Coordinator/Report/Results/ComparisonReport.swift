import Core

/// What a sweep measured, on all its datasets and variants: a pure value, made from the units' outcomes.
///
/// It does not depend on the order of the outcomes. Units of the sweep without an outcome are shown as not run;
/// outcomes of units that are not of the sweep are left out.
struct ComparisonReport: Equatable, Sendable {
  var name: String
  var programVersion: String
  /// SHA-256 of the resolved configuration.
  var configurationDigest: String
  /// Which epoch is scored; several where arms differ.
  var selections: [SweepConfiguration.Selection]
  var seeds: [UInt64]
  /// Of the dual-branch network.
  var variants: [Variant]
  /// Other methods that the sweep compares it with.
  var methods: [Variant]
  /// The arms' names; empty in a sweep without arms.
  var arms: [String] { configuration.armNames.compactMap { $0 } }
  /// How many variants and methods there are, in all arms.
  var compared: Int { (variants.count + methods.count) * configuration.armNames.count }
  /// All of them, with their arms.
  var recognisers: [Recogniser] { configuration.recognisers }
  /// What was asked for, resolved.
  var configuration: SweepConfiguration
  /// In the configuration's order.
  var datasets: [DatasetReport]
  /// What was trained before the folds, seed by seed; empty where nothing was.
  var pretraining: [PretrainingReport]
  /// What was trained on all clips, to be used afterwards; empty where nothing was.
  var finals: [FinalModel]
  /// Which datasets it is of, in a report of those that were put into folds in one way; nil in the whole report.
  var group: ProtocolGroup?

  /// How a dataset was split into folds, as far as outcomes alone do not say it.
  struct Split: Equatable, Sendable {
    /// Clips of each test fold.
    var clipsPerFold: [Int]
    var subjects: Int
    /// The hash in folds.json.
    var digest: String
    /// In the order of the classes; nil where it is not known.
    var clipsPerClass: [Int]?
    /// Those of each test fold; empty where they are not known.
    var testClips: [[FoldClip]] = []
    /// Clips whose emotion is in no class, by emotion.
    var leftOut: [String: Int] = [:]
    /// What is in training and in test; nil where nobody looked, in runs that an earlier version began.
    var leakage: Leakage?
  }

  /// - Parameters:
  ///   - configuration: the sweep that was run, complete and checked.
  ///   - outcomes: one per unit, in any order; where a unit has several, a finished one counts.
  ///   - splits: by the dataset's name, those of what was pretrained by `PretrainingClips.key`;
  ///     without one the folds are those of the configuration and the outcomes.
  ///   - programVersion: as `microfold --version` says it.
  ///   - configurationDigest: SHA-256 of the resolved configuration.
  init(
    configuration: SweepConfiguration, outcomes: [UnitOutcome], splits: [String: Split] = [:],
    programVersion: String, configurationDigest: String
  ) {
    name = configuration.name
    self.programVersion = programVersion
    self.configurationDigest = configurationDigest
    let selected = configuration.resolvedArms.map(\.training.selection)
    selections = SweepConfiguration.Selection.allCases.filter(selected.contains)
    seeds = configuration.seeds
    variants = configuration.compared.filter { $0.ablation != nil }
    methods = configuration.compared.filter { $0.ablation == nil }
    self.configuration = configuration
    let byUnit = Dictionary(outcomes.map { ($0.unit, $0) }) { one, other in
      if case .finished = one { one } else { other }
    }
    datasets = configuration.datasets.map { dataset in
      DatasetReport(dataset, configuration: configuration, split: splits[dataset.name], outcomes: byUnit)
    }
    pretraining = PretrainingReport.all(configuration, splits, byUnit)
    finals = FinalModel.all(configuration, datasets, byUnit)
  }

  /// For each dataset, the best method, which stands for it in overviews; with arms, one for each arm.
  var principals: [(dataset: DatasetReport, variant: VariantReport?)] {
    datasets.flatMap { dataset in configuration.armNames.map { (dataset, dataset.principal(of: $0)) } }
  }

  /// Every unit of the folds, in the order of the tables.
  var foldUnits: [UnitReport] { datasets.flatMap { $0.variants.flatMap(\.units) } }
  /// Every unit that has figures: the pretraining, then the folds.
  var scoredUnits: [UnitReport] { pretraining.map(\.unit) + foldUnits }
  /// Every unit of the sweep: the pretraining, the folds, then the final models.
  var units: [UnitReport] { scoredUnits + finals.map(\.unit) }
  /// Units that failed or were not run, so that the report lacks them.
  var holes: [UnitReport] { units.filter { $0.result == nil } }
}

extension ComparisonReport {
  /// Whether a subject's clips may be in training and in test: the figures are then not subject-independent.
  var subjectsOverlap: Bool { datasets.contains { $0.splitting.by == .sample } }
  /// The datasets that were put into folds in the same way, for each way.
  var splittings: [(folds: SweepConfiguration.Folds, datasets: [DatasetReport])] {
    datasets.map(\.splitting).distinct.map { folds in (folds, datasets.filter { $0.splitting == folds }) }
  }

  /// The name of what all others are tested against.
  var referenceName: Prose { "\(emphasis: configuration.referenceVariant.rawValue)" }
  /// The same for the variants of the network.
  var ablationReferenceName: Prose { "\(emphasis: datasets.first?.ablationReference.rawValue ?? "full")" }

  /// Whether figures lack folds: not of final models, which have no figures.
  var lacksFigures: Bool { holes.contains { !$0.unit.isFinal } }
  /// Units that were tried and failed.
  var failed: [UnitReport] { holes.filter { $0.status == "failed" } }
  /// Units that have no result yet: the run is unfinished.
  var notRun: [UnitReport] { holes.filter { $0.status != "failed" } }
}
