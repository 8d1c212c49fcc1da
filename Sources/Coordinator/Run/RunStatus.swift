import Core
import Foundation
import Synchronization

/// The state of a run, as `status.json` in its directory has it. It is correct whatever exit status the launcher
/// reports.
struct RunStatus: Codable, Equatable {
  enum State: String, Codable, CaseIterable {
    case running
    /// Stopped on request; its units can be resumed from checkpoints.
    case stopped
    /// Its processes are gone and did not record how they ended; this state is never in the file.
    case interrupted
    /// All units ended, and the report is written; some units may have failed.
    case finished
    /// It could not continue.
    case failed
  }

  var state: State
  /// All units of the sweep, those with a result, and those that failed.
  var units, done, failed: Int
  /// Seconds since 1970.
  var started, updated: Double
  /// The job that wrote the file.
  var owner: Owner?
  /// The exit status of the sweep; nil while it runs.
  var exitStatus: Int32?
  /// Why it is not finished, where that is known.
  var reason: String?
  /// The units of each arm; nil in a sweep without arms.
  var arms: [Arm]?

  struct Arm: Codable, Equatable {
    var name: String
    var units, done, failed: Int
  }

  struct Owner: Codable, Equatable {
    var host: String
    var process: Int32
    var ranks: Int
    /// Seconds since 1970.
    var since: Double
    /// What resumes the run; nil where that is not known.
    var command: ResumeCommand?
  }

  /// The exit status of `microfold status`.
  var exit: ExitStatus {
    switch state {
    case .running: .running
    case .stopped, .interrupted: .paused
    case .finished: failed == 0 ? .success : .failedUnits
    case .failed: exitStatus.flatMap(ExitStatus.init) ?? .failedUnits
    }
  }
}

/// Writes `status.json`; any thread may call it.
final class StatusFile: Sendable {
  private let path: String
  private let state: Mutex<(status: RunStatus, written: ContinuousClock.Instant?)>

  /// The least time between two writes within one state.
  private static let interval = Duration.seconds(2)

  init(_ path: String, owner: RunOwner) {
    self.path = path
    let now = Date().timeIntervalSince1970
    let status = RunStatus(
      state: .running, units: 0, done: 0, failed: 0, started: now, updated: now,
      owner: RunStatus.Owner(
        host: owner.host, process: owner.process.number, ranks: owner.ranks, since: owner.since,
        command: ResumeCommand.here()))
    state = Mutex((status, nil))
  }

  /// Sets how many units have ended.
  ///
  /// - Parameter isUrgent: whether to write the file at once, even if it was written a moment ago.
  /// - Throws: a `Fault` when the file cannot be written.
  func count(
    units: Int, done: Int, failed: Int, arms: [RunStatus.Arm]? = nil, isUrgent: Bool = false
  ) throws {
    try change(isUrgent: isUrgent) { ($0.units, $0.done, $0.failed, $0.arms) = (units, done, failed, arms) }
  }

  /// Sets the state of the run.
  ///
  /// - Throws: a `Fault` when the file cannot be written.
  func enter(_ new: RunStatus.State, _ exit: ExitStatus? = nil, reason: String? = nil) throws {
    try change(isUrgent: true) { ($0.state, $0.exitStatus, $0.reason) = (new, exit?.rawValue, reason) }
  }

  /// Records that a lost rank ends the job; a run that has already ended keeps its state.
  func interrupt(_ reason: String) {
    if state.withLock({ $0.status.state }) == .running { try? enter(.stopped, .paused, reason: reason) }
  }

  /// The state as it would be written now.
  var now: RunStatus { state.withLock { $0.status } }

  /// Records why the processes of the run end without having stopped it: its state stays that of a run whose processes
  /// are gone.
  func explain(_ reason: String) { try? change(isUrgent: true) { $0.reason = reason } }

  /// Records that a start was refused, unless the run already has a status.
  func refuse(_ reason: String) {
    if access(path, F_OK) != 0 { try? enter(.failed, .usage, reason: reason) }
  }

  private func change(isUrgent: Bool, _ body: (inout RunStatus) -> Void) throws {
    try state.withLock { state in
      body(&state.status)
      if !isUrgent, let written = state.written, .now - written < StatusFile.interval { return }
      state.written = .now
      state.status.updated = Date().timeIntervalSince1970
      try AtomicFile.write(JSONEncoder.file(state.status), to: path)
    }
  }
}
