import Core
import Foundation
import Worker

/// Starts a sweep: rank 0 reads and checks the sweep file, every rank checks its own host, and all ranks agree whether
/// the sweep can begin.
///
/// Texts are passed along a binary tree, so each rank sends only a few messages, whatever the number of ranks.
struct SweepStart {
  let setup: SweepSetup
  let stores: [String: SweepStore]
  /// The host of each world rank, by name.
  let hosts: [String]
  /// This rank's heartbeat thread; nil with one rank or without MPI.
  let pulse: Pulse?
  /// On rank 0.
  let prepared: PreparedSweep?

  /// What one rank reports about its host.
  private struct Found: Codable {
    var host: String
    /// Ranks with the same key see each other's processes and share a folder in memory.
    var hostKey: String
    var placement: Binding.Placement
    /// Why this rank cannot take part; nil where it can.
    var problem: String?
  }

  /// What rank 0 concludes from the reports and sends to all ranks.
  private struct Agreement: Codable {
    var isGood: Bool
    var hosts: [String] = []
    var hostKeys: [String] = []
  }

  /// Every rank calls it. Nil where something is wrong; rank 0 has then printed what.
  ///
  /// - Throws: errors of the messages between ranks.
  init?(_ options: SweepOptions, _ world: any Communicator, _ console: Console) throws {
    let (setup, prepared) = try SweepStart.agreedSetup(options, world, console)
    guard let setup else { return nil }
    (self.setup, self.prepared) = (setup, prepared)
    let host = ProcessInfo.processInfo.hostName
    let hostDirectory = PulseSettings.hostDirectory(job: setup.token)
    var (stores, problem): ([String: SweepStore], String?) = ([:], SweepStart.rangeProblem(setup, options, world))
    do {
      if problem == nil { stores = try SweepStart.openStores(setup, isFirst: world.rank == 0) }
      if !setup.job.isEmpty { try Directory.make(hostDirectory) }
    } catch {
      problem = "rank \(world.rank) on \(host): \(error)"
    }
    let own = Found(
      host: host, hostKey: HostKey.own(sharing: hostDirectory), placement: Binding.own(asked: options.threads),
      problem: problem)
    let agreement = try SweepStart.agree(own, world, console)
    guard agreement.isGood else {
      prepared?.release()
      return nil
    }
    hosts = agreement.hosts
    pulse = try SweepStart.pulse(setup, options, world, hostKeys: agreement.hostKeys, prepared?.status, console)
    do {
      self.stores = try SweepStart.derive(setup, stores, world, console)
    } catch  where error is Fault || error is Faults {
      console.faults(error)
      prepared?.release()
      return nil
    }
  }

  /// Starts this rank's heartbeats; nil with one rank or without MPI.
  private static func pulse(
    _ setup: SweepSetup, _ options: SweepOptions, _ world: any Communicator, hostKeys: [String], _ status: StatusFile?,
    _ console: Console
  ) throws -> Pulse? {
    guard let ranks = world as? MPICommunicator, world.size > 1 else { return nil }
    let lock = LockFile(of: setup.configuration.output)
    let token = setup.token
    let pulse = try Pulse(
      PulseSettings(
        directory: setup.job, hostDirectory: PulseSettings.hostDirectory(job: setup.token), rank: world.rank,
        hosts: hostKeys, host: ProcessInfo.processInfo.hostName,
        deadAfter: Double(options.deadAfter), recovers: Launch.survivesLosses(ProcessInfo.processInfo.environment),
        say: { console.ofAnyRank.note("\(Program.name): \($0)") },
        willEnd: { status?.interrupt($0) },
        isOwner: { (lock.read()?.owner?.token ?? token) == token }))
    pulse.start()
    ranks.watch(pulse)
    return pulse
  }

  /// Rank 0 reads and checks everything and sends the setup to the others; the setup is nil where something is wrong.
  private static func agreedSetup(
    _ options: SweepOptions, _ world: any Communicator, _ console: Console
  ) throws -> (SweepSetup?, PreparedSweep?) {
    var (text, prepared): (String, PreparedSweep?) = ("", nil)
    if world.rank == 0 {
      do {
        try console.log?.check()
        prepared = try reportingWork(world, options) {
          let recovers = world.size > 1 && Launch.survivesLosses(ProcessInfo.processInfo.environment)
          return try PreparedSweep(
            options, owner: .here(ranks: world.size, silence: Double(options.deadAfter), recovers: recovers),
            note: { console.remark($0) }, warn: { console.note("\(Program.name): \($0)") })
        }
        text = String(decoding: try JSONEncoder().encode(prepared?.setup), as: UTF8.self)
      } catch let fault as Fault {
        console.faults(fault)
      } catch let faults as Faults {
        console.faults(faults)
      }
    }
    let answer = try world.broadcastText(text)
    return (answer.isEmpty ? nil : try JSONDecoder().decode(SweepSetup.self, from: Data(answer.utf8)), prepared)
  }

  /// Runs `work` on another thread; meanwhile this thread tells the other ranks at intervals that rank 0 is still
  /// working.
  private static func reportingWork<Result>(
    _ world: any Communicator, _ options: SweepOptions, _ work: @escaping () throws -> Result
  ) throws -> Result {
    guard world.size > 1 else { return try work() }
    let job = Job(work)
    let thread = Thread { job.run() }
    thread.stackSize = 1 << 24
    thread.start()
    while job.hasEnded.wait(timeout: .now() + Double(options.stallTimeout) / 4) == .timedOut {
      try world.sayStillAtWork()
    }
    return try job.result.get()
  }

  /// Work on another thread; its result is read after the thread has ended.
  private final class Job<Result>: @unchecked Sendable {
    let hasEnded = DispatchSemaphore(value: 0)
    private let work: () throws -> Result
    private(set) var result: Swift.Result<Result, any Error> = .failure(CancellationError())

    init(_ work: @escaping () throws -> Result) { self.work = work }

    func run() {
      result = Swift.Result(catching: work)
      hasEnded.signal()
    }
  }

  /// Opens every store and checks the pretrained weights: this host may lack files that rank 0 has.
  private static func openStores(_ setup: SweepSetup, isFirst: Bool) throws -> [String: SweepStore] {
    var stores: [String: SweepStore] = [:]
    for (key, source) in setup.sources {
      // What is trained before the folds has no landmarks.
      let dataset = setup.configuration.datasets.first { $0.name == key }
      let store = try SweepStore(landmarks: dataset?.landmarks, at: source.path)
      try store.requireContent(source.contentDigest)
      stores[key] = store
    }
    if !isFirst { try SweepSetup.checkPretrained(setup.configuration) }
    return stores
  }

  private static func rangeProblem(_ setup: SweepSetup, _ options: SweepOptions, _ world: any Communicator) -> String? {
    let lanes = setup.configuration.commonLanes
    guard case .fixed(let ranks) = options.ranksPerFold, ranks > lanes || ranks > world.size, world.rank == 0 else {
      return nil
    }
    let limit = ranks > lanes ? "a batch has \(lanes) lanes" : "the job has \(world.size) ranks"
    return "--ranks-per-fold: is \(ranks), but \(limit)"
  }

  private static func agree(_ own: Found, _ world: any Communicator, _ console: Console) throws -> Agreement {
    let texts = try world.collectTexts(String(decoding: JSONEncoder().encode(own), as: UTF8.self))
    var agreement = Agreement(isGood: true)
    if world.rank == 0 {
      let found = try texts.map { try JSONDecoder().decode(Found.self, from: Data($0.utf8)) }
      let problems = found.compactMap(\.problem)
      for problem in problems { console.note("\(Program.name): \(problem)") }
      agreement = Agreement(isGood: problems.isEmpty, hosts: found.map(\.host), hostKeys: found.map(\.hostKey))
      if problems.isEmpty { for line in Binding.advice(found.map(\.placement)) { console.note(line) } }
    }
    return try world.broadcast(agreement)
  }
}

extension PreparedSweep {
  /// Records that the sweep cannot begin on these hosts, and releases the run directory.
  func release() {
    status.refuse("it could not begin on all hosts")
    RunDirectory(path: setup.configuration.output).endJobs()
    lock.release()
  }
}
