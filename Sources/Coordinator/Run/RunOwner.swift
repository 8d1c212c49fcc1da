import Core
import Foundation
import Worker

/// The job that works in a run directory: the content of its file `lock`.
struct RunOwner: Codable, Equatable, Sendable {
  /// Identifies the job: all its ranks have the same token.
  var token: String
  var host: String
  var process: ProcessIdentity
  /// Ranks of the job.
  var ranks: Int
  /// When the job began, seconds since 1970.
  var since: Double
  /// Whether other ranks of the job continue when this process dies.
  var recovers = false
  /// Seconds without a heartbeat after which the whole job counts as gone.
  var silence = RunOwner.silence
  /// Incremented every second while the owner is alive.
  var beat = 0

  static let silence = 20.0

  /// This process, at the beginning of a job.
  ///
  /// - Parameters:
  ///   - silence: seconds without a heartbeat after which it counts as gone.
  ///   - recovers: whether other ranks then continue without it.
  static func here(ranks: Int, silence: Double = RunOwner.silence, recovers: Bool = false) -> RunOwner {
    RunOwner(
      token: UUID().uuidString, host: ProcessInfo.processInfo.hostName, process: .own(), ranks: ranks,
      since: Date().timeIntervalSince1970.rounded(), recovers: recovers,
      // A new coordinator needs 10 s more to take over.
      silence: max(3 * RunLock.interval, silence) + (recovers ? 10 : 0))
  }

  /// `process 4711 on node1, since 2026-07-25T14:03:07Z`.
  var description: String { "process \(process.number) on \(host), since \(LogFile.stamp(Int(since)))" }

  /// What one reading of the lock shows.
  enum Life: Equatable {
    case alive, gone
    /// Only heartbeats over some time can show it.
    case unknown
  }

  /// Whether the owner is alive, as far as this process can see at once.
  ///
  /// - Parameter isLocked: whether a process has locked the file.
  func life(isLocked: Bool, seenFrom own: ProcessIdentity) -> Life {
    if isLocked { return .alive }
    guard !process.machine.isEmpty, process.machine == own.machine else { return .unknown }
    if process.isGone(seenFrom: own) { return recovers ? .unknown : .gone }
    return .alive
  }
}
