import Foundation

/// What a pulse is told at its start.
public struct PulseSettings: Sendable {
  /// The job's folder, which all hosts see, and the folder in memory where the ranks of this host meet.
  public var directory, hostDirectory: String
  public var rank: Int
  /// What tells hosts apart, of each world rank.
  public var hosts: [String]
  /// This host's name.
  public var host: String
  /// Seconds without a sign of life after which a rank is lost.
  public var deadAfter: Double
  /// Whether the others go on without a rank that is lost; else the launcher ends the job, or, where it does not, the
  /// ranks do so themselves.
  public var recovers: Bool
  /// Told what a user has to know, by any thread.
  public var say: @Sendable (String) -> Void
  /// Told why, before the process ends with its job, by any thread.
  public var ends: @Sendable (String) -> Void
  /// Whether the run still belongs to this job.
  public var isOwner: @Sendable () -> Bool

  /// Ranks by host, and each rank's host: the lowest rank there.
  private let ranksOfHosts: [Int: [Int]]
  private let hostOfRanks: [Int]

  public init(
    directory: String, hostDirectory: String, rank: Int, hosts: [String], host: String, deadAfter: Double,
    recovers: Bool, say: @escaping @Sendable (String) -> Void, ends: @escaping @Sendable (String) -> Void = { _ in },
    isOwner: @escaping @Sendable () -> Bool = { true }
  ) {
    (self.directory, self.hostDirectory, self.rank) = (directory, hostDirectory, rank)
    (self.hosts, self.host, self.deadAfter, self.recovers) = (hosts, host, deadAfter, recovers)
    (self.say, self.ends, self.isOwner) = (say, ends, isOwner)
    let lowest = Dictionary(zip(hosts, hosts.indices), uniquingKeysWith: { first, _ in first })
    hostOfRanks = hosts.map { lowest[$0] ?? 0 }
    ranksOfHosts = Dictionary(grouping: hosts.indices, by: { lowest[hosts[$0]] ?? 0 })
  }

  /// Where the ranks of a host meet, in its memory; hosts that share a memory share the folder too.
  ///
  /// - Parameter job: what tells jobs apart.
  public static func hostDirectory(job: String) -> String {
    let memory = "/dev/shm"
    let base = access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
    return "\(base)/\(hostDirectoryPrefix)\(job)"
  }

  /// How the names of this user's folders begin.
  static var hostDirectoryPrefix: String { "microfold-\(getuid())-" }

  /// Seconds between two signs of life in the host's memory.
  static let interval = 0.5

  /// Seconds between two records of the host: without recovery they are for the texts of stalls alone, and for ranks
  /// that a launcher lets live.
  var vouchInterval: Double { recovers ? 1 : min(5, deadAfter / 4) }
  /// Seconds between two looks at other hosts.
  var lookInterval: Double { max(vouchInterval, min(2.5, deadAfter / 8)) }
  /// Seconds that the launcher has to end a job that has lost a rank and does not recover.
  var grace: Double { min(10, deadAfter) }

  /// The lowest rank that was started on a rank's host.
  func host(of rank: Int) -> Int { hostOfRanks[rank] }
  var ownHost: Int { host(of: rank) }
  func ranks(on host: Int) -> [Int] { ranksOfHosts[host] ?? [] }
}
