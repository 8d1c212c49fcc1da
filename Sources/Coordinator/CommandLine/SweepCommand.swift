import Core

/// What `microfold sweep` is to do.
struct SweepOptions: Equatable {
  /// The sweep file.
  var config: String
  /// The run directory, instead of the sweep file's.
  var output: String?
  var start = Start.goOn
  var ranksPerFold = RanksPerFold.automatic
  /// Threads a rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
  /// Seconds without a sign of life after which a rank is lost.
  var deadAfter = 20
  /// Seconds that a rank may wait for others.
  var stallTimeout = standardStallTimeout
  /// Whether only problems and the last line are printed.
  var isQuiet = false
  var progress = ProgressDisplay.Manner.automatic
  /// A file that everything said is appended to.
  var log: String?

  static let standardStallTimeout = 600

  /// What becomes of an earlier run in the same directory.
  enum Start: Equatable {
    /// Go on with it where there is one, else begin.
    case goOn
    /// Go on with it; a fault where there is none.
    case resume
    /// Begin again without its results.
    case fresh
  }

  /// How many ranks train one fold together.
  enum RanksPerFold: Equatable {
    case automatic
    /// A power of two, so that lanes are shared out evenly.
    case fixed(Int)
  }
}

extension CommandSpecification {
  static let sweep = CommandSpecification(
    name: "sweep",
    summary: "Run a cross-validation and write its comparison report.",
    explanation: """
      Trains every fold of every dataset, variant and seed of a sweep file. The same command again goes on where the \
      last one was stopped; beside a sweep that is at work there it is refused. Under mpirun --enable-recovery, with \
      Open MPI 5 --with-ft ulfm, it goes on when ranks die. Exit status: 0 when all units \
      finished, 1 when units failed, 2 when the words or the input were wrong, 75 when the sweep was asked to stop. \
      SIGUSR1 asks for that, also under mpirun, which hands it on; without mpirun so do SIGTERM and SIGINT: every unit \
      in training is kept at the end of its step. A second SIGINT ends the program at once.
      """,
    options: [
      Option(name: "--config", value: "FILE", help: "the sweep file", isRequired: true),
      Option(name: "--output", value: "DIR", help: "the run directory", standard: "the sweep file's"),
      Option(
        name: "--resume", help: "go on with the run in the run directory, and fail where there is none",
        exclusion: "start"),
      Option(
        name: "--fresh", help: "delete the run in the run directory and begin again; other files there stay",
        exclusion: "start"),
      Option(
        name: "--ranks-per-fold", value: "N|auto", help: "ranks that train one fold together, a power of two",
        standard: "auto"),
      Option(name: "--threads", value: "N", help: "threads a rank", standard: "the cores it may run on"),
      Option(
        name: "--dead-after", value: "SECONDS",
        help: "without a sign of life for so long a rank, or another sweep in the run directory, is given up",
        standard: "20"),
      Option(
        name: "--stall-timeout", value: "SECONDS",
        help: "how long a rank may wait for others, longer than a training step takes; then the missing rank is named, "
          + "and given up, or the job ends", standard: "600"),
      Option(
        name: "--progress", value: "auto|board|lines|none",
        help:
          "a board that is drawn over, or a line an epoch; auto is a board on a terminal, also mpirun's, else lines",
        standard: "auto", exclusion: "progress"),
      Option(name: "--quiet", help: "print only problems and the last line", exclusion: "progress"),
      Option(name: "--log", value: "FILE", help: "append all lines to this file too, with the time (UTC)"),
    ],
    examples: [
      "microfold sweep --config sweeps/demo.json",
      "mpirun -n 8 microfold sweep --config sweeps/paper.json --ranks-per-fold 2",
      "mpirun --enable-recovery -n 8 microfold sweep --config sweeps/paper.json",
      "microfold sweep --config sweeps/demo.json --output runs/again --fresh",
      "microfold sweep --config sweeps/demo.json --quiet --log demo.log",
    ],
    read: { arguments throws(Fault) in
      .sweep(
        SweepOptions(
          config: try arguments.requiredText("--config"),
          output: try arguments.text("--output"),
          start: arguments.isOn("--fresh") ? .fresh : arguments.isOn("--resume") ? .resume : .goOn,
          ranksPerFold: try ranksPerFold(arguments),
          threads: try arguments.integer("--threads", 1...1024),
          deadAfter: try arguments.integer("--dead-after", 2...86_400) ?? 20,
          stallTimeout: try arguments.integer("--stall-timeout", 1...86_400) ?? SweepOptions.standardStallTimeout,
          isQuiet: arguments.isOn("--quiet"),
          progress: try arguments.word("--progress") ?? .automatic,
          log: try arguments.text("--log")))
    })

  static func ranksPerFold(_ arguments: Arguments) throws(Fault) -> SweepOptions.RanksPerFold {
    guard let text = try arguments.text("--ranks-per-fold"), text != "auto" else { return .automatic }
    guard let ranks = Int(text), (1...64).contains(ranks), ranks & (ranks - 1) == 0 else {
      throw arguments.fault(
        "--ranks-per-fold", "is \(Arguments.shown(text)); it takes auto, 1, 2, 4, 8, 16, 32 or 64")
    }
    return .fixed(ranks)
  }
}
