import Core
import Foundation
import Worker

/// Runs `microfold sweep` on every rank.
struct SweepAction {
  let options: SweepOptions
  let world: any Communicator
  let console: Console

  init(options: SweepOptions, world: any Communicator, console: Console) {
    (self.options, self.world) = (options, world)
    var console = console
    (console.isQuiet, console.log) = (options.isQuiet, options.log.map(LogFile.init))
    self.console = console
  }

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    guard let start = try SweepStart(options, world, console) else { return .usage }
    let rounds = SweepRounds(start, options: options, world: world, console: console)
    do {
      let status = try rounds.run()
      let release = rounds.releaseRun
      start.pulse?.leave(status.rawValue) { release?() }
      if let world = world as? MPICommunicator { try world.end() }
      start.pulse?.stop()
      release?()
      start.pulse?.remove()
      return status
    } catch {
      rounds.fail(error)
      throw error
    }
  }
}
