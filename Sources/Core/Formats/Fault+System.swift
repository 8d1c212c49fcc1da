import Foundation

extension Fault {
  /// An error of the operating system: `PATH: cannot be written: No space left on device`. Where something is missing
  /// it says where a relative path was looked for.
  ///
  /// - Parameters:
  ///   - location: the path.
  ///   - code: the error number, by default that of the last system call.
  public static func system(at location: String, _ what: String, code: Int32 = errno) -> Fault {
    let isMissing = code == ENOENT || code == ENOTDIR
    return Fault(
      at: location, "\(what): \(String(cString: strerror(code)))\(isMissing ? lookedIn(for: location) : "")")
  }

  /// `; looked in /home/me`, the current directory, for a relative path that was not found; empty for an absolute path.
  public static func lookedIn(for path: String) -> String {
    path.hasPrefix("/") ? "" : "; looked in \(FileManager.default.currentDirectoryPath)"
  }
}

/// Repeats a system call that a signal interrupted.
@inline(__always)
func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
