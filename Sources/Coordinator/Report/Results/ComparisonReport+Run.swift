import Core
import Worker

extension ComparisonReport {
  /// The report of a sweep, from how its units ended.
  init(_ setup: SweepSetup, _ outcomes: [UnitOutcome]) {
    self.init(
      configuration: setup.configuration, folds: setup.splits, outcomes: outcomes,
      digest: setup.configuration.digest)
  }

  /// The report of a run from the results in its directory; it need not be finished.
  ///
  /// - Parameter folds: the run's own.
  init(of directory: RunDirectory, _ identity: RunDirectory.Identity, folds: FoldFile) throws {
    self.init(
      configuration: identity.configuration,
      folds: FoldFile(datasets: folds.datasets + directory.pretrainingSplits(identity.configuration)),
      outcomes: try directory.outcomes(identity.configuration), digest: identity.digest)
  }

  /// The report of a run directory's outcomes; `folds` has the splits of all clips, `digest` the configuration's.
  init(configuration: SweepConfiguration, folds: FoldFile, outcomes: [UnitOutcome], digest: String) {
    let splits = folds.datasets.map { dataset in
      (
        dataset.name,
        Split(
          clipsPerFold: dataset.folds.map(\.count),
          subjects: Set(dataset.folds.flatMap { $0 }.map(\.subject)).count, digest: dataset.inputDigest,
          clipsPerClass: dataset.classes.indices.map { label in
            dataset.folds.reduce(0) { $0 + $1.count { $0.label == label } }
          }, testClips: dataset.folds, leftOut: dataset.leftOut ?? [:], leakage: dataset.leakage)
      )
    }
    self.init(
      configuration: configuration, outcomes: outcomes, splits: Dictionary(splits) { first, _ in first },
      programVersion: Program.version, configurationDigest: digest)
  }
}
