import Core
import Foundation

/// The files that one work unit leaves in its directory; the group's first rank writes them.
struct UnitFiles {
  let directory: String

  var metrics: String { directory + "/metrics.jsonl" }

  var checkpoints: CheckpointFolder { CheckpointFolder(unit: directory) }

  /// Makes the directories, without what a killed run left half written.
  func prepare() throws {
    try checkpoints.prepare()
    AtomicFile.removeLeftovers(in: directory)
  }

  /// The metrics become those of these epochs: a run that went on past its last checkpoint had written more.
  func rewriteMetrics(_ epochs: [EpochRecord]) throws { try JSONLines.write(epochs, to: metrics) }

  func removeMetrics() { unlink(metrics) }

  func append(_ record: EpochRecord) throws { try JSONLines.append(record, to: metrics) }

  /// Writes the networks and returns the digest of MENet's file.
  ///
  /// - Parameter classes: the emotions, in the order of MENet's classifier.
  func write(
    _ branch: DualBranch, _ network: SweepConfiguration.Network, classes: [String]
  ) throws -> String {
    let emotional = ModelDescription(classes: classes, network).metadata
    let personal = ModelDescription(classes: nil, network).metadata
    let modules: [(String, (any Module)?, [String: String])] = [
      ("idnet", branch.idnet, personal), ("mine", branch.mine, branch.mine?.metadata ?? [:]),
      ("menet", branch.menet, emotional),
    ]
    for (name, module, metadata) in modules {
      if let module { try SafeTensors.write(module.state, metadata: metadata, to: "\(directory)/\(name).safetensors") }
    }
    return try SHA256.hex(ofFile: directory + "/menet.safetensors")
  }

  /// Writes what a method has learned and returns the digest of the file.
  func write(_ model: [(name: String, tensor: Tensor)], method: String, classes: [String]) throws -> String {
    let path = directory + "/model.safetensors"
    let metadata = ["method": method, "classes": JSONNode.list(classes.map { .string($0) }).canonicalText()]
    try SafeTensors.write(
      model.map { SafeTensors.Content($0.name, shape: $0.tensor.shape, floats: $0.tensor.elements) },
      metadata: metadata, to: path)
    return try SHA256.hex(ofFile: path)
  }

  func write(_ result: UnitResult) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(result) + Data("\n".utf8), to: directory + "/result.json")
  }
}
