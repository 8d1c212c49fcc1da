import Core

extension SweepConfiguration {
  /// Every work unit of the sweep: the pretraining, then the folds in the order of the tables, then final models.
  func workUnits(_ folds: FoldFile) -> [WorkUnit] {
    let all = foldUnits(folds) + finalUnits
    let prerequisites = prerequisites(all)
    var seen: Set<WorkUnit> = []
    return all.compactMap { prerequisites[$0] }.filter { seen.insert($0).inserted } + all
  }

  /// For each unit that waits for another, that one.
  func prerequisites(_ units: [WorkUnit]) -> [WorkUnit: WorkUnit] {
    let arms = Dictionary(uniqueKeysWithValues: armNames.map { ($0, resolved($0)) })
    return Dictionary(
      uniqueKeysWithValues: units.compactMap { unit in
        arms[unit.arm].flatMap { unit.prerequisite($0) }.map { (unit, $0) }
      })
  }

  /// The models that are trained on all clips; programs keep none that could be used afterwards.
  var finalUnits: [WorkUnit] {
    guard final else { return [] }
    return seeds.flatMap { seed in
      datasets.flatMap { dataset in
        recognisers.filter { program(named: $0.variant.rawValue) == nil }.map {
          WorkUnit(
            dataset: dataset.name, fold: WorkUnit.noFold, variant: $0.variant, arm: $0.arm, seed: seed)
        }
      }
    }
  }

  private func foldUnits(_ folds: FoldFile) -> [WorkUnit] {
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

extension [WorkUnit] {
  /// Sorts units, longest first, so that a long one does not start when all others are done; pretraining comes before
  /// everything, because others wait for it.
  ///
  /// - Parameter cost: of a unit, in any measure.
  func longestFirst(_ cost: (WorkUnit) -> Double) -> [WorkUnit] {
    let costs = map(cost)
    let first = map { $0.variant.isPretraining ? 0 : 1 }
    return indices.sorted { (first[$0], costs[$1], $0) < (first[$1], costs[$0], $1) }.map { self[$0] }
  }
}

extension WorkUnit {
  /// The key of its clips among a sweep's sources: the dataset's name, or the folder of its pretraining.
  var clipSource: String {
    guard variant.isPretraining else { return dataset }
    return "\(dataset)/\(PretrainingClips.folder)" + (arm.map { "/arm-\($0)" } ?? "")
  }
}

extension FoldFile {
  /// How many clips a unit trains on and tests.
  ///
  /// - Parameter sizes: of the clips, by `WorkUnit.clipSource`.
  func clipCounts(_ sizes: [String: ClipSize]) -> (WorkUnit) -> MethodCost.ClipCounts {
    let counts = Dictionary(uniqueKeysWithValues: datasets.map { ($0.name, $0.folds.map(\.count)) })
    return { unit in
      guard let folds = counts[unit.clipSource], unit.isFinal || folds.indices.contains(unit.fold) else {
        return MethodCost.ClipCounts(training: 0, test: 0)
      }
      let test = unit.isFinal ? 0 : folds[unit.fold]
      return MethodCost.ClipCounts(
        training: folds.reduce(0, +) - test, test: test, size: sizes[unit.clipSource] ?? ClipSize())
    }
  }
}
