import Foundation

/// A blocking MPI call that cannot be cancelled. Another thread ends the process when the call takes too long.
enum BlockingCall {
  /// - Parameters:
  ///   - name: the call's name, such as `MPI_Init`.
  ///   - advice: who is missing, or what the user can do; evaluated on the other thread when the time is over.
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
