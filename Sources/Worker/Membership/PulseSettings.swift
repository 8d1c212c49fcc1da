import Foundation

/// The settings of the heartbeat thread.
public struct PulseSettings: Sendable {
  /// The job's folder, which all hosts see, and the folder in memory that the ranks of this host share.
  public var directory, hostDirectory: String
  public var rank: Int
  /// The host key of each world rank.
  public var hosts: [String]
  /// This host's name.
  public var host: String
  /// Seconds without a heartbeat after which a rank is lost.
  public var deadAfter: Double
  /// Whether the other ranks continue without a lost rank; otherwise the launcher ends the job, or the ranks end
  /// themselves where it does not.
  public var recovers: Bool
  /// Called from any thread with a message for the user.
  public var say: @Sendable (String) -> Void
  /// Called from any thread with the reason, before the process ends with its job.
  public var willEnd: @Sendable (String) -> Void
  /// Whether the run still belongs to this job.
  public var isOwner: @Sendable () -> Bool

  /// The ranks of each host, and the host of each rank. A host is identified by the lowest rank there.
  private let ranksOfHosts: [Int: [Int]]
  private let hostOfRanks: [Int]

  public init(
    directory: String, hostDirectory: String, rank: Int, hosts: [String], host: String, deadAfter: Double,
    recovers: Bool, say: @escaping @Sendable (String) -> Void, willEnd: @escaping @Sendable (String) -> Void = { _ in },
    isOwner: @escaping @Sendable () -> Bool = { true }
  ) {
    (self.directory, self.hostDirectory, self.rank) = (directory, hostDirectory, rank)
    (self.hosts, self.host, self.deadAfter, self.recovers) = (hosts, host, deadAfter, recovers)
    (self.say, self.willEnd, self.isOwner) = (say, willEnd, isOwner)
    let lowest = Dictionary(zip(hosts, hosts.indices), uniquingKeysWith: { first, _ in first })
    hostOfRanks = hosts.map { lowest[$0] ?? 0 }
    ranksOfHosts = Dictionary(grouping: hosts.indices, by: { lowest[hosts[$0]] ?? 0 })
  }

  /// The folder in memory that the ranks of a host share.
  ///
  /// - Parameter job: identifies the job.
  public static func hostDirectory(job: String) -> String {
    let memory = "/dev/shm"
    let base = access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
    return "\(base)/\(hostDirectoryPrefix)\(job)"
  }

  /// The prefix of this user's folders.
  static var hostDirectoryPrefix: String { "microfold-\(getuid())-" }

  /// Seconds between two heartbeats in the host's memory.
  static let interval = 0.5

  /// Seconds between two records of the host. Without recovery they are needed only for the messages of stalls, and for
  /// ranks that a launcher leaves running.
  var reportInterval: Double { recovers ? 1 : min(5, deadAfter / 4) }
  /// Seconds between two readings of other hosts' records.
  var readInterval: Double { max(reportInterval, min(2.5, deadAfter / 8)) }
  /// Seconds that the launcher gets to end a job without recovery that has lost a rank.
  var grace: Double { min(10, deadAfter) }

  /// The lowest rank that was started on a rank's host.
  func host(of rank: Int) -> Int { hostOfRanks[rank] }
  var ownHost: Int { host(of: rank) }
  func ranks(on host: Int) -> [Int] { ranksOfHosts[host] ?? [] }
}
