import Core

extension SweepConfiguration {
  /// Every work unit of the sweep, in the order of its tables.
  func workUnits(_ folds: FoldFile) -> [WorkUnit] {
    seeds.flatMap { seed in
      folds.datasets.flatMap { dataset in
        recognisers.flatMap { recogniser in
          dataset.folds.indices.map { fold in
            WorkUnit(
              dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
          }
        }
      }
    }
  }
}

extension FoldFile {
  /// How many clips a unit trains on.
  var trainingClips: (WorkUnit) -> Int {
    let sizes = Dictionary(uniqueKeysWithValues: datasets.map { ($0.name, $0.folds.map(\.count)) })
    return { unit in
      guard let folds = sizes[unit.dataset], folds.indices.contains(unit.fold) else { return 0 }
      return folds.reduce(0, +) - folds[unit.fold]
    }
  }
}
