import Core
import Foundation
import Worker

/// `microfold sweep`, on every rank.
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
    guard let setup = try agreedSetup() else { return .usage }
    guard let stores = try openStores(setup), rangesAreRight(setup) else { return .usage }
    let hosts = try world.gatherTexts(ProcessInfo.processInfo.hostName)
    guard let pulse = try agreedPulse(setup, hosts: hosts) else { return .usage }
    for line in try Binding.advice(world, asked: options.threads) { console.note(line) }
    let rounds = SweepRounds(
      setup: setup, options: options, stores: stores, world: world, hosts: hosts, pulse: pulse.pulse, console: console)
    return try rounds.run()
  }

  /// Rank 0 reads and checks everything; the others learn what it found. Nil where something was wrong.
  private func agreedSetup() throws -> SweepSetup? {
    var text = ""
    if world.rank == 0 {
      do {
        var setup = try SweepSetup.prepare(options, note: { console.remark($0) })
        try console.log?.check()
        let directory = RunDirectory(path: setup.configuration.output)
        if world.size > 1 { setup.job = try directory.prepareJob() }
        text = String(decoding: try JSONEncoder().encode(setup), as: UTF8.self)
      } catch let fault as Fault {
        console.faults(fault)
      } catch let faults as Faults {
        console.faults(faults)
      }
    }
    let said = try world.broadcastText(text)
    return said.isEmpty ? nil : try JSONDecoder().decode(SweepSetup.self, from: Data(said.utf8))
  }

  /// Opens every store, and the pretrained weights, on every rank: a host may lack what rank 0 has.
  private func openStores(_ setup: SweepSetup) throws -> [String: SweepStore]? {
    var stores: [String: SweepStore] = [:]
    var problem = ""
    do {
      for dataset in setup.configuration.datasets {
        guard let path = setup.stores[dataset.name] else { continue }
        let store = try SweepStore(dataset, at: path)
        try store.requireContent(setup.contentDigests[dataset.name])
        stores[dataset.name] = store
      }
      if world.rank > 0 { try SweepSetup.checkPretrained(setup.configuration.network) }
    } catch {
      problem = "rank \(world.rank) on \(ProcessInfo.processInfo.hostName): \(error)"
    }
    let problems = try world.gatherTexts(problem).filter { !$0.isEmpty }
    for problem in problems { console.note("\(Program.name): \(problem)") }
    return problems.isEmpty ? stores : nil
  }

  private func rangesAreRight(_ setup: SweepSetup) -> Bool {
    let lanes = setup.configuration.training.lanes
    guard case .fixed(let ranks) = options.ranksPerFold, ranks > lanes || ranks > world.size else { return true }
    let limit = ranks > lanes ? "a batch has \(lanes) lanes" : "the job has \(world.size) ranks"
    console.faults(Fault(at: "--ranks-per-fold", "is \(ranks), but \(limit)"))
    return false
  }

  /// The watch of the ranks over each other, where there are several; no value where it cannot be set up.
  private func agreedPulse(_ setup: SweepSetup, hosts: [String]) throws -> (pulse: Pulse?, Void)? {
    guard let world = world as? MPICommunicator, world.size > 1 else { return (nil, ()) }
    var (pulse, problem): (Pulse?, String) = (nil, "")
    do {
      pulse = try Pulse(
        Pulse.Settings(
          directory: setup.job, rank: world.rank, members: Array(0..<world.size), host: hosts[world.rank],
          deadAfter: Double(options.deadAfter), recovers: Launch.survivesLosses(ProcessInfo.processInfo.environment),
          say: { [console] in console.ofAnyRank.note("\(Program.name): \($0)") }))
    } catch {
      problem = "rank \(world.rank) on \(hosts[world.rank]): \(error)"
    }
    let problems = try world.gatherTexts(problem).filter { !$0.isEmpty }
    for problem in problems { console.note("\(Program.name): \(problem)") }
    guard problems.isEmpty, let pulse else { return nil }
    pulse.start()
    world.watch(pulse, stallTimeout: Double(options.stallTimeout))
    return (pulse, ())
  }
}
