import Core
import Foundation
import Synchronization

/// A heartbeat thread in each rank: it writes heartbeats, watches those of other ranks, and agrees with them on which
/// ranks are left.
///
/// Ranks of one host write their heartbeats to files in its memory. The lowest rank that is alive reports for all of
/// them in a file of the job's folder, and watches some other hosts. The thread uses only files, never MPI. The main
/// thread asks it, without waiting, whether there is a newer session.
public final class Pulse: Sendable {
  let settings: PulseSettings
  let process = ProcessIdentity.own()
  let own: PulseFiles
  let hosts: HostFiles
  /// The sessions of the job, and copies of them in the host's memory.
  let sessions, copies: SessionFiles
  let file: Int32
  let isStopping = Atomic<Bool>(false)
  let woken = DispatchSemaphore(value: 0)
  let ended = DispatchSemaphore(value: 0)

  /// The newest session's number.
  let newest = Atomic<Int>(0)
  /// The main thread's session, the message context of its group, the number of its exchanges in that context, and the
  /// number of its checks for messages.
  let ownSession = Atomic<Int>(0)
  let context = Atomic<Int>(0)
  let exchanges = Atomic<Int>(0)
  let ticks = Atomic<Int>(0)
  /// Whether a rank of this rank's group works in a newer session.
  let groupHasMovedOn = Atomic<Bool>(false)
  let shared: Mutex<Shared>
  /// Held while sessions are read: by the heartbeat thread, or by the main thread when it gives up a rank.
  let adopting = Mutex<Void>(())

  struct Shared {
    var session: Session
    var losses: [(session: Int, loss: Session.Loss)] = []
    var activity = Activity()
    var group: [Int] = []
    var beat = 0
    /// Set when this rank has done its work.
    var leaving: (status: Int32, finally: @Sendable () -> Void)?
  }

  /// Makes this rank's file; `start` starts the thread.
  ///
  /// - Throws: a `Fault` when the file cannot be made.
  public init(_ settings: PulseSettings) throws {
    self.settings = settings
    own = PulseFiles(directory: settings.hostDirectory)
    hosts = HostFiles(directory: settings.directory)
    sessions = SessionFiles(directory: settings.directory)
    copies = SessionFiles(directory: settings.hostDirectory)
    shared = Mutex(Shared(session: Session(number: 0, members: Array(settings.hosts.indices))))
    try Directory.make(settings.hostDirectory)
    file = open(own.path(settings.rank), O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      throw Fault(at: own.path(settings.rank), "cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  public func start() {
    beat()
    let thread = Thread { [self] in
      runThread()
      ended.signal()
    }
    thread.name = "pulse"
    thread.start()
  }

  /// Tells the others that this rank has done its work. If ranks are lost after that, MPI_Finalize cannot return, and
  /// the process ends without it.
  ///
  /// - Parameters:
  ///   - status: the exit status of the process in that case.
  ///   - finally: called before that, on the heartbeat thread.
  public func leave(_ status: Int32, _ finally: @escaping @Sendable () -> Void) {
    shared.withLock { $0.leaving = (status, finally) }
    woken.signal()
  }

  /// Tells the others that this rank ends normally, and stops the thread.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    woken.signal()
    // The process must end even if a file server does not answer.
    _ = ended.wait(timeout: .now() + 5)
    beat(hasLeft: true)
  }

  /// Removes this rank's file on its host, after no other rank reads it any more.
  public func remove() { own.remove(settings.rank) }

  // MARK: Calls of the main thread

  /// The newest session.
  public var session: Session { shared.withLock { $0.session } }

  /// All ranks that were lost so far, with the session that began after the loss.
  public var losses: [(session: Int, loss: Session.Loss)] { shared.withLock { $0.losses } }

  /// Whether there is a newer session than the one that this rank works in.
  public var hasNewSession: Bool {
    newest.load(ordering: .relaxed) > ownSession.load(ordering: .relaxed)
  }

  /// Called when the main thread begins to work in a session.
  public func begin(_ session: Session) {
    ownSession.store(session.number, ordering: .relaxed)
    groupHasMovedOn.store(false, ordering: .relaxed)
    shared.withLock { ($0.activity.unit, $0.group) = (nil, []) }
  }

  /// Called when the main thread begins to work in a group of world ranks.
  public func join(_ group: [Int]) { shared.withLock { $0.group = group } }

  /// Called when the main thread begins a step or ends a unit.
  public func note(unit: String?, stage: Int? = nil, step: Int = 0) {
    shared.withLock { ($0.activity.unit, $0.activity.stage, $0.activity.step) = (unit, stage, step) }
  }

  /// Called when the main thread begins an exchange with its group.
  func count(exchange: Int, context: Int) {
    exchanges.store(exchange, ordering: .relaxed)
    self.context.store(context, ordering: .relaxed)
  }

  /// Called when the main thread checks for messages.
  func tick() { ticks.wrappingAdd(1, ordering: .relaxed) }

  /// Whether exchanges with these ranks can no longer complete: one of them is lost, or works in a newer session.
  func isBroken(_ group: [Int]) -> Bool {
    guard hasNewSession else { return false }
    if groupHasMovedOn.load(ordering: .relaxed) { return true }
    let members = session.members
    return group.contains { !members.contains($0) }
  }

  var activity: Activity {
    var activity = shared.withLock { $0.activity }
    activity.context = context.load(ordering: .relaxed)
    activity.exchanges = exchanges.load(ordering: .relaxed)
    activity.ticks = ticks.load(ordering: .relaxed)
    return activity
  }

  /// The last records of ranks: those of this host from its memory, the others from their hosts' files.
  func records(of ranks: [Int]) -> [Int: PulseRecord] {
    let elsewhere = Set(ranks.map { settings.host(of: $0) }).subtracting([settings.ownHost])
    let known = elsewhere.reduce(into: [Int: PulseRecord]()) { $0.merge(hosts.read($1)?.ranks ?? [:]) { $1 } }
    return Dictionary(
      uniqueKeysWithValues: ranks.compactMap { rank in
        let record = settings.host(of: rank) == settings.ownHost ? own.read(rank) : known[rank]
        return record.map { (rank, $0) }
      })
  }

  /// Kills processes of lost ranks that still exist on this machine, for instance stopped ones, because the launcher
  /// waits for them.
  public func endLostProcesses() {
    for (_, loss) in losses { loss.process?.kill(seenFrom: process) }
  }

  /// Lets ranks of this host run on that were stopped when their work was done: nothing is left but to end, and the
  /// launcher waits for them.
  public func resumeStopped() {
    for rank in settings.ranks(on: settings.ownHost) where rank != settings.rank {
      if let record = own.read(rank), record.hasLeft { record.process.resume(seenFrom: process) }
    }
  }

  /// Ranks of this host that have not ended normally.
  var unended: [Int] {
    settings.ranks(on: settings.ownHost).filter { $0 != settings.rank && own.read($0)?.hasLeft == false }
  }

  /// Gives up ranks that did not answer the main thread in time, or that have failed according to MPI.
  func giveUp(_ ranks: [Int], reason: String) {
    let (records, session) = (records(of: ranks), session)
    giveUp(ranks.filter(session.members.contains).map { ($0, reason, records[$0]) }, in: session)
  }
}
