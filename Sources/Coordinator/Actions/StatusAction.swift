import Core
import Foundation
import Worker

/// `microfold status`: the truth about a run, and its exit status.
struct StatusAction {
  let options: StatusOptions
  let console: Console

  /// What `--json` prints.
  private struct Figures: Encodable {
    var run: String
    var state: String
    var units, done, failed: Int
    var exitStatus: Int32
    var started, updated: Double?
    var owner: RunStatus.Owner?
    var reason: String?
  }

  func run() throws -> ExitStatus {
    let directory = RunDirectory(path: try path())
    let status = try StatusAction.status(of: directory)
    if options.isJSON {
      try console.json(
        Figures(
          run: directory.path, state: status.state.rawValue, units: status.units, done: status.done,
          failed: status.failed, exitStatus: status.exit.rawValue, started: status.started, updated: status.updated,
          owner: status.owner, reason: status.reason))
    } else {
      console.line(StatusAction.line(status, directory.path))
    }
    return status.exit
  }

  private func path() throws -> String {
    if let path = options.run ?? options.output { return path }
    guard let config = options.config else { throw Fault(at: "status", "needs the run directory") }
    return try SweepConfiguration.load(config).output
  }

  /// What a run is at.
  ///
  /// - Throws: a `Fault` when no run is there, or its files cannot be read.
  static func status(of directory: RunDirectory) throws -> RunStatus {
    var status: RunStatus
    if let data = FileManager.default.contents(atPath: directory.statusFile) {
      do {
        status = try JSONDecoder().decode(RunStatus.self, from: data)
      } catch {
        throw Fault(at: directory.statusFile, "cannot be read; run the sweep again to write it anew")
      }
    } else {
      status = try recounted(directory)
    }
    // What a job says while it lives may be its last word, too.
    guard status.state == .running || status.state == .interrupted else { return status }
    let file = LockFile(of: directory.path)
    let lives = file.look().map { file.isAlive($0) } ?? false
    if lives {
      status.state = .running
    } else if status.state == .running {
      // It may have ended while its lock was watched.
      if let data = FileManager.default.contents(atPath: directory.statusFile),
        let now = try? JSONDecoder().decode(RunStatus.self, from: data), now.state != .running
      {
        return now
      }
      status.state = .interrupted
      status.reason = status.reason ?? "its processes are gone"
    }
    return status
  }

  /// The status of a run that has no `status.json`, as version 0.1 left it, from its ledger.
  private static func recounted(_ directory: RunDirectory) throws -> RunStatus {
    let configuration = try directory.identity().configuration
    let entries = try directory.entries()
    let outcomes = directory.outcomes(configuration, entries)
    let failed = outcomes.count { if case .failed = $0 { true } else { false } }
    let units = Set(entries.map(\.unit)).count
    let times = entries.compactMap(\.at)
    return RunStatus(
      state: units > 0 && outcomes.count == units ? .finished : .interrupted, units: units,
      done: outcomes.count - failed, failed: failed, started: times.min() ?? 0, updated: times.max() ?? 0,
      reason: "told from its ledger: the run has no status.json")
  }

  /// `runs/demo: running, 7 of 20 units done, 1 failed; process 4711 on node1, 4 ranks; …`.
  static func line(_ status: RunStatus, _ path: String) -> String {
    var parts = ["\(path): \(status.state.rawValue), \(status.done) of \(status.units) units done"]
    if status.failed > 0 { parts[0] += ", \(status.failed) failed" }
    if status.state == .running, let owner = status.owner {
      let ranks = "\(owner.ranks) rank\(owner.ranks == 1 ? "" : "s")"
      parts.append("process \(owner.process) on \(owner.host), \(ranks), since \(LogFile.stamp(Int(owner.since)))")
    }
    if status.updated > 0 { parts.append("last written \(LogFile.stamp(Int(status.updated)))") }
    if let reason = status.reason { parts.append(reason) }
    if status.exit == .paused { parts.append("rerun the same sweep command to resume") }
    return parts.joined(separator: "; ")
  }
}
