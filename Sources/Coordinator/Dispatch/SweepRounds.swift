import Core
import Foundation
import Worker

/// Trains a sweep's units on whoever is left: groups are made, work until there is nothing left for them, and are made
/// anew when ranks were lost or when idle ones can help.
///
/// A *session* is the time with the same ranks, a *round* the time with the same groups. The lowest rank of a session
/// is its coordinator.
final class SweepRounds {
  private let setup: SweepSetup
  private let prepared: PreparedSweep?
  private let options: SweepOptions
  private let stores: [String: SweepStore]
  private let world: any Communicator
  private let hosts: [String]
  private let pulse: Pulse?
  private let directory: RunDirectory
  private var console: Console
  private let features = FeatureStore()
  /// On the coordinator.
  private var coordinator: SweepCoordinator?
  /// Sessions whose losses were said and written down, or were another coordinator's to say.
  private var announced = 0

  init(_ start: SweepStart, options: SweepOptions, world: any Communicator, console: Console) {
    (setup, prepared, stores, hosts, pulse) = (start.setup, start.prepared, start.stores, start.hosts, start.pulse)
    (self.options, self.world, self.console) = (options, world, console)
    directory = RunDirectory(path: setup.configuration.output)
  }

  /// Rounds in a session that have messages of their own.
  private static let mostRounds = 64

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    var (session, round) = (Session(number: 0, members: Array(0..<world.size)), 0)
    while true {
      do {
        pulse?.begin(session)
        if let status = try work(session, round) { return status }
        round += 1
      } catch is MembershipChanged {
        guard let pulse else { throw MembershipChanged() }
        (session, round) = (pulse.session, 0)
      }
    }
  }

  /// The coordinator's last word where the sweep cannot go on.
  func fail(_ error: any Error) { coordinator?.fail("\(error)") }

  /// What makes the run directory free for others, when all ranks have ended their work; nil but on the coordinator.
  var giveBack: (@Sendable () -> Void)? { coordinator?.giveBack }

  /// One round; nil where groups are to be made anew.
  private func work(_ session: Session, _ round: Int) throws -> ExitStatus? {
    let context = 2 * (session.number * SweepRounds.mostRounds + round) + 1
    let control = try world.among(session.members, context: context)
    let isCoordinator = world.rank == session.coordinator
    if isCoordinator { try coordinate(session) }
    let arranged = isCoordinator ? Arrangement(groups: arrange(session.members)) : nil
    let groups = try control.broadcast(arranged).groups
    if isCoordinator { announce(session, round, groups: groups) }
    let own = groups.first { $0.contains(control.rank) } ?? [control.rank]
    let group = try control.among(own, context: context + 1)
    pulse?.join(own.map { session.members[$0] })

    coordinator?.begin(
      SweepCoordinator.Round(
        groups: groups, members: session.members, hosts: hosts,
        elasticTail: elasticTail(groups, ranks: control.size, round: round)))
    let dispatcher = Dispatcher(
      control: control, group: group, leaders: groups.map { $0[0] }, coordinator: coordinator, pulse: pulse,
      console: console
    ) { [self] unit, supervisor in try train(unit, group, supervisor) }
    if try dispatcher.run() == .regroup { return nil }
    return try end(control, meanwhile: dispatcher.lookForStop) { try coordinator?.end(session) ?? .success }
  }

  private func train(
    _ unit: WorkUnit, _ group: any Communicator, _ supervisor: any RunSupervisor
  ) throws -> UnitRun.Ending {
    guard let store = stores[unit.dataset] else { throw Fault(at: unit.dataset, "has no store") }
    let task = UnitRun.Task(
      unit, setup.configuration, store: store.clips, landmarks: store.landmarks, split: try setup.split(of: unit.dataset),
      directory: directory.unit(unit, seeds: setup.configuration.seeds.count))
    return try UnitRun(task, group: group, features: features, supervisor: supervisor).run()
  }

  private func arrange(_ members: [Int]) -> [[Int]] {
    let ranksPerFold =
      switch options.ranksPerFold {
      case .automatic:
        Partition.automaticRanksPerFold(
          ranks: members.count, units: coordinator?.state.pending.count ?? 0, lanes: setup.configuration.training.lanes)
      case .fixed(let ranks): ranks
      }
    return Partition.groups(hosts: members.map { hosts[$0] }, ranksPerFold: ranksPerFold)
  }

  private func elasticTail(_ groups: [[Int]], ranks: Int, round: Int) -> ElasticTail? {
    guard options.ranksPerFold == .automatic, round + 1 < SweepRounds.mostRounds else { return nil }
    return ElasticTail(
      ranks: ranks, lanes: setup.configuration.training.lanes, ranksPerFold: groups.map(\.count).max() ?? 1)
  }

  /// This rank is the coordinator of the session, perhaps because another was lost.
  private func coordinate(_ session: Session) throws {
    if coordinator == nil {
      console.speaks = true
      coordinator =
        if let prepared {
          SweepCoordinator(prepared, directory, options, console)
        } else {
          try SweepCoordinator(takingOver: setup, directory, options, console, ranks: world.size)
        }
    }
    coordinator?.begin(losses: unannouncedLosses(session))
  }

  /// Losses that were not meant to be, and that no session has told of yet.
  private func unannouncedLosses(_ session: Session) -> [Session.Loss] {
    let losses = pulse?.losses.filter { $0.session > announced && $0.session <= session.number } ?? []
    return losses.map(\.loss).filter(\.isUntimely)
  }

  private func announce(_ session: Session, _ round: Int, groups: [[Int]]) {
    let count = NumberText.count
    let ranks = "\(count(session.members.count, "rank")) in \(count(groups.count, "group"))"
    let pending = coordinator?.state.pending.count ?? 0
    if session.number == 0, round == 0 {
      let total = setup.configuration.workUnits(setup.folds).count
      let done = total - setup.pending.count
      console.remark(
        "\(setup.configuration.name): \(count(total, "unit"))\(done > 0 ? ", \(done) done before" : ""); "
          + "\(ranks) on \(count(Set(hosts).count, "host")), \(count(Parallel.threads, "thread")) per rank")
      for dataset in setup.folds.datasets {
        for warning in dataset.warnings { console.note("\(dataset.name): \(warning)") }
      }
    } else if round > 0 {
      console.remark(
        "\(Program.name): \(count(pending, "unit")) left; \(ranks) continue with \(pending == 1 ? "it" : "them")")
    }
    for loss in unannouncedLosses(session) {
      coordinator?.say(
        "rank \(loss.rank) on \(loss.host) was lost (\(loss.reason)) at \(loss.activity.description); "
          + "\(ranks) continue, \(count(pending, "unit")) left")
    }
    announced = session.number
  }

  /// The coordinator ends its work and tells the others, who sleep meanwhile, how.
  ///
  /// - Parameter meanwhile: done while a rank waits.
  private func end(
    _ control: any Communicator, meanwhile: () throws -> Void, _ close: () throws -> ExitStatus
  ) throws -> ExitStatus {
    var status: ExitStatus?
    if control.rank == 0 {
      do {
        status = try close()
      } catch let fault as Fault {
        console.faults(fault)
        coordinator?.fail("\(fault)")
        status = .failedUnits
      }
    }
    let said = ExitStatus(rawValue: try control.broadcast(status?.rawValue, meanwhile: meanwhile)) ?? .failedUnits
    // All have heard it. Where one was lost meanwhile, those behind it have not: a new session tells them.
    _ = try control.collectTexts("")
    return said
  }
}
