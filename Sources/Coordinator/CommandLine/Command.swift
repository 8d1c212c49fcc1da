import Core

/// What the user asked for, checked.
enum Command: Equatable {
  /// Print this text on standard output.
  case help(String)
  /// Print this line on standard output.
  case version(String)
  /// Print this text, with its own ends of lines, on standard output.
  case text(String)
  case sweep(SweepOptions)
  case plan(PlanOptions)
  case synth(SynthOptions)
  case importClips(ImportOptions)
  case inspect(InspectOptions)
  case report(ReportOptions)
  case status(StatusOptions)
  case methods(MethodsOptions)
  case predict(PredictOptions)
  case step(StepOptions)
  case bench(BenchOptions)
  case doctor(DoctorOptions)

  /// Whether several processes that do not know of each other would do harm with it.
  var writes: Bool {
    switch self {
    case .sweep, .synth, .importClips, .report, .predict, .step, .bench: true
    case .help, .version, .text, .plan, .inspect, .methods, .status, .doctor: false
    }
  }
}

/// How the program ends, for the shell and the batch system.
enum ExitStatus: Int32 {
  case success = 0
  /// The sweep went through, but units failed; the report shows which. Of doctor: a sweep would fail.
  case failedUnits = 1
  /// The words or the input were wrong; nothing was computed.
  case usage = 2
  /// Of status: the sweep is still at work.
  case running = 3
  /// The sweep was asked to stop and waits at checkpoints; the same command goes on. It is the `EX_TEMPFAIL` of
  /// sysexits.h, "try again later", on which batch systems requeue.
  case paused = 75
  /// An import was stopped; nothing was written.
  case interrupted = 130
}

extension ExitStatus: CaseIterable {
  /// What the manual says of it.
  var meaning: String {
    switch self {
    case .success: "All went well."
    case .failedUnits:
      "A sweep went through, but units failed; the report shows which. Or the program could not go on. Of doctor: a "
        + "sweep would fail."
    case .usage: "The words or the input were wrong; nothing was computed."
    case .running: "Of status: the sweep is still at work."
    case .paused: "A sweep was asked to stop and waits at checkpoints; the same command goes on."
    case .interrupted: "A second SIGINT ended the program at once. Of import: it was stopped and wrote nothing."
    }
  }
}

/// The program's name and version, and when that was made.
enum Program {
  static let name = "microfold"
  static let version = "0.1.0"
  static let date = "2026-11-23"
}

extension CommandSpecification {
  /// The program. A new command has a file of its own with its options, its specification and how it is read; it is
  /// listed here, and is a case of `Command`.
  static let program: CommandSpecification = CommandSpecification(
    name: Program.name,
    summary: "Cross-validates a micro-expression recogniser on four datasets, on one machine or on many.",
    explanation: """
      Under mpirun or srun the ranks share the work; without, one process does it all. Everything a sweep computes has \
      the same bits at any number of ranks and threads, and after any interruption.
      """,
    examples: [
      "mpirun -n 4 microfold sweep --config sweeps/demo.json",
      "microfold synth --output stores --clips 60",
    ],
    subcommands: [
      .sweep, .plan, .synth, .importClips, .inspect, .predict, .report, .status, .methods, .step, .bench, .doctor,
      .completion, .manual,
    ])
}

extension CommandLine {
  /// The command that `arguments` ask for.
  ///
  /// - Parameter arguments: the words behind the program's name.
  /// - Throws: a `Fault` of one line, with the nearest right word where one is near; the exit status is then
  ///   `ExitStatus.usage`.
  static func parse(_ arguments: [String]) throws -> Command {
    // `help import csv` is `import csv --help`.
    let words = arguments.first == "help" ? arguments.dropFirst() + ["--help"] : arguments[...]
    return try CommandSpecification.program.parse(words, path: Program.name)
  }
}
