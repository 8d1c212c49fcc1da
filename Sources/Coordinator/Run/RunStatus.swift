import Core
import Foundation
import Synchronization

/// What a run is at, as `status.json` in its directory says it: the truth, whatever a launcher ended with.
struct RunStatus: Codable, Equatable {
  enum State: String, Codable, CaseIterable {
    case running
    /// Its units wait at checkpoints.
    case stopped
    /// Its processes are gone without having said how they ended; never in the file.
    case interrupted
    /// All units ended, and the report is written; some units may have failed.
    case finished
    /// It could not go on.
    case failed
  }

  var state: State
  /// Units of the sweep, those with a result, and those that failed.
  var units, done, failed: Int
  /// Seconds since 1970.
  var started, updated: Double
  /// Who wrote this.
  var owner: Owner?
  /// The status that the sweep ended with; nil while it runs.
  var exitStatus: Int32?
  /// Why it is not finished, where there is something to say.
  var reason: String?

  struct Owner: Codable, Equatable {
    var host: String
    var process: Int32
    var ranks: Int
    /// Seconds since 1970.
    var since: Double
  }

  /// The status that `microfold status` exits with.
  var exit: ExitStatus {
    switch state {
    case .running: .running
    case .stopped, .interrupted: .paused
    case .finished: failed == 0 ? .success : .failedUnits
    case .failed: exitStatus.flatMap(ExitStatus.init) ?? .failedUnits
    }
  }
}

/// Keeps `status.json` true; any thread may say what has changed.
final class StatusFile: Sendable {
  private let path: String
  private let state: Mutex<(status: RunStatus, written: ContinuousClock.Instant?)>

  /// Between two states the file is written anew at most this often.
  private static let interval = Duration.seconds(2)

  init(_ path: String, owner: RunOwner) {
    self.path = path
    let now = Date().timeIntervalSince1970
    let status = RunStatus(
      state: .running, units: 0, done: 0, failed: 0, started: now, updated: now,
      owner: RunStatus.Owner(
        host: owner.host, process: owner.process.number, ranks: owner.ranks, since: owner.since))
    state = Mutex((status, nil))
  }

  /// So many units have ended.
  ///
  /// - Parameter isUrgent: whether the file says so at once, however recently it was written.
  /// - Throws: a `Fault` when the file cannot be written.
  func count(units: Int, done: Int, failed: Int, isUrgent: Bool = false) throws {
    try change(isUrgent: isUrgent) { ($0.units, $0.done, $0.failed) = (units, done, failed) }
  }

  /// The run has come to another state.
  ///
  /// - Throws: a `Fault` when the file cannot be written.
  func enter(_ new: RunStatus.State, _ exit: ExitStatus? = nil, reason: String? = nil) throws {
    try change(isUrgent: true) { ($0.state, $0.exitStatus, $0.reason) = (new, exit?.rawValue, reason) }
  }

  /// The job ends of a lost rank; what became of a run that has ended already stays.
  func interrupt(_ reason: String) {
    if state.withLock({ $0.status.state }) == .running { try? enter(.stopped, .paused, reason: reason) }
  }

  /// A start was refused: that is the run's status only where there is no other.
  func refuse(_ reason: String) {
    if access(path, F_OK) != 0 { try? enter(.failed, .usage, reason: reason) }
  }

  private func change(isUrgent: Bool, _ body: (inout RunStatus) -> Void) throws {
    try state.withLock { state in
      body(&state.status)
      if !isUrgent, let written = state.written, .now - written < StatusFile.interval { return }
      state.written = .now
      state.status.updated = Date().timeIntervalSince1970
      try AtomicFile.write(RunDirectory.json(state.status), to: path)
    }
  }
}
