import Core

extension SweepConfiguration {
  /// Every work unit of the sweep, in the order of its tables.
  func workUnits(_ folds: FoldFile) -> [WorkUnit] {
    seeds.flatMap { seed in
      folds.datasets.flatMap { dataset in
        variants.flatMap { variant in
          dataset.folds.indices.map { WorkUnit(dataset: dataset.name, fold: $0, variant: variant, seed: seed) }
        }
      }
    }
  }
}
