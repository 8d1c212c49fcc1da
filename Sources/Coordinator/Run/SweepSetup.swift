import Core
import Foundation
import Worker

/// What all ranks of a sweep must know; rank 0 prepares and checks it before training starts.
struct SweepSetup: Codable {
  var configuration: SweepConfiguration
  var folds: FoldFile
  /// The path of each dataset's store.
  var stores: [String: String]
  /// The digest of each store's content on rank 0's host.
  var contentDigests: [String: String]
  /// What is derived from each dataset's clips, and where it is.
  var derived: [String: [StoreDerivation.Target]] = [:]
  /// The derived stores that are still to be made, of those.
  var missing: [String: [StoreDerivation.Target]] = [:]
  /// Units still to be trained, longest first.
  var pending: [WorkUnit]
  /// Identifies the job; it is also in the run directory's lock.
  var token = ""
  /// The folder of the ranks' heartbeat files; empty with one rank.
  var job = ""

  /// Reads the pretrained weights, if the sweep uses any, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` or `Faults` saying what is wrong with them.
  static func checkPretrained(_ configuration: SweepConfiguration) throws {
    var checked: [SweepConfiguration.Network] = []
    for network in configuration.resolvedArms.map(\.network) where !checked.contains(network) {
      checked.append(network)
      if let path = network.pretrained { _ = try PretrainedWeights(opening: path, width: network.width) }
    }
  }

  /// The split of a dataset of the sweep.
  func split(of dataset: String) throws -> FoldFile.Dataset {
    guard let split = folds.datasets.first(where: { $0.name == dataset }) else {
      throw Fault(at: "folds.json", "has no dataset \(dataset); start again with --fresh")
    }
    return split
  }
}
