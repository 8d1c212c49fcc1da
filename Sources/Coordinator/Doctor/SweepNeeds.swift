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
  /// Ranks of the smallest group at the beginning, which needs the most memory for each.
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

  /// - Parameter units: those that are still to be trained, and the clips of each one's test fold and training.
  init(
    _ configuration: SweepConfiguration, units: [(unit: WorkUnit, clips: MethodCost.ClipCounts)], ranks: Int,
    fixed: Int?
  ) {
    let cost = UnitCost(configuration: configuration)
    name = configuration.name
    folder = SweepNeeds.nearestFolder(configuration.output)
    stores = [:]
    for dataset in configuration.datasets {
      for source in dataset.sources {
        guard case .store(let path) = source.source else { continue }
        stores[dataset.parts == nil ? dataset.name : "\(dataset.name)/\(source.name)"] = path
      }
    }
    for clips in configuration.pretrainings {
      if let path = clips.pretraining.dataset.store { stores[clips.name] = path }
    }
    lanes = configuration.commonLanes
    self.units = units.count
    let work = units.map { GroupSizes.Unit(left: cost.total($0.unit, $0.clips)) }
    let sizes = GroupSizes(most: lanes, fixed: fixed)
      .decide(work.sorted { $0.left > $1.left }, idle: ranks).filter { $0 > 0 }
    ranksPerFold = sizes.min() ?? 1
    let most = units.map(\.clips).max { $0.training + $0.test < $1.training + $1.test }
    bytesPerRank = (0...max(0, lanes.trailingZeroBitCount)).map {
      cost.bytesPerRank(ranksPerFold: 1 << $0, clips: most, threads: Parallel.threads)
    }
    diskBytes = cost.diskBytes(units.map { ($0.unit, $0.clips.test) }, groups: max(1, sizes.count))
  }

  /// The folder itself, or the nearest one above it that exists.
  static func nearestFolder(_ path: String) -> String {
    var url = URL(fileURLWithPath: path).standardizedFileURL
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) { url.deleteLastPathComponent() }
    return url.path
  }
}
