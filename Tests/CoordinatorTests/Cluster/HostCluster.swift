import Foundation
import Testing

/// Several hosts on this machine, made by Tests/Cluster/cluster.sh.
enum HostCluster {
  static let script = "\(BuiltProgram.package)/Tests/Cluster/cluster.sh"

  /// Why they cannot be made on this machine, in one line; empty where they can.
  static let problem: String = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = ["check"]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return "\(script) cannot be run: \(error)"
    }
    let said = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    let line = String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return process.terminationStatus == 0 ? "" : line.isEmpty ? "cluster.sh check fails" : line
  }()

  /// Runs shell commands with the hosts started.
  ///
  /// - Parameter variables: environment variables for the commands.
  static func run(
    hosts: Int, _ commands: String, variables: [String: String] = [:], in scratch: Scratch, within seconds: Int = 180
  ) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(
      words: [script, "run", "\(hosts)", "bash", "-euc", commands], variables: variables, in: scratch, within: seconds)
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs a test where several hosts can be made; elsewhere it is skipped with the reason.
  static var onSeveralHosts: Self {
    .enabled(if: HostCluster.problem.isEmpty, "this machine cannot be several hosts: \(HostCluster.problem)")
  }
}
