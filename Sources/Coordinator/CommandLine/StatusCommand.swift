import Core

/// What `microfold status` is to look at.
struct StatusOptions: Equatable {
  /// The run directory; nil where the sweep file names it.
  var run: String?
  /// The sweep file.
  var config: String?
  /// The run directory, instead of the sweep file's.
  var output: String?
  var isJSON = false
}

extension CommandSpecification {
  static let status = CommandSpecification(
    name: "status",
    summary: "Say what a sweep is at, and end with the status that it ended with.",
    explanation: """
      Reads status.json of the run directory and looks whether the sweep's processes still live, which takes some \
      seconds where they run on another host. Exit status: 0 when all units finished, 1 when units failed or the sweep \
      could not go on, 2 when its input was wrong or no run is there, 3 while it runs, 75 when it was stopped or its \
      processes are gone: the same sweep command resumes it. mpirun's own status says less after a loss of ranks.
      """,
    positionals: [Positional(name: "RUN", help: "the run directory", isRequired: false)],
    options: [
      Option(name: "--config", value: "FILE", help: "the sweep file that names the run directory"),
      Option(name: "--output", value: "DIR", help: "the run directory, as the sweep was told it"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: ["microfold status runs/demo", "microfold status --config sweeps/demo.json --json"],
    read: { arguments throws(Fault) in
      let options = StatusOptions(
        run: arguments.positionals.first, config: try arguments.text("--config"),
        output: try arguments.text("--output"), isJSON: arguments.isOn("--json"))
      if options.run == nil, options.config == nil, options.output == nil {
        throw Fault(at: arguments.path, "needs RUN, the run directory, or --config FILE; see \(arguments.path) --help")
      }
      return .status(options)
    })
}
