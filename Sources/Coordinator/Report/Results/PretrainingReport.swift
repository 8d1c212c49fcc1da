import Core

/// What one network learned before the folds that start from it.
struct PretrainingReport: Equatable, Sendable {
  var unit: UnitReport
  /// Epochs that it was asked for.
  var epochs: Int
  /// How the people were split: the first part is held out; nil where the split is not known.
  var split: ComparisonReport.Split?

  /// Of all people.
  var clips: Int? { split?.clipsPerFold.reduce(0, +) }
  /// The share of the held-out people's clips that is recognised.
  var accuracy: Double? { unit.matrix?.accuracy }

  /// Every network that a sweep pretrains, seed by seed.
  ///
  /// - Parameter splits: by `PretrainingClips.key`.
  static func all(
    _ configuration: SweepConfiguration, _ splits: [String: ComparisonReport.Split], _ outcomes: [WorkUnit: UnitOutcome]
  ) -> [PretrainingReport] {
    let pretrainings = configuration.pretrainings
    return configuration.seeds.flatMap { seed in
      pretrainings.flatMap { clips in
        clips.units(seed: seed).map { unit in
          PretrainingReport(
            unit: UnitReport(unit, outcome: outcomes[unit], classes: clips.classes.names),
            epochs: clips.pretraining.epochs, split: splits[clips.key])
        }
      }
    }
  }
}
