import Core
import Worker

extension ComparisonReport {
  /// The report of a sweep, from how its units ended.
  init(_ setup: SweepSetup, _ outcomes: [UnitOutcome]) {
    self.init(
      configuration: setup.configuration, folds: setup.splits, outcomes: outcomes,
      digest: setup.configuration.digest)
  }

  /// The report of a run directory's outcomes; `folds` has the splits of all clips, `digest` the configuration's.
  init(configuration: SweepConfiguration, folds: FoldFile, outcomes: [UnitOutcome], digest: String) {
    let splits = folds.datasets.map { dataset in
      (
        dataset.name,
        Split(
          clipsPerFold: dataset.folds.map(\.count),
          subjects: Set(dataset.folds.flatMap { $0 }.map(\.subject)).count, digest: dataset.inputDigest)
      )
    }
    self.init(
      configuration: configuration, outcomes: outcomes, splits: Dictionary(uniqueKeysWithValues: splits),
      programVersion: Program.version, configurationDigest: digest)
  }
}
