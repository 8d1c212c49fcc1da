import Core

/// The program's name and version, when that was made, and its commands.
enum Program {
  static let name = "microfold"
  static let version = "0.1.0"
  static let date = "2026-11-23"
}

extension CommandSpecification {
  /// The program. A new command has a file of its own in this folder, and is listed here.
  static let program: CommandSpecification = CommandSpecification(
    name: Program.name,
    summary: "Cross-validates a micro-expression recogniser on four datasets, on one machine or on many.",
    explanation: """
      Under mpirun or srun the ranks share the work; without them one process does it all. Everything that a sweep \
      computes has the same bits at any number of ranks and threads, and after any interruption.
      """,
    examples: [
      "mpirun -n 4 microfold sweep --config sweeps/demo.json",
      "microfold synth --output stores --clips 60",
    ],
    subcommands: [
      .sweep, .plan, .settings, .synth, .importClips, .check, .inspect, .predict, .export, .report, .compare, .status,
      .methods, .step, .bench, .doctor, .completion, .manual,
    ])
}

extension CommandLine {
  /// What `arguments` ask for.
  ///
  /// - Parameter arguments: the words after the program's name.
  /// - Throws: a `Fault` of one line, with the nearest right word where one is near; the exit status is then
  ///   `ExitStatus.usage`.
  static func parse(_ arguments: [String]) throws -> Request {
    // `help import csv` is `import csv --help`.
    let words = arguments.first == "help" ? arguments.dropFirst() + ["--help"] : arguments[...]
    return try CommandSpecification.program.parse(words, path: Program.name)
  }
}
