import Core
import Foundation
import Synchronization

/// A rank's heart: a thread that gives signs of life, looks after the others' and agrees with them on who is left.
///
/// Ranks of one host meet in its memory; one of them, the lowest that lives, vouches for all in a file of the job's
/// folder and looks after some other hosts. It touches files only, never MPI. The main thread asks it, without waiting,
/// whether there is a newer session.
public final class Pulse: Sendable {
  let settings: PulseSettings
  let process = ProcessIdentity.own()
  let own: PulseFiles
  let hosts: HostFiles
  /// Sessions of the job, and copies of them in the host's memory.
  let sessions, copies: SessionFiles
  let file: Int32
  let isStopping = Atomic<Bool>(false)
  let woken = DispatchSemaphore(value: 0)
  let ended = DispatchSemaphore(value: 0)

  /// The newest session's number.
  let newest = Atomic<Int>(0)
  /// The main thread's session, its group's messages, the exchanges it has begun with them and its looks.
  let ownSession = Atomic<Int>(0)
  let context = Atomic<Int>(0)
  let exchanges = Atomic<Int>(0)
  let ticks = Atomic<Int>(0)
  /// Whether a rank of this one's group has gone over to the newest session.
  let isDeserted = Atomic<Bool>(false)
  let shared: Mutex<Shared>
  /// Sessions are taken over by one thread at a time: the heart's, or the main one that gives a rank up.
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

  /// Makes this rank's file; `start` lets the heart beat.
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
      live()
      ended.signal()
    }
    thread.name = "pulse"
    thread.start()
  }

  /// Tells the others that this rank has done its work and ends MPI. Where that cannot end, because others are lost, the
  /// process leaves without.
  ///
  /// - Parameters:
  ///   - status: what the process then exits with.
  ///   - finally: done before, by the heart's thread.
  public func leave(_ status: Int32, _ finally: @escaping @Sendable () -> Void) {
    shared.withLock { $0.leaving = (status, finally) }
    woken.signal()
  }

  /// Tells the others that this rank ends as it should, and looks after nobody any more.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    woken.signal()
    // A file server that does not answer keeps nobody from ending.
    _ = ended.wait(timeout: .now() + 5)
    beat(hasLeft: true)
  }

  /// Removes what this rank left on its host; to be called when no other rank looks any more.
  public func remove() { own.remove(settings.rank) }

  // MARK: What the main thread says and asks

  /// The newest session.
  public var session: Session { shared.withLock { $0.session } }

  /// Everybody who was lost so far, and the session that began with it.
  public var losses: [(session: Int, loss: Session.Loss)] { shared.withLock { $0.losses } }

  /// Whether there is a newer session than the one that this rank works in.
  public var hasNewSession: Bool {
    newest.load(ordering: .relaxed) > ownSession.load(ordering: .relaxed)
  }

  /// The main thread works in this session from here on.
  public func begin(_ session: Session) {
    ownSession.store(session.number, ordering: .relaxed)
    isDeserted.store(false, ordering: .relaxed)
    shared.withLock { ($0.activity.unit, $0.group) = (nil, []) }
  }

  /// The main thread works in this group of world ranks.
  public func join(_ group: [Int]) { shared.withLock { $0.group = group } }

  /// What the main thread is at.
  public func note(unit: String?, stage: Int? = nil, step: Int = 0) {
    shared.withLock { ($0.activity.unit, $0.activity.stage, $0.activity.step) = (unit, stage, step) }
  }

  /// The main thread begins an exchange with its group.
  func count(exchange: Int, context: Int) {
    exchanges.store(exchange, ordering: .relaxed)
    self.context.store(context, ordering: .relaxed)
  }

  /// The main thread looks for messages.
  func tick() { ticks.wrappingAdd(1, ordering: .relaxed) }

  /// Whether an exchange with these ranks can never end: one of them is lost, or has gone over to a newer session.
  func isHopeless(_ group: [Int]) -> Bool {
    guard hasNewSession else { return false }
    if isDeserted.load(ordering: .relaxed) { return true }
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

  /// What ranks said last: those of this host by themselves, others through theirs.
  func records(of ranks: [Int]) -> [Int: PulseRecord] {
    let elsewhere = Set(ranks.map { settings.host(of: $0) }).subtracting([settings.ownHost])
    let known = elsewhere.reduce(into: [Int: PulseRecord]()) { $0.merge(hosts.read($1)?.ranks ?? [:]) { $1 } }
    return Dictionary(
      uniqueKeysWithValues: ranks.compactMap { rank in
        let record = settings.host(of: rank) == settings.ownHost ? own.read(rank) : known[rank]
        return record.map { (rank, $0) }
      })
  }

  /// Ends the processes of this machine that belong to ranks that were lost and are still there, stopped perhaps: the
  /// launcher waits for them.
  public func endLostProcesses() {
    for (_, loss) in losses { loss.process?.kill(seenFrom: process) }
  }

  /// Ranks of this host that have not said that they end as they should.
  var unended: [Int] {
    settings.ranks(on: settings.ownHost).filter { $0 != settings.rank && own.read($0)?.hasLeft == false }
  }

  /// Gives up ranks that the main thread waits for in vain, or that MPI says are dead.
  func expel(_ ranks: [Int], reason: String) {
    let (records, session) = (records(of: ranks), session)
    giveUp(ranks.filter(session.members.contains).map { ($0, reason, records[$0]) }, in: session)
  }
}
