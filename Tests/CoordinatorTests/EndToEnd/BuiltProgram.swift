import Foundation
import Testing

@testable import Core

/// The program that was built with these tests, run as a user runs it: alone or by mpirun.
enum BuiltProgram {
  /// How a run ended.
  struct Ending {
    var status: Int32
    /// Lines of standard output and of standard error.
    var output, errors: [String]

    /// The program's error messages, without those that mpirun adds when a rank fails.
    var faults: [String] { errors.filter { $0.hasPrefix("microfold") } }
    /// The exit status of each rank, where `run` was asked for it.
    var rankStatuses: [Int] { output.compactMap { $0.hasPrefix("rank ended with ") ? Int($0.dropFirst(16)) : nil } }
  }

  /// - Parameters:
  ///   - ranks: for mpirun; nil runs the program without it.
  ///   - options: additional options of mpirun.
  ///   - reportsRanks: whether to return every rank's exit status; mpirun's is then 0.
  ///   - seconds: after which the process group is killed and the test fails: a hang, even on a busy machine.
  static func run(
    _ arguments: [String], ranks: Int? = nil, mpirun options: [String] = [], reportsRanks: Bool = false,
    in scratch: Scratch, within seconds: Int = 120
  ) throws -> Ending {
    var words = try [path()] + arguments
    if reportsRanks { words = ["sh", "-c", "\"$@\"; echo rank ended with $?", "rank"] + words }
    if let ranks { words = mpirun(ranks) + options + words }
    return try run(words: words, in: scratch, within: seconds)
  }

  /// Runs a command line that may contain the program's path, as `run` does.
  ///
  /// - Parameter variables: added to the environment.
  static func run(
    words: [String], variables: [String: String] = [:], in scratch: Scratch, within seconds: Int = 120
  ) throws -> Ending {
    let process = try prepared(["timeout", "--kill-after=5", "\(seconds)"] + words, variables, in: scratch)
    try process.run()
    process.waitUntilExit()
    let ending = Ending(
      status: process.terminationStatus, output: try lines(of: scratch("stdout")),
      errors: try lines(of: scratch("stderr")))
    let hung = [124, 137].contains(ending.status)
    try #require(!hung, "\(words) did not end within \(seconds) s: \(ending.errors)")
    return ending
  }

  /// Makes a process of the program, or of mpirun, which is not started yet; its output goes to the scratch directory.
  static func process(
    _ arguments: [String], ranks: Int?, mpirun options: [String] = [], in scratch: Scratch
  ) throws -> Process {
    try prepared((ranks.map { mpirun($0) + options } ?? []) + [path()] + arguments, in: scratch)
  }

  /// The program's command line, under mpirun where there are ranks.
  static func words(_ arguments: [String], ranks: Int?) throws -> [String] {
    (ranks.map(mpirun) ?? []) + [try path()] + arguments
  }

  /// Makes a process of a command line, which is not started yet.
  static func process(words: [String], variables: [String: String], in scratch: Scratch) throws -> Process {
    try prepared(words, variables, in: scratch)
  }

  private static func mpirun(_ ranks: Int) -> [String] {
    // Without this, ranks of tests that run in parallel would be bound to the same cores and spin there.
    ["mpirun", "-n", "\(ranks)", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
  }

  /// env becomes the program it runs, so the process is that program.
  private static func prepared(
    _ words: [String], _ variables: [String: String] = [:], in scratch: Scratch
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The threads of tests block signals, and processes that they start would inherit that.
    process.arguments = ["--default-signal"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    process.environment = environment.merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    for (name, isError) in [("stdout", false), ("stderr", true)] {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file(name, text: "")))
      if isError { process.standardError = file } else { process.standardOutput = file }
    }
    return process
  }

  /// The folder of Package.swift.
  static let package = (0..<4).reduce(#filePath) { path, _ in (path as NSString).deletingLastPathComponent }

  /// The location of the built program: beside the tests' executable, or in the package's release folder.
  static func path() throws -> String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folders = [(tests as NSString).deletingLastPathComponent, "\(package)/.build/release"]
    let found = folders.map { "\($0)/microfold" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "microfold is not built; run make test, or swift build -c release --product microfold")
  }

  /// This process's environment with the variables of scripts/environment, without those of an mpirun that started the
  /// tests.
  private static var environment: [String: String] {
    var variables = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_COMM_", "OMPI_UNIVERSE", "PMIX_", "PRTE_", "ORTE_"].contains { name.hasPrefix($0) }
    }
    variables["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"
    variables["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    variables["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    return variables
  }

  private static func lines(of path: String) throws -> [String] {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }
}
