import Core
import Foundation
import Worker

/// Trains a sweep's units on the ranks that are left.
///
/// A *session* is the time with the same ranks; when ranks are lost, the others begin the next. The lowest rank of a
/// session is its coordinator, which forms a group of ranks for each unit.
final class SweepSessions {
  private let setup: SweepSetup
  private let prepared: PreparedSweep?
  private let options: SweepOptions
  private let stores: [String: SweepStore]
  private let world: any Communicator
  private let hosts: [String]
  private let pulse: Pulse?
  private let directory: RunDirectory
  private var console: Console
  private let sizes: any GroupSizing
  private let features = FeatureStore(isOnDisk: true)
  /// On the coordinator.
  private var coordinator: SweepCoordinator?
  /// The newest session whose losses were printed and recorded, by this coordinator or by an earlier one.
  private var announced = 0

  /// - Parameter sizes: nil for the shortest time, or the number of ranks that the user gave.
  init(
    _ start: SweepStart, options: SweepOptions, world: any Communicator, console: Console,
    sizes: (any GroupSizing)? = nil
  ) {
    var fixed: Int?
    if case .fixed(let ranks) = options.ranksPerFold { fixed = ranks }
    self.sizes = sizes ?? GroupSizes(most: start.setup.configuration.commonLanes, fixed: fixed)
    (setup, prepared, stores, hosts, pulse) = (start.setup, start.prepared, start.stores, start.hosts, start.pulse)
    (self.options, self.world, self.console) = (options, world, console)
    directory = RunDirectory(path: setup.configuration.output)
  }

  /// One more than the most groups with a message context of their own in a session.
  static let mostGroups = 1 << 12

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    var session = Session(number: 0, members: Array(0..<world.size))
    while true {
      do {
        pulse?.begin(session)
        return try work(session)
      } catch is MembershipChanged {
        guard let pulse else { throw MembershipChanged() }
        session = pulse.session
      }
    }
  }

  /// Records on the coordinator that the sweep cannot continue.
  func fail(_ error: any Error) { coordinator?.fail("\(error)") }

  /// Releases the run directory, after all ranks have ended their work; nil on all ranks but the coordinator.
  var releaseRun: (@Sendable () -> Void)? { coordinator?.release }

  private func work(_ session: Session) throws -> ExitStatus {
    let context = session.number * SweepSessions.mostGroups + 1
    let control = try world.among(session.members, context: context)
    if world.rank == session.coordinator {
      try coordinate(session)
      announce(session)
      coordinator?.begin(
        SweepCoordinator.Ranks(members: session.members, hosts: hosts, sizes: sizes))
    }
    let dispatcher = Dispatcher(
      control: control, members: session.members,
      form: { try control.among($0.ranks, context: context + 1 + $0.context) },
      coordinator: coordinator, pulse: pulse, console: console,
      train: { [self] unit, group, supervisor in try train(unit, group, supervisor) })
    try dispatcher.run()
    return try end(control, meanwhile: dispatcher.lookForStop) { try coordinator?.end(session) ?? .success }
  }

  private func train(
    _ unit: WorkUnit, _ group: any Communicator, _ supervisor: any RunSupervisor
  ) throws -> UnitRun.Ending {
    guard let store = stores[unit.clipSource] else { throw Fault(at: unit.dataset, "has no store on this host") }
    let (configuration, seeds) = (setup.configuration.resolved(unit.arm), setup.configuration.seeds.count)
    var task = UnitRun.Task(
      unit, configuration, store: store.clips, landmarks: store.landmarks, split: try setup.source(of: unit).split,
      directory: directory.unit(unit, seeds: seeds))
    task.pretraining = unit.prerequisite(configuration).map { directory.unit($0, seeds: seeds) }
    task.derived = store.derived
    return try UnitRun(task, group: group, features: features, supervisor: supervisor).run()
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

  private func announce(_ session: Session) {
    let count = NumberText.count
    let ranks = count(session.members.count, "rank")
    let pending = coordinator?.state.pending.count ?? 0
    if session.number == 0 {
      let total = setup.configuration.workUnits(setup.folds).count
      let done = total - setup.pending.count
      console.remark(
        "\(setup.configuration.name): \(count(total, "unit"))\(done > 0 ? ", \(done) done before" : ""); "
          + "\(ranks) on \(count(Set(hosts).count, "host")), \(count(Parallel.threads, "thread")) per rank")
      console.remark("run directory: \(URL(fileURLWithPath: directory.path).standardizedFileURL.path)")
      if let launcher = Launch.launcher(ProcessInfo.processInfo.environment) {
        console.remark(
          "to stop without losing a step: kill -USR1 \(launcher); Ctrl-C loses the steps since the last checkpoints")
      }
      for dataset in setup.folds.datasets {
        for warning in dataset.warnings { console.note("\(dataset.name): \(warning)") }
      }
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
