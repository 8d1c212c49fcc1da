/// How fast the ranks of each host are compared with those of the others, from the steps that groups report: a value.
struct HostSpeeds<Kind: Hashable> {
  /// Work, and the rank-seconds that it took, of each kind of steps on each host.
  private var seen: [Kind: [String: (work: Double, rankSeconds: Double)]] = [:]

  /// Hosts whose speeds differ by less than this share count as alike: units differ by as much.
  private static var noise: Double { 0.1 }

  /// Adds work that ranks of one host have done.
  mutating func add(_ work: Double, rankSeconds: Double, _ kind: Kind, host: String) {
    guard work > 0, rankSeconds > 0 else { return }
    let before = seen[kind]?[host] ?? (0, 0)
    seen[kind, default: [:]][host] = (before.work + work, before.rankSeconds + rankSeconds)
  }

  /// The speed of each of these hosts as a share of their mean; 1 for a host of which nothing is known, and for all
  /// where they are alike. Only kinds of steps that several hosts have taken say something.
  func relative(_ hosts: [String]) -> [Double] {
    let names = Set(hosts)
    var sums: [String: (weighted: Double, rankSeconds: Double)] = [:]
    for onHosts in seen.values {
      let own = onHosts.filter { names.contains($0.key) }.sorted { $0.key < $1.key }
      guard own.count > 1 else { continue }
      let mean = own.reduce(0) { $0 + $1.value.work / $1.value.rankSeconds } / Double(own.count)
      for (host, sum) in own {
        let before = sums[host] ?? (0, 0)
        sums[host] = (before.weighted + sum.work / mean, before.rankSeconds + sum.rankSeconds)
      }
    }
    let speeds = hosts.map { host in sums[host].map { $0.weighted / $0.rankSeconds } ?? 1 }
    guard let least = speeds.min(), let most = speeds.max(), most > least * (1 + HostSpeeds.noise) else {
      return hosts.map { _ in 1 }
    }
    return speeds
  }
}
