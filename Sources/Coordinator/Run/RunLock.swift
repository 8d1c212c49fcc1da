import Core
import Foundation
import Synchronization
import Worker

/// The ownership of a run directory: only one job at a time works in it.
///
/// The owner locks the file `lock` with flock, where the file system has it, and increments a counter in it every
/// second, which also works on NFS without locks and between hosts. Another job takes the file over only when its owner
/// is gone: when the process no longer exists on the same machine, or after some time without a heartbeat.
final class RunLock: Sendable {
  private let file: LockFile
  private let state: Mutex<State>
  private let ending = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  private struct State {
    var owner: RunOwner
    var descriptor: Int32
  }

  /// Seconds between two heartbeats.
  static let interval = 1.0

  /// Takes a directory.
  ///
  /// - Parameters:
  ///   - directory: must exist.
  ///   - note: called with what takes time.
  /// - Returns: the lock, and the earlier owner if it ended without releasing it.
  /// - Throws: a `Fault` naming the owner, when another job works there.
  static func take(
    _ directory: String, _ owner: RunOwner, note: (String) -> Void
  ) throws -> (lock: RunLock, before: RunOwner?) {
    let file = LockFile(of: directory)
    while true {
      let found = file.read()
      if let found {
        let lives = file.isAlive(found) { owner in
          note(
            "\(directory): belonged to \(owner?.description ?? "an unknown process"); "
              + "checking for up to \(Int(owner?.silence ?? RunOwner.silence)) s whether it is still alive")
        }
        if lives { throw refusal(directory, file.read()?.owner ?? found.owner) }
      }
      if let lock = try claim(file, owner, insteadOf: found) { return (lock, found?.owner) }
    }
  }

  /// Takes over the ownership within a job, after its coordinator was lost.
  ///
  /// - Throws: a `Fault` when another job has taken the directory.
  static func inherit(_ directory: String, _ owner: RunOwner) throws -> RunLock {
    let file = LockFile(of: directory)
    while true {
      let found = file.read()
      if let other = found?.owner, other.token != owner.token { throw refusal(directory, other) }
      if let lock = try claim(file, owner, insteadOf: found) { return lock }
    }
  }

  private static func refusal(_ directory: String, _ owner: RunOwner?) -> Fault {
    Fault(
      at: directory,
      "another sweep works here (\(owner?.description ?? "its owner is unknown")); wait for it, stop it, or choose "
        + "another --output")
  }

  /// Replaces the lock that was found by this owner's, unless it has changed in the meantime.
  ///
  /// A second file, `lock.claim`, allows only one process at a time to do this.
  private static func claim(
    _ file: LockFile, _ owner: RunOwner, insteadOf found: LockFile.Content?
  ) throws -> RunLock? {
    let (claim, temporary) = (file.path + ".claim", "\(file.path).\(owner.token)")
    let bytes = try LockFile.bytes(owner)
    try AtomicFile.write(bytes, to: temporary)
    defer { unlink(temporary) }
    var attempts = 0
    // A link never replaces what is there, on any file system.
    while link(temporary, claim) != 0 {
      guard errno == EEXIST else { throw Fault.system(at: claim, "cannot be made") }
      // It is held for milliseconds; one that stays belongs to a process that died.
      attempts += 1
      if attempts > 100 { unlink(claim) }
      usleep(100_000)
    }
    defer { unlink(claim) }
    let now = file.read()
    guard now?.bytes == found?.bytes, now?.isLocked != true else { return nil }
    guard rename(temporary, file.path) == 0 else { throw Fault.system(at: file.path, "cannot be replaced") }
    try AtomicFile.syncDirectory(of: file.path)
    return try RunLock(file, owner)
  }

  private init(_ file: LockFile, _ owner: RunOwner) throws {
    self.file = file
    let descriptor = open(file.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system(at: file.path, "cannot be written") }
    // A process that reads the file may hold the lock for a moment.
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

  /// Writes a heartbeat; ends the process when another job has taken the directory.
  private func beat() {
    if let other = file.read()?.owner, other.token != owner.token {
      Console(speaks: true).note(
        "\(Program.name): \(file.path): this job was believed dead, and \(other.description) has taken over the run; "
          + "this job ends and writes nothing more")
      _exit(ExitStatus.failedUnits.rawValue)
    }
    state.withLock { state in
      state.owner.beat += 1
      guard let bytes = try? LockFile.bytes(state.owner) else { return }
      // A heartbeat that cannot be written counts as missing.
      _ = bytes.withUnsafeBytes { pwrite(state.descriptor, $0.baseAddress, $0.count, 0) }
      fdatasync(state.descriptor)
    }
  }

  /// Releases the directory.
  func release() {
    ending.signal()
    // The process must end even if a file server does not answer.
    guard ended.wait(timeout: .now() + 5) == .success else { return }
    if file.read()?.owner?.token == owner.token { unlink(file.path) }
    state.withLock { _ = close($0.descriptor) }
  }
}
