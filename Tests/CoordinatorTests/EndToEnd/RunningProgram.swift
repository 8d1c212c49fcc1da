import Foundation
import Testing

@testable import Core

/// The built program while it runs, so that a test can disturb it.
final class RunningProgram {
  private let process: Process
  private let scratch: Scratch

  /// - Parameters:
  ///   - ranks: for mpirun; nil runs the program without it.
  ///   - options: additional options of mpirun.
  init(_ arguments: [String], ranks: Int? = nil, mpirun options: [String] = [], in scratch: Scratch) throws {
    self.scratch = scratch
    process = try BuiltProgram.process(arguments, ranks: ranks, mpirun: options, in: scratch)
    try process.run()
  }

  /// Runs a whole command line.
  ///
  /// - Parameter variables: added to the environment.
  init(words: [String], variables: [String: String] = [:], in scratch: Scratch) throws {
    self.scratch = scratch
    process = try BuiltProgram.process(words: words, variables: variables, in: scratch)
    try process.run()
  }

  /// The process of the program, or of mpirun.
  var number: pid_t { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  /// Waits until a condition holds while the program runs.
  ///
  /// - Parameter seconds: the longest time to wait.
  /// - Returns: false when the program ended before.
  func waits(within seconds: Double = 60, until condition: () throws -> Bool) throws -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      if try condition() { return true }
      try #require(Date() < end, "nothing happened in \(Int(seconds)) s: \(errors)")
      usleep(2000)
    }
    return false
  }

  /// Waits for the end and returns the status, or 128 plus the signal that ended it.
  ///
  /// - Parameter seconds: after which it counts as hanging; the state of its processes is then reported.
  func end(within seconds: Double = 60) throws -> Int32 {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      if Date() > end {
        let states = try (ranks() + [number]).map { number in
          let status = (try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)) ?? ""
          let state = status.split(separator: "\n").first { $0.hasPrefix("State:") } ?? "gone"
          return "\(number) \(state)"
        }
        kill(number, SIGKILL)
        throw Fault(
          at: "the program",
          "did not end within \(Int(seconds)) s: \(states), \(errors.filter { $0.hasPrefix("microfold") })")
      }
      usleep(2000)
    }
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// Processes of the ranks below mpirun.
  func ranks() throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { candidate in
      guard let status = try? String(contentsOfFile: "/proc/\(candidate)/stat", encoding: .utf8),
        let rest = status.split(separator: ")").last
      else { return false }
      // After the name in brackets: the state, then the parent.
      return rest.split(separator: " ").dropFirst().first == "\(number)"
    }
  }

  /// The process of one rank below Open MPI's mpirun; nil before it is started.
  func process(ofRank rank: Int) throws -> pid_t? {
    try ranks().first { number in
      let variables = FileManager.default.contents(atPath: "/proc/\(number)/environ") ?? Data()
      return variables.split(separator: 0).contains(Data("OMPI_COMM_WORLD_RANK=\(rank)".utf8))
    }
  }

  var errors: [String] {
    String(decoding: FileManager.default.contents(atPath: scratch("stderr")) ?? Data(), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }
}
