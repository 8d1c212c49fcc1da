import Core
import Foundation

extension RunStatus {
  /// Reads the state of a run from its files and from whether its processes are alive.
  ///
  /// - Throws: a `Fault` when there is no run, or its files cannot be read.
  static func read(of directory: RunDirectory) throws -> RunStatus {
    var status: RunStatus
    if let data = FileManager.default.contents(atPath: directory.statusFile) {
      do {
        status = try JSONDecoder().decode(RunStatus.self, from: data)
      } catch {
        throw Fault(at: directory.statusFile, "cannot be read; rerun the sweep to write it again")
      }
    } else {
      status = try rebuilt(directory)
    }
    // A job that died left the state that it had while it was running.
    guard status.state == .running || status.state == .interrupted else { return status }
    let file = LockFile(of: directory.path)
    let isAlive = file.read().map { file.isAlive($0) } ?? false
    if isAlive {
      status.state = .running
    } else if status.state == .running {
      // The job may have ended while its lock was checked.
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

  /// Rebuilds the status from the ledger of a run without `status.json`, which version 0.1 wrote.
  private static func rebuilt(_ directory: RunDirectory) throws -> RunStatus {
    let configuration = try directory.identity().configuration
    let entries = try directory.entries()
    let outcomes = directory.outcomes(configuration, entries)
    let failed = outcomes.count { if case .failed = $0 { true } else { false } }
    let units = Set(entries.map(\.unit))
    let times = entries.compactMap(\.at)
    return RunStatus(
      state: !units.isEmpty && outcomes.count == units.count ? .finished : .interrupted, units: units.count,
      done: outcomes.count - failed, failed: failed, started: times.min() ?? 0, updated: times.max() ?? 0,
      reason: "from its ledger: the run has no status.json",
      arms: RunStatus.arms(of: configuration, Array(units), outcomes))
  }

  /// How many units of each arm have ended; nil for a sweep without arms.
  ///
  /// - Parameter units: all of the sweep's.
  static func arms(of configuration: SweepConfiguration, _ units: [WorkUnit], _ outcomes: [UnitOutcome]) -> [Arm]? {
    guard configuration.arms != nil else { return nil }
    return configuration.armNames.compactMap { $0 }.map { arm in
      let own = outcomes.filter { $0.unit.arm == arm }
      let failed = own.count { if case .failed = $0 { true } else { false } }
      return Arm(name: arm, units: units.count { $0.arm == arm }, done: own.count - failed, failed: failed)
    }
  }

  /// `runs/demo: running, 7 of 20 units done, 1 failed; process 4711 on node1, 4 ranks; …`.
  func line(_ path: String) -> String { "\(path): \(summary)" }

  /// The line without the run's path.
  var summary: String {
    var parts = ["\(state.rawValue), \(done) of \(units) units done"]
    if failed > 0 { parts[0] += ", \(failed) failed" }
    if let arms {
      parts.append(
        arms.map { "\($0.name) \($0.done) of \($0.units)\($0.failed > 0 ? ", \($0.failed) failed" : "")" }
          .joined(separator: ", "))
    }
    if state == .running, let owner = owner {
      let ranks = "\(owner.ranks) rank\(owner.ranks == 1 ? "" : "s")"
      parts.append("process \(owner.process) on \(owner.host), \(ranks), since \(LogFile.stamp(Int(owner.since)))")
    }
    if updated > 0 { parts.append("last written \(LogFile.stamp(Int(updated)))") }
    if let reason = reason { parts.append(reason) }
    if exit == .paused { parts.append("resume with: \(resumption)") }
    return parts.joined(separator: "; ")
  }

  /// What resumes the run, for a shell where it is known.
  var resumption: String { owner?.command?.text() ?? "the same sweep command" }
}
