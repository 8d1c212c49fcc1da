import Core
import Foundation
import Worker

/// What all ranks of a sweep must know; rank 0 prepares and checks it before training starts.
struct SweepSetup: Codable {
  var configuration: SweepConfiguration
  var folds: FoldFile
  /// The clips of each dataset, and of what is trained before its folds, by `WorkUnit.clipSource`.
  var sources: [String: ClipSource]
  /// Units still to be trained, longest first.
  var pending: [WorkUnit]
  /// Identifies the job; it is also in the run directory's lock.
  var token = ""
  /// The folder of the ranks' heartbeat files; empty with one rank.
  var job = ""

  /// Clips that are on disk, and how they are split.
  struct ClipSource: Codable {
    /// For people: the dataset, or `synth-sdu, pretraining`.
    var name: String
    /// The path of their store.
    var path: String
    /// The digest of its content on rank 0's host.
    var contentDigest: String
    var split: FoldFile.Dataset
    /// The mean clip.
    var size = ClipSize()
    /// What is derived from them, and the part of it that is still to be made.
    var derived: [StoreDerivation.Target] = []
    var missing: [StoreDerivation.Target] = []
  }

  /// Reads the pretrained weights, if the sweep uses any, so that a bad file is found before training.
  ///
  /// - Throws: a `Fault` or `Faults` saying what is wrong with them.
  static func checkPretrained(_ configuration: SweepConfiguration) throws {
    var checked: [(SweepConfiguration.Network, SweepConfiguration.Registration)] = []
    for arm in configuration.resolvedArms where !checked.contains(where: { $0 == (arm.network, arm.registration) }) {
      checked.append((arm.network, arm.registration))
      for method in arm.methods.compactMap(arm.method(named:)) { try method.checkStart(arm) }
    }
  }

  /// The splits of all sources.
  var splits: FoldFile { FoldFile(datasets: sources.map(\.value.split)) }

  /// How many clips a unit trains on and tests.
  var clipCounts: (WorkUnit) -> MethodCost.ClipCounts { splits.clipCounts(sources.mapValues(\.size)) }

  /// The clips of a unit.
  func source(of unit: WorkUnit) throws -> ClipSource {
    guard let source = sources[unit.clipSource] else {
      throw Fault(at: "folds.json", "has no clips for \(unit); start again with --fresh")
    }
    return source
  }
}
