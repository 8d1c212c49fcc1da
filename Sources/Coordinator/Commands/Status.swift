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
    summary: "Show the state of a sweep, and exit with the status that it ended with.",
    explanation: """
      Reads status.json of the run directory and checks whether the sweep's processes are still alive, which takes \
      some seconds where they run on another host. Below it every unit that was begun and has not ended has a line: \
      whether it is in training, and how much of it is kept. Exit status: 0 when all units finished, 1 when units \
      failed or the sweep could not continue, 2 when its input was wrong or there is no run, 3 while it runs, 75 when \
      it was stopped or its processes are gone: rerun the same sweep command to resume it. mpirun's own exit status \
      says less after a loss of ranks.
      """,
    defaults: StatusOptions(),
    positionals: [.optional(\.run, "RUN", "the run directory", .folders)],
    options: [
      .optional(\.config, "--config", .file, "the sweep file that names the run directory"),
      .optional(\.output, "--output", .folder, "the run directory, as given to the sweep"),
      .json(\.isJSON),
    ],
    examples: ["microfold status runs/demo", "microfold status --config sweeps/demo.json --json"],
    check: { options, arguments throws(Fault) in
      guard options.run == nil, options.config == nil, options.output == nil else { return }
      throw Fault(at: arguments.path, "needs RUN, the run directory, or --config FILE; see \(arguments.path) --help")
    },
    run: .alone { options, console in
      let path = try options.run ?? options.output ?? SweepConfiguration.load(options.config ?? "").output
      let directory = RunDirectory(path: path)
      let status = try RunStatus.read(of: directory)
      // A start that was refused leaves a status without a run.
      let units =
        try? directory.standings(directory.identity().configuration, isRunning: status.state == .running)
        .filter(\.isBegun)
      if options.isJSON {
        try console.json(StatusFigures(status, units ?? [], path))
      } else {
        console.line(status.line(path))
        for unit in units ?? [] { console.line("  \(unit.line)") }
      }
      return status.exit
    })
}

/// What `--json` prints.
private struct StatusFigures: Encodable {
  var run: String
  var state: String
  var units, done, failed: Int
  var exitStatus: Int32
  var started, updated: Double?
  var owner: RunStatus.Owner?
  var reason: String?
  var arms: [RunStatus.Arm]?
  /// Units that were begun and have not ended.
  var begun: [Begun]

  struct Begun: Encodable {
    var unit: WorkUnit
    var state: String
    /// Steps that its newest checkpoint holds, and all steps.
    var steps, allSteps: Int?
  }

  init(_ status: RunStatus, _ begun: [UnitStanding], _ path: String) {
    self.begun = begun.map {
      Begun(unit: $0.unit, state: $0.state.rawValue, steps: $0.kept?.steps, allSteps: $0.kept?.all)
    }
    (run, state, exitStatus) = (path, status.state.rawValue, status.exit.rawValue)
    (units, done, failed) = (status.units, status.done, status.failed)
    (started, updated) = (status.started, status.updated)
    (owner, reason, arms) = (status.owner, status.reason, status.arms)
  }
}
