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
  private let process = ProcessIdentity.own()
  private let own: PulseFiles
  private let hosts: HostFiles
  /// Sessions of the job, and copies of them in the host's memory.
  private let sessions, copies: SessionFiles
  private let file: Int32
  private let isStopping = Atomic<Bool>(false)
  private let woken = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// The newest session's number.
  private let newest = Atomic<Int>(0)
  /// The main thread's session, its group's messages, the exchanges it has begun with them and its looks.
  private let ownSession = Atomic<Int>(0)
  private let context = Atomic<Int>(0)
  private let exchanges = Atomic<Int>(0)
  private let ticks = Atomic<Int>(0)
  /// Whether a rank of this one's group has gone over to the newest session.
  private let isDeserted = Atomic<Bool>(false)
  private let shared: Mutex<Shared>
  /// Sessions are taken over by one thread at a time: the heart's, or the main one that gives a rank up.
  private let adopting = Mutex<Void>(())

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

  /// Gives up ranks that the main thread waits for in vain, or that MPI says are dead.
  func expel(_ ranks: [Int], reason: String) {
    let (records, session) = (records(of: ranks), session)
    giveUp(ranks.filter(session.members.contains).map { ($0, reason, records[$0]) }, in: session)
  }
}

// MARK: - The thread

extension Pulse {
  private func live() {
    let start = ContinuousClock.now
    var watch = Watch(deadAfter: settings.deadAfter, now: 0)
    var (nextDuty, nextLook, hostBeat) = (0.0, 0.0, 0)
    var wasVoucher = false
    /// Without recovery the launcher ends the job; ranks that it lets live do so themselves a while later.
    var lostSince: Double?
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      let elapsed = (ContinuousClock.now - start).components
      let now = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
      watch.wake(now: now)
      beat()
      adopt(from: copies)
      lookAtOwnHost(&watch, now: now)
      let isVoucher = isVoucher(watch, now: now)
      // Who did not look at the others for a while knows nothing of their time.
      if isVoucher, !wasVoucher { watch.renew(now: now) }
      wasVoucher = isVoucher
      if isVoucher {
        if now >= nextDuty {
          if !settings.isOwner() { endJob("another job has taken the run over") }
          adopt(from: sessions)
          hostBeat += 1
          vouch(watch, beat: hostBeat)
          nextDuty = now + settings.vouchInterval
        }
        if now >= nextLook {
          lookAtOtherHosts(&watch, now: now)
          nextLook = now + settings.lookInterval
        }
        let lost = losses(watch, now: now)
        if lost.isEmpty {
          lostSince = nil
        } else if settings.recovers || now - (lostSince ?? now) >= settings.grace {
          giveUp(lost)
        } else if lostSince == nil {
          // The launcher may leave no time for more than this.
          lostSince = now
          for loss in described(lost) where loss.isUntimely { try? LossFiles(directory: settings.directory).note(loss) }
        }
      }
      if hasNewSession { lookForDeserters() }
      _ = woken.wait(timeout: .now() + PulseSettings.interval)
    }
  }

  private func beat(hasLeft: Bool = false) {
    let number = shared.withLock {
      $0.beat += 1
      return $0.beat
    }
    own.write(
      PulseRecord(
        beat: number, host: settings.host, process: process,
        session: ownSession.load(ordering: .relaxed), hasLeft: hasLeft, activity: activity),
      to: file)
  }

  private func lookAtOwnHost(_ watch: inout Watch, now: Double) {
    for rank in settings.ranks(on: settings.ownHost) where rank != settings.rank {
      watch.note(own.read(rank), of: rank, now: now)
    }
  }

  /// Whether no lower rank of this host can vouch for it.
  private func isVoucher(_ watch: Watch, now: Double) -> Bool {
    let members = session.members
    return !settings.ranks(on: settings.ownHost).contains { rank in
      rank < settings.rank && members.contains(rank) && watch.isFresh(rank, own: process, now: now)
    }
  }

  /// Says for all ranks of this host that live what they said, with this host's beat.
  private func vouch(_ watch: Watch, beat: Int) {
    var record = HostRecord(beat: beat, ranks: [:])
    for rank in settings.ranks(on: settings.ownHost) {
      record.ranks[rank] = rank == settings.rank ? own.read(rank) : watch.record(of: rank)
    }
    hosts.write(record, settings.ownHost)
  }

  private func lookAtOtherHosts(_ watch: inout Watch, now: Double) {
    let members = session.members
    let left = Set(members.map(settings.host)).union([settings.ownHost]).sorted()
    for host in Watch.watched(by: settings.ownHost, of: left) {
      let record = hosts.read(host)
      for rank in settings.ranks(on: host) where members.contains(rank) {
        var said = record?.ranks[rank]
        said?.beat = record?.beat ?? 0
        watch.note(said, of: rank, now: now)
      }
    }
  }

  /// Ranks of this host and of those that it looks after that are lost.
  private func losses(_ watch: Watch, now: Double) -> [(rank: Int, reason: String, record: PulseRecord?)] {
    let session = session
    return session.members.compactMap { rank in
      watch.loss(of: rank, session: session.number, own: process, now: now).map { (rank, $0, watch.record(of: rank)) }
    }
  }

  /// Whether ranks of this one's group work in a newer session than it does.
  private func lookForDeserters() {
    let group = shared.withLock { $0.group }
    let session = ownSession.load(ordering: .relaxed)
    if records(of: group.filter { $0 != settings.rank }).values.contains(where: { $0.session > session }) {
      isDeserted.store(true, ordering: .relaxed)
    }
  }

  /// Goes over to newer sessions, if there are, and copies them for this host's other ranks; a rank that is none of
  /// their members ends here.
  private func adopt(from files: SessionFiles) {
    adopting.withLock { _ in
      while let next = files.read(newest.load(ordering: .relaxed) + 1) {
        if files.directory != copies.directory { try? copies.publish(next) }
        shared.withLock {
          $0.session = next
          $0.losses += next.lost.map { (next.number, $0) }
        }
        newest.store(next.number, ordering: .sequentiallyConsistent)
        if next.isOver {
          settings.ends(next.reason)
          _exit(1)
        }
        guard let loss = next.lost.first(where: { $0.rank == settings.rank }) else { continue }
        settings.say(
          "rank \(settings.rank) on \(settings.host) was given up by the others (\(loss.reason)) and ends; they go on")
        // Not a line more of what the main thread is at: the others do it now.
        _exit(0)
      }
    }
  }

  private func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)]) { giveUp(lost, in: session) }

  /// Begins a session without some ranks, or ends the job where the others do not go on. Where the folder itself is
  /// gone the job is over.
  private func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)], in session: Session) {
    guard !lost.isEmpty, access(settings.directory, F_OK) == 0 else { return }
    let gone = Set(lost.map(\.rank))
    let left = settings.recovers ? session.members.filter { !gone.contains($0) } : []
    publish(Session(number: session.number + 1, members: left, lost: described(lost)))
  }

  private func described(_ lost: [(rank: Int, reason: String, record: PulseRecord?)]) -> [Session.Loss] {
    lost.map { rank, reason, record in
      Session.Loss(
        rank: rank, host: record?.host ?? "an unknown host", process: record?.process,
        activity: record?.activity ?? Activity(), reason: reason)
    }
  }

  private func publish(_ next: Session) {
    do {
      try sessions.publish(next)
      if next.isOver {
        settings.say(
          "\(next.reason); the job ends, rerun the same command to resume (under mpirun --enable-recovery, with Open MPI 5 "
            + "--with-ft ulfm, the others carry on)")
      }
      adopt(from: sessions)
    } catch {
      settings.say("\(error)")
    }
  }

  /// Ends this host's ranks.
  private func endJob(_ reason: String) {
    settings.say("\(reason): rank \(settings.rank) and all others on \(settings.host) end without writing more")
    try? copies.publish(Session(number: newest.load(ordering: .relaxed) + 1, members: []))
    _exit(1)
  }
}
