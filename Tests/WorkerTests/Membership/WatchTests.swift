import Foundation
import Testing

@testable import Worker

@Suite struct WatchTests {
  private let own = ProcessIdentity.own()

  /// A rank on another machine, whose process cannot be seen.
  private func record(_ beat: Int, session: Int = 0, hasLeft: Bool = false) -> PulseRecord {
    let process = ProcessIdentity(machine: "another", number: 1, start: "1")
    return PulseRecord(beat: beat, host: "h", process: process, session: session, hasLeft: hasLeft)
  }

  @Test func aRankIsLostWhenItsHeartbeatStopsForTooLong() {
    var watch = Watch(deadAfter: 20, now: 0)
    watch.note(record(1), of: 3, now: 0)
    for now in stride(from: 0.0, through: 20, by: 0.5) {
      watch.wake(now: now)
      watch.note(record(1), of: 3, now: now)
      #expect(watch.loss(of: 3, session: 0, own: own, now: now) == nil)
    }
    #expect(watch.loss(of: 3, session: 0, own: own, now: 20.5) != nil)
    watch.note(record(2), of: 3, now: 20.5)
    #expect(watch.loss(of: 3, session: 0, own: own, now: 20.5) == nil)
  }

  @Test func aWatcherThatWasStoppedRestartsTheTimeOfTheOthers() {
    var watch = Watch(deadAfter: 20, now: 0)
    watch.wake(now: 0)
    watch.note(record(1), of: 1, now: 0)
    watch.wake(now: 100)
    #expect(watch.loss(of: 1, session: 0, own: own, now: 100) == nil)
  }

  @Test func aFileThatCannotBeReadIsNoHeartbeat() {
    var watch = Watch(deadAfter: 2, now: 0)
    watch.note(nil, of: 1, now: 0)
    watch.note(record(1), of: 2, now: 0)
    watch.note(nil, of: 2, now: 2.5)
    #expect(watch.loss(of: 1, session: 0, own: own, now: 2.5) != nil)
    #expect(watch.loss(of: 2, session: 0, own: own, now: 2.5) != nil)
    #expect(watch.record(of: 2) == record(1))
  }

  @Test func aRankThatEndedIsLostOnlyForLaterSessions() {
    var watch = Watch(deadAfter: 2, now: 0)
    watch.note(record(9, session: 1, hasLeft: true), of: 1, now: 0)
    #expect(watch.loss(of: 1, session: 1, own: own, now: 100) == nil)
    #expect(watch.loss(of: 1, session: 2, own: own, now: 100) == Session.Loss.hadEnded)
  }

  @Test func aProcessOfThisMachineThatIsGoneIsLostAtOnce() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/sleep")
    child.arguments = ["60"]
    try child.run()
    let stat = try String(contentsOfFile: "/proc/\(child.processIdentifier)/stat", encoding: .utf8)
    let start = String(stat[stat.lastIndex(of: ")")!...].split(separator: " ")[20])
    let identity = ProcessIdentity(machine: own.machine, number: child.processIdentifier, start: start)
    #expect(!identity.isGone(seenFrom: own))
    identity.kill(seenFrom: own)
    child.waitUntilExit()
    #expect(identity.isGone(seenFrom: own))
    #expect(!own.isGone(seenFrom: own))
    var reused = own
    reused.start = "1"
    #expect(reused.isGone(seenFrom: own), "another process with the same number")
    var elsewhere = identity
    elsewhere.machine = "another"
    #expect(!elsewhere.isGone(seenFrom: own), "nothing is known of other machines' processes")
  }

  /// A rank whose work is done and that is stopped in its last moments would keep the launcher waiting for ever.
  @Test func aStoppedProcessIsResumed() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["60"]
    try process.run()
    defer { process.terminate() }
    let number = process.processIdentifier
    func state() -> Character? {
      let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
      return text?.split(separator: ")").last?.first { $0 != " " }
    }
    func becomes(_ isWanted: (Character?) -> Bool) -> Bool {
      for _ in 0..<500 {
        if isWanted(state()) { return true }
        usleep(10_000)
      }
      return false
    }
    let identity = ProcessIdentity.of(number)
    kill(number, SIGSTOP)
    #expect(becomes { $0 == "T" })
    var elsewhere = identity
    elsewhere.machine = "another"
    elsewhere.resume(seenFrom: own)
    #expect(state() == "T", "another machine's process is left alone")
    identity.resume(seenFrom: own)
    #expect(becomes { $0 != "T" && $0 != nil })
  }

  /// Every host is watched by another one, in jobs of every size, also when only two are left.
  @Test func everyHostIsWatched() {
    for size in [2, 3, 8, 9, 33, 100] {
      for hosts in [Array(0..<size), [0, size - 1]] {
        let watched = hosts.flatMap { Watch.watched(by: $0, of: hosts) }
        #expect(Set(watched) == Set(hosts))
        for host in hosts {
          let own = Watch.watched(by: host, of: hosts)
          #expect(!own.contains(host) && own.count <= Watch.most && Set(own).count == own.count)
        }
      }
    }
  }

  @Test func aRankReportsForItsHostOnlyWhileItHasAHeartbeat() {
    var watch = Watch(deadAfter: 20, now: 0)
    var record = record(1)
    record.process = own
    #expect(!watch.isFresh(1, own: own, now: 0), "no heartbeat yet")
    watch.note(record, of: 1, now: 0)
    #expect(watch.isFresh(1, own: own, now: 2.9))
    #expect(!watch.isFresh(1, own: own, now: 3.1), "stopped")
    record.process.start = "1"
    record.beat = 2
    watch.note(record, of: 1, now: 4)
    #expect(!watch.isFresh(1, own: own, now: 4), "its process is gone")
  }

  @Test func stoppedRanksOrThoseFurthestBehindAreMissing() {
    var own = Activity()
    (own.context, own.exchanges) = (2, 10)
    func at(_ exchanges: Int, _ beat: Int, context: Int = 2) -> PulseRecord {
      var record = record(beat)
      (record.activity.context, record.activity.exchanges) = (context, exchanges)
      return record
    }
    let before = [1: at(9, 1), 2: at(8, 1), 3: at(8, 1)]
    #expect(Stall.missing(own, [1, 2, 3], before, [1: at(9, 2), 2: at(8, 2), 3: at(8, 2)]) == [2, 3])
    #expect(Stall.missing(own, [1, 2, 3], before, [1: at(9, 1), 2: at(8, 2), 3: at(8, 2)]) == [1])
    #expect(Stall.missing(own, [1], [1: at(10, 1)], [1: at(10, 2)]) == [], "all wait for the same")
    #expect(Stall.missing(own, [1], [1: at(99, 1, context: 0)], [1: at(99, 2, context: 0)]) == [1], "not yet there")
    #expect(Stall.missing(own, [1], [:], [:]) == [1])
  }
}

@Suite struct SessionTests {
  @Test func theFirstSessionOfANumberIsKept() throws {
    let scratch = try Scratch()
    let files = SessionFiles(directory: scratch.path)
    #expect(files.read(1) == nil)
    try files.publish(Session(number: 1, members: [0, 2]))
    try files.publish(Session(number: 1, members: [1, 2]))
    #expect(files.read(1)?.members == [0, 2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["session-1.json"])
  }

  /// Two pulses of three; the third never writes a heartbeat.
  @Test func pulsesAgreeOnTheRanksThatAreLeft() throws {
    let scratch = try Scratch()
    let pulses = try (0..<2).map { rank in
      try Pulse(
        PulseSettings(
          directory: scratch.path, hostDirectory: scratch("memory"), rank: rank, hosts: ["h", "h", "h"], host: "h",
          deadAfter: 1.5, recovers: true, say: { _ in }))
    }
    for pulse in pulses {
      pulse.begin(Session(number: 0, members: [0, 1, 2]))
      pulse.start()
    }
    pulses[0].join([0, 1])
    pulses[1].join([1, 2])
    let end = Date(timeIntervalSinceNow: 30)
    while !pulses.allSatisfy(\.hasNewSession), Date() < end { usleep(20_000) }
    for pulse in pulses {
      #expect(pulse.session.members == [0, 1] && pulse.session.coordinator == 0)
      #expect(pulse.losses.map(\.loss.rank) == [2])
    }
    #expect(!pulses[0].isBroken([0, 1]) && pulses[1].isBroken([1, 2]))
    // Rank 1 begins the new session: a rank that waits for it in the old one never gets an answer.
    pulses[1].begin(pulses[1].session)
    while !pulses[0].isBroken([0, 1]), Date() < end { usleep(20_000) }
    #expect(pulses[0].isBroken([0, 1]))
    for pulse in pulses { pulse.stop() }
    #expect(PulseFiles(directory: scratch("memory")).read(0)?.hasLeft == true)
  }

  /// The main thread gives up ranks while the heartbeat thread does so too: each loss counts once, in the session that
  /// began with it.
  @Test func givingUpFromTwoThreadsCountsEveryLossOnce() throws {
    for _ in 0..<20 {
      let scratch = try Scratch()
      let pulse = try Pulse(
        PulseSettings(
          directory: scratch.path, hostDirectory: scratch("memory"), rank: 0, hosts: Array(repeating: "h", count: 9),
          host: "h", deadAfter: 1000, recovers: true, say: { _ in }))
      pulse.start()
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        pulse.giveUp([index + 1], reason: "test")
        pulse.giveUp([index + 1], reason: "test")
      }
      // A pulse whose session was written second tries again.
      for rank in 1...8 where pulse.session.members.contains(rank) { pulse.giveUp([rank], reason: "test") }
      let losses = pulse.losses
      #expect(losses.map(\.loss.rank).sorted() == Array(1...8))
      #expect(losses.map(\.session) == losses.map(\.session).sorted())
      #expect(pulse.session.members == [0] && pulse.session.number == 8)
      pulse.stop()
    }
  }

  /// The next job removes what killed jobs left in a host's memory, and keeps the files of running jobs.
  @Test func theNextJobRemovesWhatAKilledOneLeftInMemory() throws {
    let scratch = try Scratch()
    let prefix = PulseSettings.hostDirectoryPrefix
    func folder(_ name: String, _ identities: [ProcessIdentity?]) throws -> String {
      let directory = scratch(prefix + name)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      for (rank, identity) in identities.enumerated() {
        let record = identity.map { PulseRecord(host: "h", process: $0) }
        try (record.map { try JSONEncoder().encode($0) } ?? Data()).write(
          to: URL(fileURLWithPath: "\(directory)/rank-\(rank)"))
      }
      return directory
    }
    let own = ProcessIdentity.own()
    var gone = own
    gone.start = "1"
    let elsewhere = ProcessIdentity(machine: "another", number: 1, start: "1")
    let abandoned = try folder("a", [gone, gone])
    try Data().write(to: URL(fileURLWithPath: abandoned + "/session-1.json"))
    let kept = [
      try folder("b", [gone, own]), try folder("c", [elsewhere]), try folder("d", []), try folder("e", [gone, nil]),
    ]
    PulseFiles(directory: scratch(prefix + "own")).removeAbandonedFolders()
    #expect(!FileManager.default.fileExists(atPath: abandoned))
    #expect(kept.allSatisfy { FileManager.default.fileExists(atPath: $0) })
  }

  @Test func withoutRecoveryALossEndsTheJobForAllRanks() throws {
    let scratch = try Scratch()
    let files = SessionFiles(directory: scratch.path)
    var loss = Session.Loss(rank: 2, host: "node2", activity: Activity(), reason: "its process is gone")
    loss.activity.unit = "casme2 fold 0, full, seed 1"
    let over = Session(number: 1, members: [], lost: [loss])
    try files.publish(over)
    #expect(files.read(1)?.isOver == true)
    #expect(over.reason.contains("rank 2 on node2 was lost (its process is gone) at casme2 fold 0"))
    try LossFiles(directory: scratch.path).note(loss)
    #expect(LossFiles(directory: scratch.path).all() == [loss])
  }
}
