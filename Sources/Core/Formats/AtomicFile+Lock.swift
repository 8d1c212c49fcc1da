import Foundation

/// Locks on temporary files. A lock ends with its writer's process, so it shows whether the writer was killed.
extension AtomicFile {
  /// Removes the temporary files for `path` whose writers have died.
  ///
  /// A file that cannot be locked has a living writer, or is on a file system without locks; it is kept.
  /// - Returns: the names of the removed files.
  static func removeAbandoned(for path: String) -> [String] {
    let (directory, name) = split(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.sorted().filter { other in
      guard finalName(ofTemporary: other) == name else { return false }
      let candidate = "\(directory)/\(other)"
      let descriptor = open(candidate, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      // Meanwhile its writer may have committed the file, and another may have begun one with the same name.
      return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isStill(descriptor, at: candidate) && unlink(candidate) == 0
    }
  }

  /// Locks a new temporary file.
  ///
  /// - Returns: false if another process has removed the file as abandoned; then a new one is needed.
  static func lock(_ descriptor: Int32) -> Bool {
    // On a file system without locks nobody removes files as abandoned.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return errno != EWOULDBLOCK }
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Whether the open file is the regular file that is now at `path`.
  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (own, other) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &other) == 0 && own.st_mode & S_IFMT == S_IFREG
      && own.st_ino == other.st_ino && own.st_dev == other.st_dev
  }
}
