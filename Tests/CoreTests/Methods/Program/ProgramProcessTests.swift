import Foundation
import Testing

@testable import Core

@Suite struct ProgramProcessTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func start(_ command: [String], _ variables: [String: String] = [:]) throws -> ProgramProcess {
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    return try ProgramProcess(
      command, environment: environment.merging(variables) { $1 }, log: scratch("log"))
  }

  private func end(_ process: ProgramProcess, within seconds: Double = 60) throws -> ProgramProcess.Ending {
    let begun = ContinuousClock.now
    while (ContinuousClock.now - begun).inSeconds < seconds {
      if let ending = process.poll() { return ending }
      usleep(2000)
    }
    throw Fault(at: "the program", "did not end")
  }

  private var log: String { (try? String(contentsOfFile: scratch("log"), encoding: .utf8)) ?? "" }

  /// Whether a process is there and has not ended.
  private func isAlive(_ number: pid_t) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)) ?? ""
    return status.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
  }

  private func waits(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 where !condition() { usleep(2000) }
    return condition()
  }

  @Test func itsStatusAndBothStreamsAreKept() throws {
    #expect(try end(start(["sh", "-c", "echo out; echo err >&2; exit 3"])) == .exited(3))
    #expect(log == "out\nerr\n")
    #expect(try end(start(["sh", "-c", "kill -ABRT $$"])) == .signalled(SIGABRT))
    #expect(try end(start(["sh", "-c", "cat; echo no input"])) == .exited(0))
    #expect(log.hasSuffix("no input\n"))
  }

  @Test func aProgramThatIsMissingIsSaidToBe() throws {
    for (program, expected) in [
      ("microfold-no-such", "no folder of PATH has such a program"), ("./no-such", "there is no such program"),
      (scratch.path, "it is not executable"),
    ] {
      do {
        _ = try start([program])
        Issue.record("\(program) was started")
      } catch {
        #expect("\(error)".contains(expected), "\(error)")
      }
    }
  }

  @Test func itHasNoFilesOfThisProcess() throws {
    let file = open(scratch("mine"), O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    #expect(try end(start(["sh", "-c", "ls -l /proc/self/fd"])) == .exited(0))
    #expect(log.contains("log") && !log.contains("mine") && !log.contains("pipe:"), "\(log)")
  }

  /// Also what it started in the background.
  @Test func closingEndsTheWholeGroup() throws {
    let process = try start(["sh", "-c", "sleep 60 & echo $!; wait"])
    try #require(waits { log.hasSuffix("\n") })
    let child = try #require(pid_t(log.trimmingCharacters(in: .newlines)))
    #expect(isAlive(child) && process.poll() == nil)
    process.close()
    #expect(waits { !isAlive(child) })
    #expect(process.poll() == .signalled(SIGKILL))
  }

  @Test func beingAskedToStopLeavesTimeForACheckpoint() throws {
    let polite = try start(["sh", "-c", "trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done"])
    try #require(waits { log == "ready\n" })
    polite.stop(within: 30)
    #expect(log == "ready\nsaved\n" && polite.poll() == .exited(0))
    let deaf = try start(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"])
    try #require(waits { log.hasSuffix("deaf\n") })
    deaf.stop(within: 0.2)
    #expect(deaf.poll() == .signalled(SIGKILL))
  }

  @Test func aProgramKnowsItsThreadsAndNothingOfTheJob() {
    let variables = ProgramRun.environment(
      [
        "PATH": "/bin", "OMPI_COMM_WORLD_RANK": "1", "PMIX_RANK": "1", "OMP_NUM_THREADS": "64",
        "CUDA_VISIBLE_DEVICES": "2",
      ], threads: 3)
    #expect(variables["OMPI_COMM_WORLD_RANK"] == nil && variables["PMIX_RANK"] == nil)
    #expect(ProgramRun.threadVariables.allSatisfy { variables[$0] == "3" })
    #expect(variables["PATH"] == "/bin" && variables["CUDA_VISIBLE_DEVICES"] == "2")
  }
}
