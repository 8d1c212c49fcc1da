import Core
import Foundation
import Worker

/// Reads the file `lock` of a run directory: which job owns the run, and whether that job is alive.
struct LockFile: Sendable {
  let path: String

  init(of directory: String) { path = directory + "/\(LockFile.name)" }

  private static let name = "lock"

  /// Whether a file of this name belongs to the lock, or is the `status.json` of a start that was refused: a directory
  /// with nothing else is empty.
  static func isKnown(_ name: String) -> Bool {
    name == LockFile.name || name.hasPrefix(LockFile.name + ".") || name.hasPrefix(".\(LockFile.name).")
      || (AtomicFile.finalName(ofTemporary: name) ?? name) == "status.json"
  }

  /// Every record has this many bytes, so that a shorter one overwrites a longer one completely.
  static let length = 1024

  /// The content of the file at one reading.
  struct Content: Equatable {
    var bytes: Data
    var owner: RunOwner?
    /// Whether a process has locked the file, as far as this host and file system show it.
    var isLocked: Bool
  }

  /// Reads the file. It is opened each time, so that a network file system asks its server.
  ///
  /// - Returns: nil where there is no file.
  func read() -> Content? {
    let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      // The lock of a directory that cannot be written can still be read.
      return FileManager.default.contents(atPath: path).map {
        Content(bytes: $0, owner: LockFile.owner(in: $0), isLocked: false)
      }
    }
    defer { close(file) }
    // Where the file system has no flock, or only within one host, the heartbeat decides.
    let isLocked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var bytes = Data(count: LockFile.length)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    bytes = bytes.prefix(max(0, count))
    return Content(bytes: bytes, owner: LockFile.owner(in: bytes), isLocked: isLocked)
  }

  /// Watches the lock until it is known whether the owner is alive.
  ///
  /// - Parameters:
  ///   - first: the content of the file before.
  ///   - note: called once when the check takes time.
  /// - Returns: whether the owner is alive, or another job has taken over.
  func isAlive(_ first: Content, note: (RunOwner?) -> Void = { _ in }) -> Bool {
    let own = ProcessIdentity.own()
    switch first.owner?.life(isLocked: first.isLocked, seenFrom: own) ?? (first.isLocked ? .alive : .unknown) {
    case .alive: return true
    case .gone: return false
    case .unknown: break
    }
    note(first.owner)
    let end = ContinuousClock.now + .seconds(first.owner?.silence ?? RunOwner.silence)
    while ContinuousClock.now < end {
      usleep(200_000)
      guard let now = read() else { return false }
      if now.bytes != first.bytes || now.isLocked { return true }
    }
    return false
  }

  static func bytes(_ owner: RunOwner) throws -> Data {
    let data = try JSONEncoder().encode(owner)
    guard data.count <= length else { throw Fault(at: "lock", "has no room for the name of this host") }
    return data + Data(repeating: UInt8(ascii: " "), count: length - data.count)
  }

  private static func owner(in bytes: Data) -> RunOwner? { try? JSONDecoder().decode(RunOwner.self, from: bytes) }
}
