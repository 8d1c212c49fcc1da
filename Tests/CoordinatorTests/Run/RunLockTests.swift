import Foundation
import Synchronization
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// The ownership of a run directory.
@Suite struct RunLockTests {
  private let scratch: Scratch
  private let file: LockFile

  init() throws {
    scratch = try Scratch()
    file = LockFile(of: scratch.path)
  }

  private func take(_ owner: RunOwner = .here(ranks: 1)) throws -> RunLock {
    try RunLock.take(scratch.path, owner, note: { _ in }).lock
  }

  /// Writes the lock of an owner that ended without releasing it.
  private func leave(
    machine: String? = nil, number: Int32 = 1, start: String = "0", silence: Double = 1, recovers: Bool = false
  ) throws -> RunOwner {
    var owner = RunOwner.here(ranks: 3)
    owner.host = "elsewhere"
    owner.process = ProcessIdentity(
      machine: machine ?? ProcessIdentity.own().machine, number: number, start: start)
    (owner.silence, owner.recovers) = (silence, recovers)
    try LockFile.bytes(owner).write(to: URL(fileURLWithPath: file.path))
    return owner
  }

  @Test func aSecondOwnerIsRefusedInOneLineThatNamesTheFirst() throws {
    let first = try take()
    let fault = #expect(throws: Fault.self) { _ = try take() }
    let said = fault?.description ?? ""
    #expect(said.contains("process \(getpid()) on \(first.owner.host)") && said.contains("since 20"), "\(said)")
    #expect(!said.contains("\n"))
    first.release()
    #expect(scratch.names == [])
    try take().release()
  }

  @Test func anOwnerWhoseProcessIsGoneIsReplacedAtOnce() throws {
    let gone = try leave(silence: 100)
    let begun = ContinuousClock.now
    let (lock, before) = try RunLock.take(scratch.path, .here(ranks: 1), note: { _ in })
    #expect(ContinuousClock.now - begun < .seconds(5))
    #expect(before == gone)
    lock.release()
  }

  /// Other ranks of its job may continue, so the next job waits for a new coordinator.
  @Test func anOwnerWhoseJobRecoversIsReplacedAfterItsSilence() throws {
    _ = try leave(silence: 1, recovers: true)
    let begun = ContinuousClock.now
    try take().release()
    #expect(ContinuousClock.now - begun >= .seconds(1))
  }

  @Test func anOwnerOfAnotherMachineIsReplacedAfterItsSilence() throws {
    _ = try leave(machine: "another", silence: 1)
    let begun = ContinuousClock.now
    let said = Mutex("")
    let lock = try RunLock.take(scratch.path, .here(ranks: 1)) { text in said.withLock { $0 = text } }.lock
    #expect(ContinuousClock.now - begun >= .seconds(1))
    #expect(said.withLock { $0 }.contains("process 1 on elsewhere"))
    lock.release()
  }

  @Test func anOwnerOfAnotherMachineWithAHeartbeatKeepsTheRun() throws {
    var owner = try leave(machine: "another", silence: 5)
    let path = file.path
    owner.beat = 1
    let bytes = try LockFile.bytes(owner)
    let thread = Thread {
      usleep(500_000)
      let descriptor = open(path, O_WRONLY)
      _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
      close(descriptor)
    }
    thread.start()
    #expect(throws: Fault.self) { _ = try take() }
  }

  @Test func ofManyStartsAtOnceOneOwnsTheRun() throws {
    for isStale in [false, true] {
      if isStale { _ = try leave() }
      let locks = Mutex<[RunLock]>([])
      let path = scratch.path
      DispatchQueue.concurrentPerform(iterations: 12) { _ in
        if let lock = try? RunLock.take(path, .here(ranks: 1), note: { _ in }).lock {
          locks.withLock { $0.append(lock) }
        }
      }
      let owners = locks.withLock { $0 }
      #expect(owners.count == 1)
      #expect(file.read()?.owner?.token == owners.first?.owner.token)
      owners.first?.release()
      #expect(scratch.names == [])
    }
  }

  @Test func aJobInheritsItsOwnOwnershipButNotThatOfAnotherJob() throws {
    let first = try leave(machine: "another", silence: 100)
    var next = RunOwner.here(ranks: 3, recovers: true)
    #expect(throws: Fault.self) { _ = try RunLock.inherit(scratch.path, next) }
    next.token = first.token
    let lock = try RunLock.inherit(scratch.path, next)
    #expect(file.read()?.owner?.process == ProcessIdentity.own())
    lock.release()
    // The first coordinator may have released the run before it was lost.
    try RunLock.inherit(scratch.path, next).release()
  }

  @Test func anOwnerThatIsAliveIncrementsItsCounter() throws {
    let lock = try take()
    let before = try #require(file.read()?.owner)
    let end = Date(timeIntervalSinceNow: 30)
    while file.read()?.owner?.beat == before.beat, Date() < end { usleep(50_000) }
    #expect(file.read()?.owner?.beat ?? 0 > before.beat)
    lock.release()
  }
}
