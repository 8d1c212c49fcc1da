import Foundation
import Synchronization

/// Another program, run with an argument list; no shell is involved.
struct Subprocess {
  /// A name that is looked up in PATH, or a path.
  var program: String
  var arguments: [String]

  private static let starting = Mutex(())

  /// How it ended and what it wrote to its error stream.
  struct Ending {
    /// The exit status, or 128 plus the number of the signal that ended it.
    var status: Int32
    /// The end of its error stream, as text without surrounding space.
    var complaint: String
  }

  /// Runs the program and passes on its output piece by piece until it ends.
  ///
  /// Its input and its error stream are unnamed temporary files, so no pipe but the one that is read here can fill up.
  /// - Parameters:
  ///   - input: what the program reads on its standard input.
  ///   - receive: takes the next bytes of its output; false stops the program.
  /// - Returns: nil when there is no such program.
  /// - Throws: a `Fault` naming the program when it cannot be started.
  func run(
    input: UnsafeRawBufferPointer = .init(start: nil, count: 0), receive: (UnsafeRawBufferPointer) -> Bool
  ) throws -> Ending? {
    let inputFile = try unnamedFile()
    defer { close(inputFile) }
    try writeAll(input, to: inputFile, "temporary file")
    lseek(inputFile, 0, SEEK_SET)
    let complaintFile = try unnamedFile()
    defer { close(complaintFile) }
    var ends: [Int32] = [-1, -1]
    var pid = pid_t()
    // A program that another thread starts meanwhile must not inherit the pipe: the pipe would never be closed.
    let code = try Subprocess.starting.withLock { _ in
      guard pipe(&ends) == 0 else { throw Fault.system(at: program, "cannot be started") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return spawn(&pid, input: inputFile, output: ends[1], errors: complaintFile)
    }
    defer { close(ends[0]) }
    close(ends[1])
    if code == ENOENT { return nil }
    guard code == 0 else { throw Fault.system(at: program, "cannot be started", code: code) }

    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = uninterrupted { read(ends[0], &buffer, buffer.count) }
      guard count > 0 else { break }
      let goesOn = buffer.withUnsafeBytes { receive(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      if !goesOn {
        kill(pid, SIGKILL)
        break
      }
    }
    var status: Int32 = 0
    _ = uninterrupted { Int(waitpid(pid, &status, 0)) }
    let signal = status & 0x7F
    return Ending(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, complaint: try complaint(in: complaintFile))
  }

  private func spawn(_ pid: inout pid_t, input: Int32, output: Int32, errors: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    return posix_spawnp(&pid, program, &actions, nil, &words, environ)
  }

  /// A file for reading and writing without a name, which is removed when it is closed.
  private func unnamedFile() throws -> Int32 {
    var template = Array((NSTemporaryDirectory() + "/microfold-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Fault.system(at: NSTemporaryDirectory(), "no temporary file can be made") }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private func complaint(in file: Int32) throws -> String {
    let end = Int(lseek(file, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: min(max(end, 0), 4000))
    let count = uninterrupted { pread(file, &bytes, bytes.count, off_t(end - bytes.count)) }
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
