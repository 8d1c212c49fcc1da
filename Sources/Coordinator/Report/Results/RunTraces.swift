import Core
import Foundation
import Worker

/// What a run left besides its results: only for index.html, since it differs between runs or needs the stores.
struct RunTraces {
  /// The run directory, as the user wrote it.
  var directory = ""
  var timeline = Timeline([])
  /// What `metrics.jsonl` of each unit says, also of units that have not finished.
  var epochs: [WorkUnit: [EpochRecord]] = [:]
  /// By the dataset's name; none where the store is not there.
  var faces: [String: MeanFace] = [:]
  /// Of the clips that were named wrongly.
  var errors = ErrorPictures()
  /// The version that the run was begun with.
  var begunWith: String?

  init() {}

  /// Reads what is there; what is missing or damaged is left out, because the report's figures do not need it.
  init(of directory: RunDirectory, _ configuration: SweepConfiguration, folds: FoldFile) {
    self.directory = directory.path
    timeline = Timeline((try? directory.entries()) ?? [])
    begunWith = try? directory.identity().version
    for unit in configuration.workUnits(folds) {
      let file = directory.unit(unit, seeds: configuration.seeds.count) + "/metrics.jsonl"
      let records = (try? JSONLines.read(EpochRecord.self, from: file)) ?? []
      if !records.isEmpty { epochs[unit] = records }
    }
    for dataset in configuration.datasets {
      if let store = try? ClipStore(opening: directory.store(of: dataset)) {
        faces[dataset.name] = try? MeanFace(store)
      }
    }
  }

  /// How far a unit without a result has come: `stage 2, epoch 4 done`; nil where it has not begun.
  func progress(of unit: WorkUnit) -> String? {
    epochs[unit]?.last.map { record in
      (record.stage.map { "stage \($0.rawValue), " } ?? "") + "epoch \(record.epoch) done"
    }
  }
}
