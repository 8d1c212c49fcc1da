import Core
import Foundation
import Worker

/// The program: reads the words, then does what they say, on every rank alike.
@main
struct Microfold {
  static func main() {
    if let problem = CPUCheck.problem() { end(.usage, saying: problem) }
    let command: Command
    do {
      command = try CommandLine.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
      // A rank that left before MPI_Init would make the others wait for ever, so all words are read before it.
      end(.usage, saying: "\(error)")
    }
    // Doctor says it among all else that it finds.
    if command.writes, let problem = Launch.problem(ProcessInfo.processInfo.environment) {
      end(.usage, saying: "\(problem)")
    }
    switch command {
    case .help(let text), .version(let text): alone { $0.line(text) }
    case .text(let text): alone { $0.text(text) }
    case .sweep(let options):
      StopSignal.listen(underLauncher: Launch.isRankOfJob(ProcessInfo.processInfo.environment))
      together(stallTimeout: options.stallTimeout) { try SweepAction(options: options, world: $0, console: $1).run() }
    case .step(let options): together { try StepAction(options: options, world: $0, console: $1).run() }
    case .bench(.kernels(let options)): alone { try KernelBench(options: options, console: $0).run() }
    case .bench(.patterns(let options)): alone { try PatternBench(options: options, console: $0).run() }
    case .bench(.step(let options)): together { try StepBench(options: options, world: $0, console: $1).run() }
    case .bench(.allreduce(let options)):
      together { try AllreduceBench(options: options, world: $0, console: $1).run() }
    case .doctor(let options): together { try DoctorAction(options: options, world: $0, console: $1).run() }
    case .plan(let options): alone { try PlanAction(options: options, console: $0).run() }
    case .predict(let options): alone { try PredictAction(options: options, console: $0).run() }
    case .synth(let options): alone { try SynthAction(options: options, console: $0).run() }
    case .importClips(let options):
      StopSignal.listen(underLauncher: Launch.isRankOfJob(ProcessInfo.processInfo.environment))
      alone { try ImportAction(options: options, console: $0).run() }
    case .inspect(let options): alone { try InspectAction(options: options, console: $0).run() }
    case .methods(let options): alone { MethodsAction(options: options, console: $0).run() }
    case .status(let options): alone { try StatusAction(options: options, console: $0).run() }
    case .report(let options): alone { try ReportAction(options: options, console: $0).run() }
    }
  }

  /// Whether this is the rank that speaks, as far as can be told without MPI.
  private static var isFirstRank: Bool { Launch.isFirst(ProcessInfo.processInfo.environment) }

  private static func end(_ status: ExitStatus, saying text: String) -> Never {
    // What is wrong with the words names the command, and so the program.
    Console(speaks: isFirstRank).note(text.hasPrefix(Program.name) ? text : "\(Program.name): \(text)")
    exit(status.rawValue)
  }

  /// A command that one process does; other ranks have nothing to do.
  private static func alone(_ body: (Console) throws -> ExitStatus) -> Never {
    guard isFirstRank else { exit(0) }
    let console = Console(speaks: true)
    do {
      exit(try body(console).rawValue)
    } catch {
      console.faults(error)
      exit(ExitStatus.usage.rawValue)
    }
  }

  private static func alone(_ body: (Console) throws -> Void) -> Never {
    alone { console in
      try body(console)
      return ExitStatus.success
    }
  }

  /// A command that all ranks do together.
  ///
  /// - Parameter stallTimeout: seconds that a rank may wait for others.
  private static func together(
    stallTimeout: Int = SweepOptions.standardStallTimeout, _ body: (any Communicator, Console) throws -> ExitStatus
  ) -> Never {
    do {
      let world = try Launch.world(stallTimeout: Double(stallTimeout))
      let status = try body(world, Console(speaks: world.rank == 0))
      if let world = world as? MPICommunicator { try world.end() }
      // Where ranks were lost MPI is still at work, and its own exit handlers would wait for them.
      fflush(nil)
      _exit(status.rawValue)
    } catch {
      // Not agreed between the ranks: the others must not wait for this one.
      Console(speaks: true).faults(error)
      if Launch.isRankOfJob(ProcessInfo.processInfo.environment) {
        MPICommunicator.abort(status: ExitStatus.failedUnits.rawValue)
      }
      exit(ExitStatus.failedUnits.rawValue)
    }
  }
}
