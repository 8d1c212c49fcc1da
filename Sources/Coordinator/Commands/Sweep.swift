import Core
import Foundation
import Worker

/// What `microfold sweep` is to do.
struct SweepOptions: Equatable {
  /// The sweep file.
  var config = ""
  /// The run directory, instead of the sweep file's.
  var output: String?
  var start = Start.resumeOrBegin
  var ranksPerFold = RanksPerFold.automatic
  /// Threads of each rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
  /// Seconds without a sign of life after which a rank is lost.
  var deadAfter = 20
  /// Seconds that a rank may wait for others.
  var stallTimeout = standardStallTimeout
  /// Whether only problems and the last line are printed.
  var isQuiet = false
  var progress = ProgressDisplay.Style.automatic
  /// A file that everything printed is appended to.
  var log: String?

  static let standardStallTimeout = 600

  /// What becomes of an earlier run in the same directory.
  enum Start: Equatable {
    /// Resume it where there is one, else begin.
    case resumeOrBegin
    /// Resume it; a fault where there is none.
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
      Trains every fold of every dataset, method and seed of a sweep file. To resume a sweep that was stopped, rerun \
      the same command; while another sweep runs in the same directory it is refused. Under mpirun --enable-recovery, \
      with Open MPI 5 --with-ft ulfm, a sweep continues when ranks are lost. Exit status: 0 when all units finished, 1 \
      when units failed, 2 when the command line or the input was wrong, 75 when the sweep was asked to stop. SIGUSR1 \
      asks it to stop, also under mpirun, which passes it on; without mpirun so do SIGTERM and SIGINT: every unit in \
      training is saved at the end of its step. A second SIGINT ends the program at once.
      """,
    defaults: SweepOptions(),
    options: [
      .required(\.config, "--config", .file, "the sweep file"),
      .optional(\.output, "--output", .folder, "the run directory", standard: "the sweep file's"),
      .flag(
        \.start, .resume, "--resume", "resume the run in the run directory; an error where there is none",
        exclusion: "start"),
      .flag(
        \.start, .fresh, "--fresh", "delete the run in the run directory and begin again; other files there stay",
        exclusion: "start"),
      .ranksPerFold(\.ranksPerFold), .threads(\.threads),
      .value(
        \.deadAfter, "--dead-after", .integer(2...86_400, "SECONDS"),
        "how long a rank, or another sweep in the run directory, may be silent before it counts as lost"),
      .value(
        \.stallTimeout, "--stall-timeout", .integer(1...86_400, "SECONDS"),
        "how long a rank may wait for others, longer than a training step takes; then the missing rank is named and "
          + "given up, or the job ends"),
      .value(
        \.progress, "--progress", .word,
        "how progress is shown: a board that is redrawn, or one line per epoch; auto is a board on a terminal, also "
          + "mpirun's, else lines", exclusion: "progress"),
      .flag(\.isQuiet, true, "--quiet", "print only problems and the last line", exclusion: "progress"),
      .optional(
        \.log, "--log", .file, "append everything that is printed to this file too, with the time (UTC)"),
    ],
    examples: [
      "microfold sweep --config sweeps/demo.json",
      "mpirun -n 8 microfold sweep --config sweeps/paper.json --ranks-per-fold 2",
      "mpirun --enable-recovery -n 8 microfold sweep --config sweeps/paper.json",
      "microfold sweep --config sweeps/demo.json --output runs/again --fresh",
      "microfold sweep --config sweeps/demo.json --quiet --log demo.log",
    ],
    writes: true, stops: true,
    run: .together(
      stallTimeout: { $0.stallTimeout },
      { options, world, console in try run(options, world, console) }))

  /// Every rank calls it.
  ///
  /// - Returns: the status that all ranks exit with.
  private static func run(
    _ options: SweepOptions, _ world: any Communicator, _ console: Console
  ) throws -> ExitStatus {
    var console = console
    (console.isQuiet, console.log) = (options.isQuiet, options.log.map(LogFile.init))
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    guard let start = try SweepStart(options, world, console) else { return .usage }
    if let prepared = start.prepared { sayWhatSignalsDo(prepared, console) }
    let sessions = SweepSessions(start, options: options, world: world, console: console)
    do {
      let status = try sessions.run()
      let release = sessions.releaseRun
      start.pulse?.leave(status.rawValue) { release?() }
      if let world = world as? MPICommunicator { try world.end() }
      start.pulse?.stop()
      release?()
      start.pulse?.resumeStopped()
      start.pulse?.remove()
      return status
    } catch {
      sessions.fail(error)
      throw error
    }
  }

  /// On rank 0: says at once what a signal does, and what is kept when it ends the sweep.
  private static func sayWhatSignalsDo(_ prepared: PreparedSweep, _ console: Console) {
    let (status, configuration) = (prepared.status, prepared.setup.configuration)
    let directory = RunDirectory(path: configuration.output)
    let launcher = Launch.launcher(ProcessInfo.processInfo.environment)
    StopSignal.watch(underLauncher: Launch.isRankOfJob(ProcessInfo.processInfo.environment)) { event in
      // At most a second is left, and reading checkpoints may take longer.
      if event != .stop { status.explain(StopNotice.reason(event, launcher: launcher)) }
      let standings = (try? directory.standings(configuration, isRunning: event == .stop)) ?? []
      for line in StopNotice.lines(event, status.now, standings, launcher: launcher) {
        console.note("\(Program.name): \(line)")
      }
    }
  }
}
