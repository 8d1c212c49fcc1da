/// What a sweep says when a signal stops it: what is kept, how to resume, and how to stop without losing steps.
enum StopNotice {
  /// The most units that are named.
  private static let most = 8

  /// - Parameters:
  ///   - signal: what arrived.
  ///   - status: of the run.
  ///   - standings: of its units.
  ///   - launcher: the process of the mpirun that started this one, if it did.
  static func lines(
    _ signal: StopSignal.Event, _ status: RunStatus, _ standings: [UnitStanding], launcher: Int32?
  ) -> [String] {
    let begun = standings.filter(\.isBegun)
    switch signal {
    case .stop:
      let again = launcher == nil ? "; a second Ctrl-C ends it at once" : ""
      return ["asked to stop: each unit in training ends its step and writes a checkpoint\(again)"]
    case .end, .terminated:
      let ending =
        signal == .end
        ? "a second Ctrl-C ends the sweep"
        : "\(launcher == nil ? "the launcher" : "mpirun") ends this job (Ctrl-C, a signal, or a rank that failed)"
      var lines = ["\(ending); \(status.done) of \(ReportText.count(status.units, "unit")) are finished and kept"]
      lines += begun.prefix(most).map { "  \($0.line)" }
      if begun.count > most { lines.append("  and \(ReportText.count(begun.count - most, "more unit")) in training") }
      lines.append("resume with: \(status.resumption)")
      lines.append(
        signal == .end
          ? "next time one Ctrl-C is enough: each unit in training then keeps all its steps"
          : "next time stop it with kill -USR1 and the process of "
            + (launcher.map { "mpirun, this time \($0)" } ?? "the launcher") + ": no step is lost then")
      return lines
    }
  }

  /// Why the run's processes are gone, for its status.
  static func reason(_ signal: StopSignal.Event, launcher: Int32?) -> String {
    signal == .end ? "ended by a second Ctrl-C" : "ended by \(launcher == nil ? "its launcher" : "mpirun")"
  }
}
