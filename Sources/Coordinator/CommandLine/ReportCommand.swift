import Core

/// What `microfold report` is to report on.
struct ReportOptions: Equatable {
  /// The run directory.
  var run: String
}

extension CommandSpecification {
  static let report = CommandSpecification(
    name: "report",
    summary: "Write a run's report again, from the results on disk.",
    positionals: [Positional(name: "RUN", help: "the run directory")],
    examples: ["microfold report runs/demo"],
    read: { arguments throws(Fault) in .report(ReportOptions(run: arguments.positionals[0])) })
}
