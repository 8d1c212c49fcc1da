import Core
import Foundation
import Worker

/// The program: reads the command line, then does what it says, on every rank alike.
@main
struct Microfold {
  static func main() {
    if let problem = CPUCheck.problem() { end(.usage, saying: problem) }
    let request: Request
    do {
      request = try CommandLine.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
      // If a rank ended after MPI_Init the others would wait for ever, so the command line is read before it.
      end(.usage, saying: "\(error)")
    }
    switch request {
    case .print(let text):
      alone {
        $0.line(text)
        return .success
      }
    case .run(let invocation): run(invocation)
    }
  }

  private static func run(_ invocation: Invocation) -> Never {
    let environment = ProcessInfo.processInfo.environment
    // Doctor reports it with all else that it finds.
    if invocation.writes, let problem = Launch.problem(environment) { end(.usage, saying: "\(problem)") }
    if invocation.stops { StopSignal.listen(underLauncher: Launch.isRankOfJob(environment)) }
    switch invocation.work {
    case .alone(let body): alone(body)
    case .together(let stallTimeout, let body): together(stallTimeout: stallTimeout, body)
    }
  }

  /// Whether this is the rank that prints, as far as it is known without MPI.
  private static var isFirstRank: Bool { Launch.isFirst(ProcessInfo.processInfo.environment) }

  private static func end(_ status: ExitStatus, saying text: String) -> Never {
    // Faults of the command line name the command, and so the program.
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

  /// A command that all ranks do together.
  ///
  /// - Parameter stallTimeout: seconds that a rank may wait for others.
  private static func together(
    stallTimeout: Int, _ body: (any Communicator, Console) throws -> ExitStatus
  ) -> Never {
    do {
      let world = try Launch.world(stallTimeout: Double(stallTimeout))
      let status = try body(world, Console(speaks: world.rank == 0))
      if let world = world as? MPICommunicator { try world.end() }
      // Where ranks were lost MPI is still at work, and its own exit handlers would wait for them.
      fflush(nil)
      _exit(status.rawValue)
    } catch {
      // The ranks have not agreed on it: the others must not wait for this one.
      Console(speaks: true).faults(error)
      if Launch.isRankOfJob(ProcessInfo.processInfo.environment) {
        MPICommunicator.abort(status: ExitStatus.failedUnits.rawValue)
      }
      exit(ExitStatus.failedUnits.rawValue)
    }
  }
}
