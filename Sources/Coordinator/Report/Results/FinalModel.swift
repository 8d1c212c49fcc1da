import Core

/// A model that was trained on all clips of a dataset, to be used afterwards. It has no test clips, so it has no
/// figures.
struct FinalModel: Equatable, Sendable {
  var unit: UnitReport
  /// Of its weights, in the run directory: `casme2/final/full/menet.safetensors`.
  var file: String
  /// Clips of the dataset; where the epoch is chosen on subjects held out, theirs are among them.
  var clips: Int

  /// All that a sweep trains, seed by seed.
  ///
  /// - Parameter datasets: of the same sweep.
  static func all(
    _ configuration: SweepConfiguration, _ datasets: [DatasetReport], _ outcomes: [WorkUnit: UnitOutcome]
  ) -> [FinalModel] {
    configuration.finalUnits.compactMap { unit in
      datasets.first { $0.name == unit.dataset }.map { dataset in
        let folder = RunDirectory(path: ".").unit(unit, seeds: configuration.seeds.count).dropFirst(2)
        let name = unit.variant.ablation == nil ? "model" : "menet"
        return FinalModel(
          unit: UnitReport(unit, outcome: outcomes[unit], classes: dataset.classes),
          file: "\(folder)/\(name).safetensors", clips: dataset.clips)
      }
    }
  }
}
