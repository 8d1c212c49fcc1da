import Foundation

/// A call of MPI that cannot be left, with a thread that ends the process when it takes too long.
enum BlockingCall {
  /// Seconds that such a call may take where nobody says otherwise.
  static let patience = 600.0

  /// - Parameters:
  ///   - name: `MPI_Init`.
  ///   - advice: who is missing, or what a user can do; asked when the time is over, by another thread.
  static func within<Result>(
    _ seconds: Double, _ name: String, _ advice: @autoclosure @escaping @Sendable () -> String,
    _ call: () throws -> Result
  ) rethrows -> Result {
    let hasEnded = DispatchSemaphore(value: 0)
    let thread = Thread {
      guard hasEnded.wait(timeout: .now() + seconds) == .timedOut else { return }
      let host = ProcessInfo.processInfo.hostName
      let line = "microfold: \(name) on \(host) has not returned for \(Int(seconds)) s; \(advice())\n"
      try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
      _exit(1)
    }
    thread.start()
    defer { hasEnded.signal() }
    return try call()
  }
}
