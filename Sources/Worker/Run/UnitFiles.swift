import Core
import Foundation

/// The files of one work unit in its directory; the group's first rank writes them.
struct UnitFiles {
  let directory: String

  var metrics: String { directory + "/metrics.jsonl" }

  var checkpoints: CheckpointFolder { CheckpointFolder(unit: directory) }

  /// Makes the directories and removes temporary files of a process that was killed.
  func prepare() throws {
    try checkpoints.prepare()
    AtomicFile.removeLeftovers(in: directory)
  }

  /// Rewrites the metrics with these epochs, because a run that was lost may have written more after its last
  /// checkpoint.
  func rewriteMetrics(_ epochs: [EpochRecord]) throws { try JSONLines.write(epochs, to: metrics) }

  func removeMetrics() { unlink(metrics) }

  func append(_ record: EpochRecord) throws { try JSONLines.append(record, to: metrics) }

  /// Writes the model files and returns the digest of the last one, which predicting needs.
  func write(_ models: [ModelFile]) throws -> String {
    var path = ""
    for model in models {
      path = "\(directory)/\(model.name).safetensors"
      try SafeTensors.write(model.contents, metadata: model.metadata, to: path)
    }
    return try SHA256.hex(ofFile: path)
  }

  func write(_ result: UnitResult) throws {
    try AtomicFile.write(JSONEncoder.file(result), to: directory + "/result.json")
  }
}
