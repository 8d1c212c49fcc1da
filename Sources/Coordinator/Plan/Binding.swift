import Core

/// Whether the ranks may run where their threads need them: the launcher's binding, judged from what every rank found.
///
/// Open MPI binds each of one or two ranks to a single core unless told otherwise; a sweep then takes many times as
/// long, and nothing else says so.
enum Binding {
  /// What one rank found where it was started.
  struct Place: Codable, Equatable {
    enum Launcher: String, Codable { case none, mpirun, srun }

    var host: String
    var launcher: Launcher
    /// Numbers of the processors (hardware threads) that the rank may run on.
    var processors: Set<Int>
    /// Processors of the host that the launcher could have given away.
    var available: Int
    /// Hardware threads of one core: launchers count cores.
    var processorsPerCore = 1
    /// Threads that the rank works with.
    var threads: Int
    /// Whether the user asked for that many; else the rank chose them by its processors.
    var threadsAreAsked: Bool
  }

  /// One line a problem, with the words that would help; none where all is well.
  ///
  /// - Parameter places: of every rank, in rank order.
  static func advice(_ places: [Place]) -> [String] {
    var findings: [Finding] = []
    for ranks in Dictionary(grouping: places.indices, by: { places[$0].host }).values.sorted(by: { $0[0] < $1[0] }) {
      guard let found = finding(on: Host(ranks: ranks, places: ranks.map { places[$0] })) else { continue }
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
    var places: [Place]

    var perCore: Int { max(1, places[0].processorsPerCore) }
    var cores: Int { max(1, (places.map(\.available).max() ?? 1) / perCore) }
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

  /// The worst that is wrong on a host; its remedy helps against the rest too.
  private static func finding(on host: Host) -> Finding? { crowded(host) ?? overlapping(host) ?? idle(host) }

  /// A rank that has more threads than processors to run them on.
  private static func crowded(_ host: Host) -> Finding? {
    let crowded = host.places.indices.filter { host.places[$0].threads > host.places[$0].processors.count }
    guard let first = crowded.first.map({ host.places[$0] }) else { return nil }
    let alike = crowded.filter {
      host.places[$0].threads == first.threads && host.places[$0].processors.count == first.processors.count
    }
    return Finding(
      ranks: alike.map { host.ranks[$0] }, hosts: [first.host],
      problem: "\(alike.count == 1 ? "has" : "each have") \(first.threads) threads but only "
        + "\(NumberText.count(first.processors.count, "processor")) to run them on",
      remedy: remedy(host))
  }

  /// Ranks that share processors and have more threads together than these.
  private static func overlapping(_ host: Host) -> Finding? {
    for members in sharing(host.places) where members.count > 1 {
      let places = members.map { host.places[$0] }
      let shared = places.reduce(into: Set<Int>()) { $0.formUnion($1.processors) }.count
      let threads = places.reduce(0) { $0 + $1.threads }
      guard threads > shared else { continue }
      return Finding(
        ranks: members.map { host.ranks[$0] }, hosts: [places[0].host],
        problem: "share \(NumberText.count(shared, "processor")) for \(threads) threads", remedy: remedy(host))
    }
    return nil
  }

  /// Ranks that were bound so narrowly that at least half of the host has nothing to do. Who asks for a number of
  /// threads has decided that.
  private static func idle(_ host: Host) -> Finding? {
    let used = host.places.reduce(into: Set<Int>()) { $0.formUnion($1.processors) }.count / host.perCore
    guard host.places.allSatisfy({ !$0.threadsAreAsked && $0.launcher == .mpirun }), 2 * used <= host.cores,
      host.cores / host.ranks.count > 0
    else { return nil }
    return Finding(
      ranks: host.ranks, hosts: [host.places[0].host],
      problem:
        "\(host.ranks.count == 1 ? "is" : "are") bound to \(NumberText.count(max(1, used), "core")) of \(host.cores)",
      remedy: remedy(host))
  }

  /// Places in sets that share no processor with each other, each set in order.
  private static func sharing(_ places: [Place]) -> [[Int]] {
    var sets: [(members: [Int], processors: Set<Int>)] = []
    for (index, place) in places.enumerated() {
      var joined = (members: [index], processors: place.processors)
      for set in sets where !set.processors.isDisjoint(with: joined.processors) {
        joined.members += set.members
        joined.processors.formUnion(set.processors)
      }
      sets.removeAll { !$0.processors.isDisjoint(with: joined.processors) }
      sets.append(joined)
    }
    return sets.map { $0.members.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// The words that give every rank of the host as many cores as it has threads, or its share of the cores where the
  /// host has fewer.
  private static func remedy(_ host: Host) -> String {
    let (perCore, share) = (host.perCore, host.cores / host.ranks.count)
    let place = host.places[0]
    if place.launcher == .none { return "use --threads \(max(1, place.processors.count)) or fewer" }
    if share == 0 { return "start at most \(NumberText.count(host.cores, "rank")) on a host like this" }
    let asked = host.places.filter(\.threadsAreAsked).map(\.threads).max()
    let wanted = asked.map { ($0 + perCore - 1) / perCore } ?? share
    let threads = wanted > share ? ", and --threads \(share * perCore)" : ""
    let bound = max(1, min(wanted, share))
    switch place.launcher {
    case .srun: return "use srun --cpus-per-task=\(bound * perCore) --cpu-bind=cores\(threads)"
    default: return "use mpirun --map-by slot:PE=\(bound) --bind-to core (or --bind-to none)\(threads)"
    }
  }
}
