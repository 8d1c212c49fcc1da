import Core
import Foundation
import Worker

/// `microfold sweep`, on every rank.
struct SweepAction {
  let options: SweepOptions
  let world: any Communicator
  let console: Console

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    guard let setup = try agreedSetup() else { return .usage }
    guard let stores = try openStores(setup), let ranksPerFold = try ranksPerFold(setup) else { return .usage }

    let hosts = try world.gatherTexts(ProcessInfo.processInfo.hostName)
    let groups = Partition.groups(hosts: hosts, ranksPerFold: ranksPerFold)
    let own = groups.firstIndex { $0.contains(world.rank) } ?? 0
    let group = try world.split(color: own, key: world.rank)
    let control = try world.duplicate()
    announce(setup, groups: groups, hosts: Set(hosts).count)
    for line in try Binding.advice(world, asked: options.threads) { console.note(line) }

    let directory = RunDirectory(path: setup.configuration.output)
    let desk = world.rank == 0 ? SweepDesk(setup, directory, groups: groups.count, options, console) : nil
    try desk?.open()
    let dispatcher = Dispatcher(control: control, group: group, desk: desk?.books) { unit, hooks in
      guard let store = stores[unit.dataset] else { throw Fault(at: unit.dataset, "has no store") }
      return try FoldTrainer(
        unit, setup.configuration, store: store, split: setup.split(of: unit.dataset), group: group,
        directory: directory.unit(unit, seeds: setup.configuration.seeds.count), hooks: hooks
      ).run()
    }
    try dispatcher.run()
    return try farewell(control, meanwhile: dispatcher.lookForStop) { try desk?.close() ?? .success }
  }

  /// Rank 0 reads and checks everything; the others learn what it found. Nil where something was wrong.
  private func agreedSetup() throws -> SweepSetup? {
    var text = ""
    if world.rank == 0 {
      do {
        let setup = try SweepSetup.prepare(options, note: { console.note($0) })
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
  private func openStores(_ setup: SweepSetup) throws -> [String: ClipStore]? {
    var stores: [String: ClipStore] = [:]
    var problem = ""
    do {
      for (name, path) in setup.stores { stores[name] = try ClipStore(opening: path) }
      if world.rank > 0 { try SweepSetup.checkPretrained(setup.configuration.network) }
    } catch {
      problem = "rank \(world.rank) on \(ProcessInfo.processInfo.hostName): \(error)"
    }
    let problems = try world.gatherTexts(problem).filter { !$0.isEmpty }
    for problem in problems { console.note("\(Program.name): \(problem)") }
    return problems.isEmpty ? stores : nil
  }

  private func ranksPerFold(_ setup: SweepSetup) throws -> Int? {
    let lanes = setup.configuration.training.lanes
    switch options.ranksPerFold {
    case .automatic:
      return Partition.automaticRanksPerFold(ranks: world.size, units: setup.pending.count, lanes: lanes)
    case .fixed(let ranks):
      if ranks <= lanes, ranks <= world.size { return ranks }
      let limit = ranks > lanes ? "a batch has \(lanes) lanes" : "the job has \(world.size) ranks"
      console.faults(Fault(at: "--ranks-per-fold", "is \(ranks), but \(limit)"))
      return nil
    }
  }

  private func announce(_ setup: SweepSetup, groups: [[Int]], hosts: Int) {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    let total = setup.configuration.workUnits(setup.folds).count
    let done = total - setup.pending.count
    console.note(
      "\(setup.configuration.name): \(count(total, "unit"))\(done > 0 ? ", \(done) done before" : ""); "
        + "\(count(world.size, "rank")) in \(count(groups.count, "group")) on \(count(hosts, "host")), "
        + "\(count(Parallel.threads, "thread")) a rank")
    for dataset in setup.folds.datasets {
      for warning in dataset.warnings { console.note("\(dataset.name): \(warning)") }
    }
  }

  /// Rank 0 ends its work and tells the others, who sleep meanwhile, how.
  ///
  /// - Parameter meanwhile: done while a rank waits.
  private func farewell(
    _ control: any Communicator, meanwhile: () throws -> Void, _ close: () throws -> ExitStatus
  ) throws -> ExitStatus {
    guard world.rank == 0 else {
      let said = try control.wait(for: Int32.self, tag: MessageTag.farewell, meanwhile: meanwhile)
      return ExitStatus(rawValue: said) ?? .failedUnits
    }
    let status: ExitStatus
    do {
      status = try close()
    } catch let fault as Fault {
      console.faults(fault)
      status = .failedUnits
    }
    for rank in 1..<max(1, world.size) { try control.send(status.rawValue, to: rank, tag: MessageTag.farewell) }
    return status
  }
}
