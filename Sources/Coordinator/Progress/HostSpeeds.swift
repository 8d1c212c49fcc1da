/// How fast the ranks of each host are compared with those of the others, from the steps that groups report: a value.
struct HostSpeeds<Kind: Hashable> {
  /// What was measured of each kind of steps on each host.
  private var seen: [Kind: [String: TimeLeft.Measured]] = [:]

  /// Hosts whose speeds differ by less than this share count as alike: units differ by as much.
  private static var noise: Double { 0.1 }

  /// Adds work that ranks of one host have done.
  mutating func add(_ work: Double, rankSeconds: Double, _ kind: Kind, host: String) {
    guard work > 0, rankSeconds > 0 else { return }
    seen[kind, default: [:]][host, default: TimeLeft.Measured()].add(work, rankSeconds: rankSeconds)
  }

  /// The speed of each of these hosts as a share of their mean; 1 for a host of which nothing is known, and for all
  /// where they are alike. Only kinds of steps that several hosts have taken say something.
  func relative(_ hosts: [String]) -> [Double] {
    let names = Set(hosts)
    // The work of each host, of each kind as a share of what all do in a second.
    var shares: [String: TimeLeft.Measured] = [:]
    for onHosts in seen.values {
      let own = onHosts.filter { names.contains($0.key) }.sorted { $0.key < $1.key }
      guard own.count > 1 else { continue }
      let mean = own.reduce(0) { $0 + ($1.value.rate ?? 0) } / Double(own.count)
      for (host, measured) in own {
        shares[host, default: TimeLeft.Measured()].add(measured.work / mean, rankSeconds: measured.rankSeconds)
      }
    }
    let speeds = hosts.map { shares[$0]?.rate ?? 1 }
    guard let least = speeds.min(), let most = speeds.max(), most > least * (1 + HostSpeeds.noise) else {
      return hosts.map { _ in 1 }
    }
    return speeds
  }
}
