import Core
import Foundation
import Worker

extension SweepCoordinator {
  /// Ends the sweep: writes the report and prints a summary. Where units are left it prints that the sweep was stopped
  /// and writes no report, because a report of half a sweep would mislead.
  ///
  /// - Parameter session: in which the sweep ends.
  func end(_ session: Session) throws -> ExitStatus {
    display.end()
    // A rank was lost before all had received the exit status: it is sent again.
    if let ended { return ended }
    let status = try finish(session)
    ended = status
    return status
  }

  private func finish(_ session: Session) throws -> ExitStatus {
    let left = state.pending.count
    let done = "\(state.outcomes.count) of \(state.outcomes.count + left) units are done"
    if let fault {
      writeMissingLines()
      let text = "\(fault); \(done), rerun the same command to resume"
      console.note("\(Program.name): \(text)")
      fail(text)
      return .failedUnits
    }
    try directory.record([])
    guard left == 0 else {
      let command = self.status.now.owner?.command.map { ": \($0.text())" } ?? ""
      console.note("\(Program.name): stopped, \(done); rerun the same command to resume\(command)")
      count()
      try status.enter(.stopped, .paused)
      return .paused
    }
    let report = ComparisonReport(setup, state.outcomes)
    let notes = try report.write(
      to: directory.path, traces: RunTraces(of: directory, setup.configuration, folds: setup.folds))
    if !console.isQuiet {
      notes.forEach(console.line)
      for text in report.summaryLines { console.line(text) }
    }
    console.line("report: \(directory.reportPage)")
    let ended: ExitStatus = report.holes.isEmpty ? .success : .failedUnits
    count()
    try status.enter(.finished, ended)
    if session.number > 0 {
      say(
        "ranks were lost during the sweep; its exit status is \(ended.rawValue), mpirun may report another")
    }
    return ended
  }

  /// Records in `status.json` that the sweep cannot continue.
  func fail(_ reason: String) { try? status.enter(.failed, .failedUnits, reason: reason) }

  /// Releases the run directory, after everything is written.
  var release: @Sendable () -> Void {
    { [directory, lock] in
      directory.endJobs()
      lock.release()
    }
  }
}
