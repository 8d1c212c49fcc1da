import Core
import Foundation

/// A run of the built program, on one rank or under mpirun; a hang is a failure.
struct ProgramRun {
  let status: Int32
  let output: String
  /// Lines on standard error that the program said, without mpirun's.
  let complaints: [String]

  private static let patience: TimeInterval = 120

  /// - Throws: a `Fault` when the program is not built, or does not end in time.
  static func microfold(_ arguments: [String], ranks: Int = 1) throws -> ProgramRun {
    var words = [try BuiltProgram.path()] + arguments
    if ranks > 1 {
      words = ["mpirun", "--oversubscribe", "-n", "\(ranks)"] + (getuid() == 0 ? ["--allow-run-as-root"] : []) + words
    }
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try scratch.opened("output")
    process.standardError = try scratch.opened("errors")
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    if ended.wait(timeout: .now() + patience) == .timedOut {
      process.terminate()
      throw Fault(at: words.joined(separator: " "), "did not end in \(Int(patience)) seconds")
    }
    let errors = try String(contentsOfFile: scratch("errors"), encoding: .utf8)
    return ProgramRun(
      status: process.terminationStatus, output: try String(contentsOfFile: scratch("output"), encoding: .utf8),
      complaints: errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("microfold") })
  }
}

extension Scratch {
  fileprivate func opened(_ name: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(fileURLWithPath: file(name, text: "")))
  }
}
