import Core
import Foundation
import Worker

extension SweepCoordinator {
  /// Writes the report and says in a few lines what came out; or, where units are left, says that the sweep was
  /// stopped: there is no report of half a sweep.
  ///
  /// - Parameter session: the one that the sweep ends in.
  func end(_ session: Session) throws -> ExitStatus {
    display.end()
    // A rank was lost before all had heard the end: they hear it again.
    if let ended { return ended }
    let status = try finish(session)
    ended = status
    return status
  }

  private func finish(_ session: Session) throws -> ExitStatus {
    let left = state.pending.count
    let done = "\(state.outcomes.count) of \(state.outcomes.count + left) units are done"
    if let fault {
      writeWhatTheLedgerLacks()
      let text = "\(fault); \(done), rerun the same command to resume"
      console.note("\(Program.name): \(text)")
      fail(text)
      return .failedUnits
    }
    try directory.record([])
    guard left == 0 else {
      console.note("\(Program.name): stopped, \(done); rerun the same command to resume")
      count()
      try status.enter(.stopped, .paused)
      return .paused
    }
    let report = ComparisonReport(setup, state.outcomes)
    try report.write(
      to: directory.path, traces: RunTraces(of: directory, setup.configuration, folds: setup.folds))
    if !console.isQuiet {
      for text in report.summaryLines { console.line(text) }
    }
    console.line("report: \(directory.reportPage)")
    let ended: ExitStatus = report.holes.isEmpty ? .success : .failedUnits
    count()
    try status.enter(.finished, ended)
    if session.number > 0 {
      say("ranks were lost on the way; the sweep ends with status \(ended.rawValue), whatever mpirun says")
    }
    return ended
  }

  /// The sweep cannot go on.
  func fail(_ reason: String) { try? status.enter(.failed, .failedUnits, reason: reason) }

  /// Nothing is written any more: the run directory is free for others.
  var giveBack: @Sendable () -> Void {
    { [directory, lock] in
      directory.endJobs()
      lock.release()
    }
  }
}
