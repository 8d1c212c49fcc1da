/// The ranks without a unit, and which of them form the next group: a value.
struct RankPool: Equatable {
  /// The host of each rank, as the lowest rank there.
  private let hosts: [Int]
  /// Work per second of each rank, in any measure.
  var speeds: [Double]
  /// In ascending order.
  private(set) var idle: [Int]

  /// All ranks are idle.
  ///
  /// - Parameters:
  ///   - hosts: the host of each rank.
  ///   - speeds: of each rank; nil where all are alike.
  init(hosts: [some Hashable], speeds: [Double]? = nil) {
    var first = [:] as [AnyHashable: Int]
    self.hosts = hosts.enumerated().map { rank, host in
      if let known = first[AnyHashable(host)] { return known }
      first[AnyHashable(host)] = rank
      return rank
    }
    self.speeds = speeds ?? Array(repeating: 1, count: hosts.count)
    idle = Array(hosts.indices)
  }

  /// Takes idle ranks: on one host where possible, on a fast one rather than a slow one, and on the one that has the
  /// fewest idle ranks, so that larger groups still find a host. Otherwise from the hosts with the most.
  ///
  /// - Parameter count: at most as many as are idle.
  /// - Returns: in ascending order.
  mutating func take(_ count: Int) -> [Int] {
    let byHost = Dictionary(grouping: idle) { hosts[$0] }
    func speed(_ host: Int) -> Double { (byHost[host] ?? []).reduce(.infinity) { min($0, speeds[$1]) } }
    let whole = byHost.filter { $0.value.count >= count }.keys.min {
      (-speed($0), byHost[$0]?.count ?? 0, $0) < (-speed($1), byHost[$1]?.count ?? 0, $1)
    }
    let order = byHost.keys.sorted { (-(byHost[$0]?.count ?? 0), $0) < (-(byHost[$1]?.count ?? 0), $1) }
    let ranks = whole.flatMap { byHost[$0] } ?? order.flatMap { byHost[$0] ?? [] }
    let taken = Set(ranks.prefix(count))
    idle.removeAll { taken.contains($0) }
    return taken.sorted()
  }

  mutating func giveBack(_ ranks: [Int]) { idle = (idle + ranks).sorted() }

  /// The mean of the ranks' speeds.
  var meanSpeed: Double { speeds.reduce(0, +) / Double(max(1, speeds.count)) }

  /// Work per second of a group: its ranks wait for the slowest.
  func speed(of group: [Int]) -> Double {
    Double(group.count) * group.reduce(.infinity) { min($0, speeds[$1]) }
  }
}
