import Core
import Foundation
import Synchronization

/// A rank's heart: a thread that gives signs of life, looks after the others' and agrees with them on who is left.
///
/// It touches files only, never MPI. The main thread asks it, without waiting, whether there is a newer session.
public final class Pulse: Sendable {
  /// What a pulse is told at its start.
  public struct Settings: Sendable {
    /// The job's folder, which all ranks share.
    public var directory: String
    public var rank: Int
    /// All world ranks.
    public var members: [Int]
    public var host: String
    /// Seconds without a sign of life after which a rank is lost.
    public var deadAfter: Double
    /// Whether the others go on without a rank that is lost; otherwise the launcher ends the job.
    public var recovers: Bool
    /// Told what a user has to know, by any thread.
    public var say: @Sendable (String) -> Void

    public init(
      directory: String, rank: Int, members: [Int], host: String, deadAfter: Double, recovers: Bool,
      say: @escaping @Sendable (String) -> Void
    ) {
      (self.directory, self.rank, self.members, self.host) = (directory, rank, members, host)
      (self.deadAfter, self.recovers, self.say) = (deadAfter, recovers, say)
    }
  }

  /// Seconds between two signs of life.
  static let interval = 0.5

  let settings: Settings
  private let process = ProcessIdentity.own()
  private let files: PulseFiles
  private let sessions: SessionFiles
  private let file: Int32
  private let isStopping = Atomic<Bool>(false)
  private let woken = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// The newest session's number.
  private let newest = Atomic<Int>(0)
  /// The main thread's session, its group's messages and the exchanges it has begun with them.
  private let ownSession = Atomic<Int>(0)
  private let context = Atomic<Int>(0)
  private let exchanges = Atomic<Int>(0)
  /// Whether a rank of this one's group has gone over to the newest session.
  private let isDeserted = Atomic<Bool>(false)
  private let shared: Mutex<Shared>

  private struct Shared {
    var session: Session
    var losses: [(session: Int, loss: Session.Loss)] = []
    var activity = Activity()
    var group: [Int] = []
    var beat = 0
  }

  /// Makes this rank's file; `start` lets the heart beat.
  ///
  /// - Throws: a `Fault` when the file cannot be made.
  public init(_ settings: Settings) throws {
    self.settings = settings
    files = PulseFiles(directory: settings.directory)
    sessions = SessionFiles(directory: settings.directory)
    shared = Mutex(Shared(session: Session(number: 0, members: settings.members)))
    file = open(files.path(settings.rank), O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      throw Fault(at: files.path(settings.rank), "cannot be written: \(String(cString: strerror(errno)))")
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

  /// Tells the others that this rank ends as it should, and looks after nobody any more.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    woken.signal()
    // A file server that does not answer keeps nobody from ending.
    _ = ended.wait(timeout: .now() + 5)
    beat(hasLeft: true)
  }

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
    return activity
  }

  /// What the ranks of a group said last; the file system is asked.
  func records(of ranks: [Int]) -> [Int: PulseRecord] {
    Dictionary(uniqueKeysWithValues: ranks.compactMap { rank in files.read(rank).map { (rank, $0) } })
  }

  /// Ends the processes of this machine that belong to ranks that were lost and are still there, stopped perhaps: the
  /// launcher waits for them.
  public func endLostProcesses() {
    for (_, loss) in losses { loss.process?.kill(seenFrom: process) }
  }
}

// MARK: - The thread

extension Pulse {
  private func live() {
    let clock = ContinuousClock()
    let start = clock.now
    var watch = Watch(deadAfter: settings.deadAfter, now: 0)
    var nextLook = 0.0
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      let elapsed = clock.now - start
      let now = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
      watch.wake(now: now)
      adoptSessions()
      beat()
      if now >= nextLook || hasNewSession {
        look(&watch, now: now)
        // Few ranks are read at each beat; many often enough.
        nextLook = settings.members.count <= 16 ? 0 : now + max(Pulse.interval, settings.deadAfter / 8)
      }
      if settings.recovers { giveUp(watch, now: now) }
      _ = woken.wait(timeout: .now() + Pulse.interval)
    }
  }

  private func beat(hasLeft: Bool = false) {
    let number = shared.withLock {
      $0.beat += 1
      return $0.beat
    }
    files.write(
      PulseRecord(
        beat: number, host: settings.host, process: process,
        session: ownSession.load(ordering: .relaxed), hasLeft: hasLeft, activity: activity),
      to: file)
  }

  /// Goes over to newer sessions, if there are; a rank that is none of their members ends here.
  private func adoptSessions() {
    while let next = sessions.read(newest.load(ordering: .relaxed) + 1) {
      shared.withLock {
        $0.session = next
        $0.losses += next.lost.map { (next.number, $0) }
      }
      newest.store(next.number, ordering: .sequentiallyConsistent)
      if let loss = next.lost.first(where: { $0.rank == settings.rank }) {
        settings.say(
          "rank \(settings.rank) on \(settings.host) was given up by the others (\(loss.reason)) and ends; they go on")
        // Not a line more of what the main thread is at: the others do it now.
        _exit(0)
      }
    }
  }

  private func look(_ watch: inout Watch, now: Double) {
    let (members, group) = shared.withLock { ($0.session.members, $0.group) }
    for rank in Watch.watched(by: settings.rank, of: members, group: group) {
      watch.note(files.read(rank), of: rank, now: now)
    }
    let own = ownSession.load(ordering: .relaxed)
    if group.contains(where: { $0 != settings.rank && (watch.record(of: $0)?.session ?? 0) > own }) {
      isDeserted.store(true, ordering: .relaxed)
    }
  }

  /// Begins a new session where somebody is lost. Where the folder itself is gone the job is over.
  private func giveUp(_ watch: Watch, now: Double) {
    let (session, group) = shared.withLock { ($0.session, $0.group) }
    let lost = Watch.watched(by: settings.rank, of: session.members, group: group).compactMap { rank in
      watch.loss(of: rank, session: session.number, own: process, now: now).map { (rank, $0) }
    }
    guard !lost.isEmpty, access(settings.directory, F_OK) == 0 else { return }
    giveUp(lost.map { rank, reason in (rank, reason, watch.record(of: rank)) }, in: session)
  }

  private func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)], in session: Session) {
    let next = Session(
      number: session.number + 1, members: session.members.filter { member in !lost.contains { $0.rank == member } },
      lost: lost.map { rank, reason, record in
        Session.Loss(
          rank: rank, host: record?.host ?? "an unknown host", process: record?.process,
          activity: record?.activity ?? Activity(), reason: reason)
      })
    do {
      try sessions.publish(next)
      adoptSessions()
    } catch {
      settings.say("\(error)")
    }
  }

  /// Begins a session without ranks that the main thread waits for in vain.
  func expel(_ ranks: [Int], reason: String) {
    let records = records(of: ranks)
    giveUp(ranks.map { ($0, reason, records[$0]) }, in: session)
  }
}
