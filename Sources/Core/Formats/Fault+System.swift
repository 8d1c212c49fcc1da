import Foundation

extension Fault {
  /// An error of the operating system: `PATH: cannot be written: No space left on device`.
  ///
  /// - Parameter code: the error number, by default that of the last system call.
  public static func system(at location: String, _ what: String, code: Int32 = errno) -> Fault {
    Fault(at: location, "\(what): \(String(cString: strerror(code)))")
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
