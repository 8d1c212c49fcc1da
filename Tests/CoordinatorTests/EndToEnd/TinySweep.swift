import Foundation

@testable import Core

/// A whole sweep that takes about a second: two synthetic datasets in two folds, a network four channels wide.
///
/// A training part has seven or eight clips, so each epoch ends with a batch of one or two: smaller than the eight
/// lanes, and without another clip to pair with.
enum TinySweep {
  static let units = 4

  /// Writes the sweep file and gives its path.
  ///
  /// - Parameter methods: words of the key `methods`.
  static func write(
    in scratch: Scratch, learningRate: Double = 1e-3, methods: [String] = ["menet"], name: String = "sweep.json"
  ) throws -> String {
    try scratch.file(
      name,
      text: """
        {
          "name": "tiny",
          "datasets": [
            {"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}},
            {"name": "synth-casme2", "synthetic": {"clips": 16, "size": 32}}
          ],
          "folds": {"count": 2, "by": "subject"},
          "methods": \(methods),
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": \(learningRate), "identityEpochs": 1, "motionEpochs": 2}
        }
        """)
  }

  /// The content of every file below a folder, by its path inside.
  static func files(below folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    return files
  }

  /// What has to be the same however a sweep was run: the report's numbers, every prediction, every tensor that was
  /// learned. Files of features have the clips that were needed so far, which depends on the order of the folds.
  static func science(of run: String) throws -> [String: Data] {
    try files(below: run).filter { name, _ in
      name.hasSuffix(".safetensors") && !name.contains(FeatureStore.folderSuffix + "/") || name == "folds.json"
        || ["report.json", "predictions.csv", "results.csv"].contains { name == "report/\($0)" }
    }
  }

  static func results(of run: String) throws -> [UnitResult] {
    try files(below: run).filter { $0.key.hasSuffix("/result.json") }.sorted { $0.key < $1.key }
      .map { try JSONDecoder().decode(UnitResult.self, from: $0.value) }
  }
}
