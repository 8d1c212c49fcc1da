import Core
import Foundation
import Worker

/// Who works on a run directory: the content of its file `lock`.
struct RunOwner: Codable, Equatable, Sendable {
  /// The job's own; ranks of one job have the same, whichever of them is the coordinator.
  var token: String
  var host: String
  var process: ProcessIdentity
  /// Ranks of the job.
  var ranks: Int
  /// When the job began, seconds since 1970.
  var since: Double
  /// Whether other ranks of the job carry on when this process dies.
  var recovers = false
  /// Seconds without a sign of life after which nobody of the job is left.
  var silence = RunOwner.silence
  /// Goes up every second while the owner lives.
  var beat = 0

  static let silence = 20.0

  /// This process, at the beginning of a job.
  ///
  /// - Parameters:
  ///   - silence: seconds without a sign of life after which it is given up.
  ///   - recovers: whether other ranks then carry on without it.
  static func here(ranks: Int, silence: Double = RunOwner.silence, recovers: Bool = false) -> RunOwner {
    RunOwner(
      token: UUID().uuidString, host: ProcessInfo.processInfo.hostName, process: .own(), ranks: ranks,
      since: Date().timeIntervalSince1970.rounded(), recovers: recovers,
      // A new coordinator needs some time more.
      silence: max(3 * RunLock.interval, silence) + (recovers ? 10 : 0))
  }

  /// `process 4711 on node1, since 2026-07-25T14:03:07Z`.
  var description: String { "process \(process.number) on \(host), since \(LogFile.stamp(Int(since)))" }

  /// What is known of an owner at one look.
  enum Life: Equatable {
    case alive, gone
    /// Only its signs of life, over some time, can tell.
    case unknown
  }

  /// What this process sees at once of an owner.
  ///
  /// - Parameter isLocked: whether some process has the file locked.
  func life(isLocked: Bool, seenFrom own: ProcessIdentity) -> Life {
    if isLocked { return .alive }
    guard !process.machine.isEmpty, process.machine == own.machine else { return .unknown }
    if process.isGone(seenFrom: own) { return recovers ? .unknown : .gone }
    return .alive
  }
}
