import Core
import Foundation

/// What all ranks of a sweep have to know, worked out and checked by rank 0 before anything is trained.
struct SweepSetup: Codable {
  var configuration: SweepConfiguration
  var folds: FoldFile
  /// The store of each dataset.
  var stores: [String: String]
  /// The digest of what each store holds, as rank 0 sees it.
  var contentDigests: [String: String]
  /// Units still to be trained, longest first.
  var pending: [WorkUnit]
  /// The job's own, which the run directory's lock carries.
  var token = ""
  /// The folder of the ranks' signs of life, where there are several.
  var job = ""

  /// Reads the pretrained weights, if the sweep starts from such, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` or `Faults` saying what is wrong with them.
  static func checkPretrained(_ network: SweepConfiguration.Network) throws {
    if let path = network.pretrained { _ = try PretrainedWeights(opening: path, width: network.width) }
  }

  /// The split of a dataset of the sweep.
  func split(of dataset: String) throws -> FoldFile.Dataset {
    guard let split = folds.datasets.first(where: { $0.name == dataset }) else {
      throw Fault(at: "folds.json", "has no dataset \(dataset); start again with --fresh")
    }
    return split
  }
}
