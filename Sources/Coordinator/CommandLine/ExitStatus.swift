/// How the program ends, for the shell and the batch system.
enum ExitStatus: Int32, CaseIterable {
  case success = 0
  /// The sweep is complete, but units failed; the report shows which. Of report, compare and predict: units are
  /// missing. Of doctor: a sweep would fail.
  case failedUnits = 1
  /// The command line or the input was wrong; nothing was computed.
  case usage = 2
  /// Of status: the sweep is still running.
  case running = 3
  /// The sweep was asked to stop and is kept in checkpoints; the same command resumes it. It is the `EX_TEMPFAIL` of
  /// sysexits.h, "try again later", on which batch systems requeue.
  case paused = 75
  /// An import was stopped; nothing was written.
  case interrupted = 130

  /// What the manual says about it.
  var meaning: String {
    switch self {
    case .success: "Success."
    case .failedUnits:
      "A sweep is complete, but units failed; the report shows which. Or the program could not continue. Of report, "
        + "compare and predict: units are missing. Of doctor: a sweep would fail."
    case .usage: "The command line or the input was wrong; nothing was computed."
    case .running: "Of status: the sweep is still running."
    case .paused: "A sweep was asked to stop and saved checkpoints; rerun the same command to resume it."
    case .interrupted: "A second SIGINT ended the program at once. Of import: it was stopped and wrote nothing."
    }
  }
}
