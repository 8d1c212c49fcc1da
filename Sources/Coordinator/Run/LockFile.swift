import Core
import Foundation
import Worker

/// The file `lock` of a run directory as others see it: who owns the run, and whether it lives.
struct LockFile: Sendable {
  let path: String

  init(of directory: String) { path = directory + "/\(LockFile.name)" }

  private static let name = "lock"

  /// Whether a file of this name belongs to the lock of a directory, or says only how a run ended.
  static func isKnown(_ name: String) -> Bool {
    name == LockFile.name || name.hasPrefix(LockFile.name + ".") || name.hasPrefix(".\(LockFile.name).")
      || (AtomicFile.finalName(ofTemporary: name) ?? name) == "status.json"
  }

  /// Every record takes this many bytes, so that a shorter one leaves nothing of a longer one behind it.
  static let length = 1024

  /// What the file holds at one look.
  struct Look: Equatable {
    var bytes: Data
    var owner: RunOwner?
    /// Whether a process has the file locked, as far as this file system and host can tell.
    var isLocked: Bool
  }

  /// Opened anew at each look, so that a network file system asks its server.
  ///
  /// - Returns: nil where there is no file.
  func look() -> Look? {
    let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      // A directory that cannot be written still tells who owns it.
      return FileManager.default.contents(atPath: path).map {
        Look(bytes: $0, owner: LockFile.owner(in: $0), isLocked: false)
      }
    }
    defer { close(file) }
    // Locks of flock: where files have none, or only on one host, the signs of life decide.
    let isLocked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var bytes = Data(count: LockFile.length)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    bytes = bytes.prefix(max(0, count))
    return Look(bytes: bytes, owner: LockFile.owner(in: bytes), isLocked: isLocked)
  }

  /// Watches the owner until it is known to live or to be gone.
  ///
  /// - Parameters:
  ///   - first: what the file held.
  ///   - note: told once where it takes a while.
  /// - Returns: whether the owner lives, or another has come.
  func isAlive(_ first: Look, note: (RunOwner?) -> Void = { _ in }) -> Bool {
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
      guard let now = look() else { return false }
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
