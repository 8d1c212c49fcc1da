import Core
import Foundation

/// What a sweep needs from its ranks and hosts.
struct SweepNeeds: Codable, Equatable {
  var name: String
  /// The run directory, or the nearest folder above it that exists.
  var folder: String
  /// Datasets and the stores that must exist.
  var stores: [String: String]
  var units = 0
  var ranksPerFold = 1
  var lanes: Int
  /// Peak bytes of a rank, in groups of 1, 2, 4 … ranks up to the lanes.
  var bytesPerRank: [Double]
  /// Bytes that the run will write and keep at a time.
  var diskBytes = 0.0

  /// Bytes of a rank in groups of so many, a power of two.
  func bytesPerRank(ranksPerFold: Int) -> Double {
    bytesPerRank[min(max(0, ranksPerFold.trailingZeroBitCount), bytesPerRank.count - 1)]
  }

  /// - Parameter units: those that are still to be trained, and the clips of each one's test fold.
  init(_ configuration: SweepConfiguration, units: [(unit: WorkUnit, testClips: Int)], ranks: Int, fixed: Int?) {
    let cost = UnitCost(configuration: configuration)
    name = configuration.name
    folder = SweepNeeds.nearestFolder(configuration.output)
    stores = [:]
    for dataset in configuration.datasets {
      if case .store(let path) = dataset.source { stores[dataset.name] = path }
    }
    lanes = configuration.training.lanes
    self.units = units.count
    ranksPerFold = fixed ?? Partition.automaticRanksPerFold(ranks: ranks, units: units.count, lanes: lanes)
    bytesPerRank = (0...max(0, lanes.trailingZeroBitCount)).map { cost.bytesPerRank(ranksPerFold: 1 << $0) }
    diskBytes = cost.diskBytes(units, groups: max(1, ranks / ranksPerFold))
  }

  /// The folder itself, or the nearest one above it that exists.
  static func nearestFolder(_ path: String) -> String {
    var url = URL(fileURLWithPath: path).standardizedFileURL
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) { url.deleteLastPathComponent() }
    return url.path
  }
}

extension UnitCost {
  /// Bytes that units leave on disk, and their checkpoints while they are trained; an estimate.
  ///
  /// Of each unit the weights of its networks, four bytes a parameter; a kibibyte for each test clip (its probabilities
  /// in result.json, predictions.csv and the report) and half of one for each epoch of metrics.jsonl. Of each unit in
  /// training three checkpoints, two kept and one under way, each with the weights and both moments of Adam.
  ///
  /// - Parameter groups: units that are in training at a time.
  func diskBytes(_ units: [(unit: WorkUnit, testClips: Int)], groups: Int) -> Double {
    let kept = units.reduce(0.0) { sum, entry in
      let epochs = Stage.of(entry.unit.variant).reduce(0) { $0 + $1.epochs(configuration.training) }
      return sum + weightBytes(entry.unit.variant) + 1024 * Double(entry.testClips) + 512 * Double(epochs)
    }
    let largest = units.map { weightBytes($0.unit.variant) }.max() ?? 0
    return kept + Double(min(groups, units.count)) * 3 * 3 * largest
  }

  /// Bytes of the networks of a variant; other methods leave about a mebibyte.
  private func weightBytes(_ variant: Variant) -> Double {
    guard variant.isDualBranch else { return 0x1p20 }
    let motion = NetworkCost.motion(configuration.network, attention: variant.attention).parameters
    guard variant.mutualInformation else { return 4 * motion }
    let features = Double(2 * 8 * configuration.network.width)
    return 4 * (motion + NetworkCost.identity(configuration.network).parameters + 64 * features)
  }
}
