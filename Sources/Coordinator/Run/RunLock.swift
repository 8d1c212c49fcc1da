import Core
import Foundation
import Synchronization
import Worker

/// The ownership of a run directory: one job at a time works there.
///
/// The owner holds the file `lock` with flock where the file system has that, and counts up in it every second, which
/// also works on NFS without locks and between hosts. Whoever finds the file takes it over only when its owner is gone:
/// no process of that number on the same machine, or no sign of life for some time.
final class RunLock: Sendable {
  private let file: LockFile
  private let state: Mutex<State>
  private let ending = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  private struct State {
    var owner: RunOwner
    var descriptor: Int32
  }

  /// Seconds between two signs of life.
  static let interval = 1.0

  /// Takes a directory, or says who has it.
  ///
  /// - Parameters:
  ///   - directory: exists.
  ///   - note: told what takes a while.
  /// - Returns: the lock, and who had it last and is gone without having given it back.
  /// - Throws: a `Fault` naming the owner where another job is at work.
  static func take(
    _ directory: String, _ owner: RunOwner, note: (String) -> Void
  ) throws -> (lock: RunLock, before: RunOwner?) {
    let file = LockFile(of: directory)
    while true {
      let found = file.look()
      if let found {
        let lives = file.isAlive(found) { owner in
          note(
            "\(directory): belonged to \(owner?.description ?? "a process that left no name"); "
              + "looking for up to \(Int(owner?.silence ?? RunOwner.silence)) s whether it still lives")
        }
        if lives { throw refusal(directory, file.look()?.owner ?? found.owner) }
      }
      if let lock = try claim(file, owner, insteadOf: found) { return (lock, found?.owner) }
    }
  }

  /// Carries the ownership of a job on after its coordinator was lost.
  ///
  /// - Throws: a `Fault` where another job has taken the directory.
  static func inherit(_ directory: String, _ owner: RunOwner) throws -> RunLock {
    let file = LockFile(of: directory)
    while true {
      let found = file.look()
      if let other = found?.owner, other.token != owner.token { throw refusal(directory, other) }
      if let lock = try claim(file, owner, insteadOf: found) { return lock }
    }
  }

  private static func refusal(_ directory: String, _ owner: RunOwner?) -> Fault {
    Fault(
      at: directory,
      "another sweep is at work here (\(owner?.description ?? "its owner left no name")); wait for it, stop it, or choose "
        + "another --output")
  }

  /// Puts this owner in the place of what was found, unless that has changed meanwhile.
  ///
  /// A second file, `lock.claim`, lets only one process at a time do so.
  private static func claim(_ file: LockFile, _ owner: RunOwner, insteadOf found: LockFile.Look?) throws -> RunLock? {
    let (claim, temporary) = (file.path + ".claim", "\(file.path).\(owner.token)")
    let bytes = try LockFile.bytes(owner)
    try AtomicFile.write(bytes, to: temporary)
    defer { unlink(temporary) }
    var looks = 0
    // A link never replaces what is there, on any file system.
    while link(temporary, claim) != 0 {
      guard errno == EEXIST else { throw Fault.system(at: claim, "cannot be made") }
      // It is held for milliseconds; one that stays is of a process that died with it.
      looks += 1
      if looks > 100 { unlink(claim) }
      usleep(100_000)
    }
    defer { unlink(claim) }
    let now = file.look()
    guard now?.bytes == found?.bytes, now?.isLocked != true else { return nil }
    guard rename(temporary, file.path) == 0 else { throw Fault.system(at: file.path, "cannot be replaced") }
    try AtomicFile.syncDirectory(of: file.path)
    return try RunLock(file, owner)
  }

  private init(_ file: LockFile, _ owner: RunOwner) throws {
    self.file = file
    let descriptor = open(file.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system(at: file.path, "cannot be written") }
    // Somebody who looks may have it for a moment.
    for _ in 0..<20 where flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK { usleep(10_000) }
    state = Mutex(State(owner: owner, descriptor: descriptor))
    let thread = Thread { [self] in
      while ending.wait(timeout: .now() + RunLock.interval) == .timedOut { beat() }
      ended.signal()
    }
    thread.name = "lock"
    thread.start()
  }

  var owner: RunOwner { state.withLock { $0.owner } }

  /// A sign of life; ends the process where another job has taken the directory.
  private func beat() {
    if let other = file.look()?.owner, other.token != owner.token {
      Console(speaks: true).note(
        "\(Program.name): \(file.path): this job was thought dead, and \(other.description) has taken the run over; this one "
          + "ends without writing more")
      _exit(ExitStatus.failedUnits.rawValue)
    }
    state.withLock { state in
      state.owner.beat += 1
      guard let bytes = try? LockFile.bytes(state.owner) else { return }
      // One that is not written is missed like one that is late.
      _ = bytes.withUnsafeBytes { pwrite(state.descriptor, $0.baseAddress, $0.count, 0) }
      fdatasync(state.descriptor)
    }
  }

  /// Gives the directory back.
  func release() {
    ending.signal()
    // A file server that does not answer keeps nobody from ending.
    guard ended.wait(timeout: .now() + 5) == .success else { return }
    if file.look()?.owner?.token == owner.token { unlink(file.path) }
    state.withLock { _ = close($0.descriptor) }
  }
}
