import Core
import Foundation
import Worker

/// Trains a sweep's units on the ranks that are left. It forms groups, which work until no unit is left for them, and
/// forms new ones when ranks were lost or when idle ranks can help.
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
  /// The newest session whose losses were printed and recorded, by this coordinator or by an earlier one.
  private var announced = 0

  init(_ start: SweepStart, options: SweepOptions, world: any Communicator, console: Console) {
    (setup, prepared, stores, hosts, pulse) = (start.setup, start.prepared, start.stores, start.hosts, start.pulse)
    (self.options, self.world, self.console) = (options, world, console)
    directory = RunDirectory(path: setup.configuration.output)
  }

  /// The most rounds in a session: each needs its own message contexts.
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

  /// Records on the coordinator that the sweep cannot continue.
  func fail(_ error: any Error) { coordinator?.fail("\(error)") }

  /// Releases the run directory, after all ranks have ended their work; nil on all ranks but the coordinator.
  var releaseRun: (@Sendable () -> Void)? { coordinator?.release }

  /// Runs one round; nil when new groups must be formed.
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
    guard let store = stores[unit.dataset] else { throw Fault(at: unit.dataset, "has no store on this host") }
    var task = UnitRun.Task(
      unit, setup.configuration.resolved(unit.arm), store: store.clips, landmarks: store.landmarks,
      split: try setup.split(of: unit.dataset), directory: directory.unit(unit, seeds: setup.configuration.seeds.count))
    task.derived = store.derived
    return try UnitRun(task, group: group, features: features, supervisor: supervisor).run()
  }

  private func arrange(_ members: [Int]) -> [[Int]] {
    let ranksPerFold =
      switch options.ranksPerFold {
      case .automatic:
        Partition.automaticRanksPerFold(
          ranks: members.count, units: coordinator?.state.pending.count ?? 0, lanes: setup.configuration.commonLanes)
      case .fixed(let ranks): ranks
      }
    return Partition.groups(hosts: members.map { hosts[$0] }, ranksPerFold: ranksPerFold)
  }

  private func elasticTail(_ groups: [[Int]], ranks: Int, round: Int) -> ElasticTail? {
    guard options.ranksPerFold == .automatic, round + 1 < SweepRounds.mostRounds else { return nil }
    return ElasticTail(
      ranks: ranks, lanes: setup.configuration.commonLanes, ranksPerFold: groups.map(\.count).max() ?? 1)
  }

  /// Makes this rank the coordinator of the session, where it is not yet: at the start, or after the coordinator was
  /// lost.
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

  /// Losses that no coordinator has announced yet, without ranks that had ended as they should.
  private func unannouncedLosses(_ session: Session) -> [Session.Loss] {
    let losses = pulse?.losses.filter { $0.session > announced && $0.session <= session.number } ?? []
    return losses.map(\.loss).filter(\.isUnexpected)
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
        "\(Program.name): \(count(pending, "unit")) left; \(ranks) continue")
    }
    for loss in unannouncedLosses(session) {
      coordinator?.say(
        "rank \(loss.rank) on \(loss.host) was lost (\(loss.reason)) at \(loss.activity.description); "
          + "\(ranks) continue, \(count(pending, "unit")) left")
    }
    announced = session.number
  }

  /// Ends the sweep on the coordinator and sends its exit status to the other ranks, which sleep until then.
  ///
  /// - Parameter meanwhile: called while a rank waits.
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
    let received = ExitStatus(rawValue: try control.broadcast(status?.rawValue, meanwhile: meanwhile)) ?? .failedUnits
    // This returns when all ranks have received the status. If a rank was lost meanwhile, those below it in the tree
    // have not: it throws, and a new session sends the status again.
    _ = try control.collectTexts("")
    return received
  }
}
