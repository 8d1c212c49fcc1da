import Foundation

/// Temporary files whose writer may have been killed: a lock on the file, which ends with its writer's process, tells.
extension AtomicFile {
  /// Removes the locked temporary files for `path` whose writers have died.
  ///
  /// A file that cannot be locked belongs to somebody, or lies where files have no locks, and stays.
  /// - Returns: the names of those that are gone.
  static func removeAbandoned(for path: String) -> [String] {
    let (directory, name) = split(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.sorted().filter { other in
      guard finalName(ofTemporary: other) == name else { return false }
      let candidate = "\(directory)/\(other)"
      let descriptor = open(candidate, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      // Whoever had the file may have put it in its place meanwhile, and another begun one of the same name.
      return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isStill(descriptor, at: candidate) && unlink(candidate) == 0
    }
  }

  /// Locks a new temporary file.
  ///
  /// - Returns: false when another process took it for an abandoned one; then it is lost, and a new one is needed.
  static func lock(_ descriptor: Int32) -> Bool {
    // Where files have no locks, nobody can take it for abandoned.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return errno != EWOULDBLOCK }
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Whether the open file is the one that stands at `path`, a regular file.
  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (own, other) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &other) == 0 && own.st_mode & S_IFMT == S_IFREG
      && own.st_ino == other.st_ino && own.st_dev == other.st_dev
  }
}
