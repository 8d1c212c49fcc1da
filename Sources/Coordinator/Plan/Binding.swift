import Core

/// Checks the launcher's binding: whether every rank may run on as many processors as it has threads.
///
/// By default Open MPI binds each rank of a job of one or two ranks to a single core. A sweep then takes many times as
/// long, and no other message says so.
enum Binding {
  /// What one rank reports about its processors.
  struct Placement: Codable, Equatable {
    enum Launcher: String, Codable { case none, mpirun, srun }

    var host: String
    var launcher: Launcher
    /// Numbers of the processors (hardware threads) that the rank may run on.
    var processors: Set<Int>
    /// Processors of the host that the launcher could have given to its ranks.
    var available: Int
    /// Hardware threads of one core: launchers count cores.
    var processorsPerCore = 1
    /// Threads of the rank.
    var threads: Int
    /// Whether the user gave that number; otherwise the rank chose it from its processors.
    var threadsAreAsked: Bool
  }

  /// One line per problem, with the options that fix it; empty where there is no problem.
  ///
  /// - Parameter placements: one per rank, in rank order.
  static func advice(_ placements: [Placement]) -> [String] {
    var findings: [Finding] = []
    let ranksOfHosts = Dictionary(grouping: placements.indices) { placements[$0].host }
    for ranks in ranksOfHosts.values.sorted(by: { $0[0] < $1[0] }) {
      guard let found = finding(on: Host(ranks: ranks, placements: ranks.map { placements[$0] })) else { continue }
      if let same = findings.firstIndex(where: { $0.problem == found.problem && $0.remedy == found.remedy }) {
        findings[same].ranks += found.ranks
        findings[same].hosts += found.hosts
      } else {
        findings.append(found)
      }
    }
    return findings.map(\.line)
  }

  /// The ranks of one host; both lists are in rank order.
  private struct Host {
    var ranks: [Int]
    var placements: [Placement]

    var perCore: Int { max(1, placements[0].processorsPerCore) }
    var cores: Int { max(1, (placements.map(\.available).max() ?? 1) / perCore) }
  }

  private struct Finding {
    var ranks: [Int]
    var hosts: [String]
    var problem, remedy: String

    var line: String {
      let more = hosts.count - 1
      let others = more == 0 ? "" : " and \(more) other host\(more == 1 ? "" : "s")"
      return "binding: \(named(ranks)) on \(hosts[0])\(others) \(problem); \(remedy)"
    }

    private func named(_ ranks: [Int]) -> String {
      let ranks = ranks.sorted()
      guard ranks.count > 1 else { return "rank \(ranks[0])" }
      if ranks.count == 2 { return "ranks \(ranks[0]) and \(ranks[1])" }
      if ranks.last! - ranks[0] == ranks.count - 1 { return "ranks \(ranks[0]) to \(ranks.last!)" }
      return "ranks " + ranks.prefix(4).map(String.init).joined(separator: ", ") + (ranks.count > 4 ? " …" : "")
    }
  }

  /// The worst problem on a host; its remedy fixes the others too.
  private static func finding(on host: Host) -> Finding? { crowded(host) ?? overlapping(host) ?? idle(host) }

  /// Finds a rank with more threads than processors.
  private static func crowded(_ host: Host) -> Finding? {
    let crowded = host.placements.indices.filter { host.placements[$0].threads > host.placements[$0].processors.count }
    guard let first = crowded.first.map({ host.placements[$0] }) else { return nil }
    let alike = crowded.filter {
      host.placements[$0].threads == first.threads && host.placements[$0].processors.count == first.processors.count
    }
    return Finding(
      ranks: alike.map { host.ranks[$0] }, hosts: [first.host],
      problem: "\(alike.count == 1 ? "has" : "each have") \(first.threads) threads but only "
        + "\(NumberText.count(first.processors.count, "processor")) to run them on",
      remedy: remedy(host))
  }

  /// Finds ranks that share processors and together have more threads than processors.
  private static func overlapping(_ host: Host) -> Finding? {
    for members in sharing(host.placements) where members.count > 1 {
      let placements = members.map { host.placements[$0] }
      let shared = placements.reduce(into: Set<Int>()) { $0.formUnion($1.processors) }.count
      let threads = placements.reduce(0) { $0 + $1.threads }
      guard threads > shared else { continue }
      return Finding(
        ranks: members.map { host.ranks[$0] }, hosts: [placements[0].host],
        problem: "share \(NumberText.count(shared, "processor")) for \(threads) threads", remedy: remedy(host))
    }
    return nil
  }

  /// Finds ranks whose binding leaves at least half of the host's cores idle. It is no problem where the user gave the
  /// number of threads.
  private static func idle(_ host: Host) -> Finding? {
    let used = host.placements.reduce(into: Set<Int>()) { $0.formUnion($1.processors) }.count / host.perCore
    guard host.placements.allSatisfy({ !$0.threadsAreAsked && $0.launcher == .mpirun }), 2 * used <= host.cores,
      host.cores / host.ranks.count > 0
    else { return nil }
    let bound = NumberText.count(max(1, used), "core")
    return Finding(
      ranks: host.ranks, hosts: [host.placements[0].host],
      problem: "\(host.ranks.count == 1 ? "is" : "are") bound to \(bound) of \(host.cores)",
      remedy: remedy(host))
  }

  /// Divides ranks into sets that share no processor with each other; each set is in rank order.
  private static func sharing(_ placements: [Placement]) -> [[Int]] {
    var sets: [(members: [Int], processors: Set<Int>)] = []
    for (index, placement) in placements.enumerated() {
      var joined = (members: [index], processors: placement.processors)
      for set in sets where !set.processors.isDisjoint(with: joined.processors) {
        joined.members += set.members
        joined.processors.formUnion(set.processors)
      }
      sets.removeAll { !$0.processors.isDisjoint(with: joined.processors) }
      sets.append(joined)
    }
    return sets.map { $0.members.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// The options that give every rank of the host as many cores as it has threads, or its share of the cores where the
  /// host has fewer.
  private static func remedy(_ host: Host) -> String {
    let (perCore, share) = (host.perCore, host.cores / host.ranks.count)
    let placement = host.placements[0]
    if placement.launcher == .none { return "use --threads \(max(1, placement.processors.count)) or fewer" }
    if share == 0 { return "start at most \(NumberText.count(host.cores, "rank")) on a host like this" }
    let asked = host.placements.filter(\.threadsAreAsked).map(\.threads).max()
    let wanted = asked.map { ($0 + perCore - 1) / perCore } ?? share
    let threads = wanted > share ? ", and --threads \(share * perCore)" : ""
    let bound = max(1, min(wanted, share))
    switch placement.launcher {
    case .srun: return "use srun --cpus-per-task=\(bound * perCore) --cpu-bind=cores\(threads)"
    default: return "use mpirun --map-by slot:PE=\(bound) --bind-to core (or --bind-to none)\(threads)"
    }
  }
}
