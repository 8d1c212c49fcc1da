import Core
import Foundation
import Synchronization

/// The heartbeat thread.
extension Pulse {
  func runThread() {
    let start = ContinuousClock.now
    var watch = Watch(deadAfter: settings.deadAfter, now: 0)
    var (nextReport, nextRead, hostBeat) = (0.0, 0.0, 0)
    var wasReporter = false
    /// When the first loss was seen, in a job without recovery. The launcher ends such a job; ranks that it leaves
    /// running end themselves some time later.
    var lostSince: Double?
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      let now = (ContinuousClock.now - start).inSeconds
      watch.wake(now: now)
      beat()
      adopt(from: copies)
      readOwnHost(&watch, now: now)
      let isReporter = isReporter(watch, now: now)
      // A rank that did not read the other hosts' records for a while cannot know how long they were silent.
      if isReporter, !wasReporter {
        watch.renew(now: now)
        own.removeAbandonedFolders()
      }
      wasReporter = isReporter
      if isReporter {
        if now >= nextReport {
          if !settings.isOwner() { endJob("another job has taken over the run") }
          adopt(from: sessions)
          hostBeat += 1
          reportHost(watch, beat: hostBeat)
          nextReport = now + settings.reportInterval
        }
        if now >= nextRead {
          readOtherHosts(&watch, now: now)
          nextRead = now + settings.readInterval
        }
        let lost = losses(watch, now: now)
        if lost.isEmpty {
          lostSince = nil
        } else if settings.recovers || now - (lostSince ?? now) >= settings.grace {
          giveUp(lost)
        } else if lostSince == nil {
          // The launcher may end this process at any time: record the losses first.
          lostSince = now
          let files = LossFiles(directory: settings.directory)
          for loss in described(lost) where loss.isUnexpected { try? files.note(loss) }
        }
      }
      if hasNewSession { checkGroupSessions() }
      _ = woken.wait(timeout: .now() + PulseSettings.interval)
    }
  }

  func beat(hasLeft: Bool = false) {
    let (number, hasLeft) = shared.withLock {
      $0.beat += 1
      return ($0.beat, hasLeft || $0.leaving != nil)
    }
    own.write(
      PulseRecord(
        beat: number, host: settings.host, process: process,
        session: ownSession.load(ordering: .relaxed), hasLeft: hasLeft, activity: activity),
      to: file)
  }

  private func readOwnHost(_ watch: inout Watch, now: Double) {
    for rank in settings.ranks(on: settings.ownHost) where rank != settings.rank {
      watch.note(own.read(rank), of: rank, now: now)
    }
  }

  /// Whether this rank reports for its host: it is the lowest rank there that is alive.
  private func isReporter(_ watch: Watch, now: Double) -> Bool {
    let members = session.members
    return !settings.ranks(on: settings.ownHost).contains { rank in
      rank < settings.rank && members.contains(rank) && watch.isFresh(rank, own: process, now: now)
    }
  }

  /// Writes the record of this host: the last records of its ranks that are alive, with the host's counter.
  private func reportHost(_ watch: Watch, beat: Int) {
    var record = HostRecord(beat: beat, ranks: [:])
    for rank in settings.ranks(on: settings.ownHost) {
      record.ranks[rank] = rank == settings.rank ? own.read(rank) : watch.record(of: rank)
    }
    hosts.write(record, settings.ownHost)
  }

  private func readOtherHosts(_ watch: inout Watch, now: Double) {
    let members = session.members
    let left = Set(members.map(settings.host)).union([settings.ownHost]).sorted()
    for host in Watch.watched(by: settings.ownHost, of: left) {
      let record = hosts.read(host)
      for rank in settings.ranks(on: host) where members.contains(rank) {
        var reported = record?.ranks[rank]
        reported?.beat = record?.beat ?? 0
        watch.note(reported, of: rank, now: now)
      }
    }
  }

  /// Lost ranks of this host and of the hosts that it watches.
  private func losses(_ watch: Watch, now: Double) -> [(rank: Int, reason: String, record: PulseRecord?)] {
    let session = session
    return session.members.compactMap { rank in
      watch.loss(of: rank, session: session.number, own: process, now: now).map { (rank, $0, watch.record(of: rank)) }
    }
  }

  /// Checks whether a rank of this rank's group works in a newer session.
  private func checkGroupSessions() {
    let group = shared.withLock { $0.group }
    let session = ownSession.load(ordering: .relaxed)
    if records(of: group.filter { $0 != settings.rank }).values.contains(where: { $0.session > session }) {
      groupHasMovedOn.store(true, ordering: .relaxed)
    }
  }

  /// Reads newer sessions, if there are any, and copies them for this host's other ranks. A rank that is not a member
  /// of one ends here.
  ///
  /// - Parameter isOwn: whether this rank has just written a session.
  private func adopt(from files: SessionFiles, isOwn: Bool = false) {
    adopting.withLock { _ in
      while let next = files.read(newest.load(ordering: .relaxed) + 1) {
        if files.directory != copies.directory { try? copies.publish(next) }
        shared.withLock {
          $0.session = next
          $0.losses += next.lost.map { (next.number, $0) }
        }
        newest.store(next.number, ordering: .sequentiallyConsistent)
        if next.isOver {
          settings.willEnd(next.reason)
          // When one rank ends, mpirun ends the others; if it does not, they end themselves after this time.
          if !isOwn { sleep(microseconds: 8_000_000) }
          _exit(1)
        }
        if let leaving = shared.withLock({ $0.leaving }) {
          endLostProcesses()
          leaving.finally()
          _exit(leaving.status)
        }
        guard let loss = next.lost.first(where: { $0.rank == settings.rank }) else { continue }
        settings.say(
          "rank \(settings.rank) on \(settings.host) was given up by the others (\(loss.reason)) and ends; they "
            + "continue")
        // End at once, so that the main thread writes nothing more: the other ranks do its work now.
        _exit(0)
      }
    }
  }

  private func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)]) { giveUp(lost, in: session) }

  /// Begins a session without some ranks, or ends the job where it does not recover. If the job's folder is gone, the
  /// job has ended, and this process ends too.
  func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)], in session: Session) {
    guard !lost.isEmpty else { return }
    guard access(settings.directory, F_OK) == 0 else {
      if let leaving = shared.withLock({ $0.leaving }) { _exit(leaving.status) }
      settings.say(
        "rank \(settings.rank) on \(settings.host) ends: \(settings.directory) is gone, "
          + "so the sweep has ended without it")
      _exit(1)
    }
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
          "\(next.reason); the job ends, rerun the same command to resume (under mpirun --enable-recovery, with Open "
            + "MPI 5 --with-ft ulfm, the others continue)")
      }
      adopt(from: sessions, isOwn: true)
    } catch {
      settings.say("\(error)")
    }
  }

  /// Ends the ranks of this host.
  private func endJob(_ reason: String) {
    settings.say("\(reason): rank \(settings.rank) and all others on \(settings.host) end and write nothing more")
    try? copies.publish(Session(number: newest.load(ordering: .relaxed) + 1, members: []))
    _exit(1)
  }
}
