import Core
import Foundation
import Synchronization

/// The heart's thread.
extension Pulse {
  func live() {
    let start = ContinuousClock.now
    var watch = Watch(deadAfter: settings.deadAfter, now: 0)
    var (nextDuty, nextLook, hostBeat) = (0.0, 0.0, 0)
    var wasVoucher = false
    /// Without recovery the launcher ends the job; ranks that it lets live do so themselves a while later.
    var lostSince: Double?
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      let now = (ContinuousClock.now - start).inSeconds
      watch.wake(now: now)
      beat()
      adopt(from: copies)
      lookAtOwnHost(&watch, now: now)
      let isVoucher = isVoucher(watch, now: now)
      // Who did not look at the others for a while knows nothing of their time.
      if isVoucher, !wasVoucher {
        watch.renew(now: now)
        own.removeAbandonedNeighbours()
      }
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
          settings.ends(next.reason)
          // One rank that ends makes mpirun end the others, in order; where it does not, they do so themselves.
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
          "rank \(settings.rank) on \(settings.host) was given up by the others (\(loss.reason)) and ends; they go on")
        // Not a line more of what the main thread is at: the others do it now.
        _exit(0)
      }
    }
  }

  private func giveUp(_ lost: [(rank: Int, reason: String, record: PulseRecord?)]) { giveUp(lost, in: session) }

  /// Begins a session without some ranks, or ends the job where the others do not go on. Where the folder itself is
  /// gone the job is over.
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
          "\(next.reason); the job ends, rerun the same command to resume (under mpirun --enable-recovery, with Open MPI 5 "
            + "--with-ft ulfm, the others carry on)")
      }
      adopt(from: sessions, isOwn: true)
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
