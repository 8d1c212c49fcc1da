import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A sweep that is stopped or killed goes on by the same command, on any number of ranks, to the same bytes.
@Suite(.serialized) struct StoppingTests {
  private let scratch: Scratch
  private let sweep: String

  init() throws {
    scratch = try Scratch()
    sweep = try TinySweep.write(in: scratch)
  }

  private func words(_ output: String, ranksPerFold: Int = 1) -> [String] {
    [
      "sweep", "--config", sweep, "--output", scratch(output), "--threads", "1", "--progress", "none",
      "--ranks-per-fold",
      "\(ranksPerFold)",
    ]
  }

  /// What an undisturbed run gives, made once for all tests.
  private static let undisturbed = Result<[String: Data], any Error> {
    let scratch = try Scratch()
    let words = ["sweep", "--config", try TinySweep.write(in: scratch), "--output", scratch("run"), "--threads", "1"]
    try #require(try BuiltProgram.run(words + ["--quiet"], in: scratch).status == 0)
    return try TinySweep.science(of: scratch("run"))
  }

  private func reference() throws -> [String: Data] { try Self.undisturbed.get() }

  private func events(_ output: String) throws -> [LedgerEntry] {
    try JSONLines.read(LedgerEntry.self, from: scratch("\(output)/ledger.jsonl"))
  }

  /// Whether a unit is in training and has a checkpoint.
  private func isUnderWay(_ output: String) -> Bool {
    let names = FileManager.default.enumerator(atPath: scratch(output))?.compactMap { $0 as? String } ?? []
    return names.contains { $0.contains("/checkpoint/step-") }
  }

  /// Disturbs a run that is under way, and gives its status and what it said.
  private func disturbed(
    _ output: String, ranks: Int? = nil, ranksPerFold: Int = 1, _ disturb: (RunningProgram) throws -> Void
  ) throws -> (status: Int32, errors: [String]) {
    let program = try RunningProgram(words(output, ranksPerFold: ranksPerFold), ranks: ranks, in: scratch)
    try #require(try program.waits { isUnderWay(output) }, "it ended before it was disturbed: \(program.errors)")
    try disturb(program)
    return (try program.end(), program.errors)
  }

  private func expectStopped(_ end: (status: Int32, errors: [String]), _ output: String) throws {
    #expect(end.status == ExitStatus.paused.rawValue, "\(end.errors)")
    #expect(end.errors.count { $0.contains("stopped") && $0.contains("rerun the same command to resume") } == 1)
    #expect(try events(output).contains { $0.event == .paused })
    #expect(!FileManager.default.fileExists(atPath: scratch("\(output)/report")), "no report of half a sweep")
  }

  /// The same command on so many ranks finishes, to the same bytes, and leaves no checkpoint.
  private func expectGoesOn(_ output: String, ranks: Int?, ranksPerFold: Int = 1, _ science: [String: Data]) throws {
    let end = try BuiltProgram.run(words(output, ranksPerFold: ranksPerFold), ranks: ranks, in: scratch)
    #expect(end.status == 0, "\(end.errors)")
    let files = try TinySweep.science(of: scratch(output))
    #expect(files.keys.sorted() == science.keys.sorted())
    for (name, bytes) in files { #expect(bytes == science[name], "\(name)") }
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1]) func aSignalStopsOneProcess(_ signal: Int32) throws {
    let science = try reference()
    try expectStopped(disturbed("run") { kill($0.number, signal) }, "run")
    try expectGoesOn("run", ranks: 2, ranksPerFold: 2, science)
    #expect(try events("run").allSatisfy { $0.at ?? 0 > 1e9 })
  }

  @Test func aSignalToMpirunStopsAllGroups() throws {
    let science = try reference()
    try expectStopped(disturbed("run", ranks: 4, ranksPerFold: 2) { kill($0.number, SIGUSR1) }, "run")
    try expectGoesOn("run", ranks: nil, science)
  }

  @Test func aSignalToASingleRankStopsAll() throws {
    let science = try reference()
    let end = try disturbed("run", ranks: 4, ranksPerFold: 2) { program in
      kill(try #require(try program.ranks().max()), SIGUSR1)
    }
    try expectStopped(end, "run")
    try expectGoesOn("run", ranks: 1, science)
  }

  @Test func aSecondInterruptEndsAtOnce() throws {
    // Stores that take long to make: the first signal waits for them.
    let text = try String(contentsOfFile: sweep, encoding: .utf8)
    try scratch.file("sweep.json", text: text.replacingOccurrences(of: "\"clips\": 14", with: "\"clips\": 5000"))
    let program = try RunningProgram(words("run"), in: scratch)
    try #require(try program.waits { program.errors.contains { $0.contains("making") } })
    kill(program.number, SIGINT)
    usleep(100_000)
    #expect(try program.waits { true }, "the first signal does not end it at once")
    kill(program.number, SIGINT)
    #expect(try program.end() == 130)
  }

  @Test func aKilledJobGoesOn() throws {
    let science = try reference()
    let end = try disturbed("run", ranks: 2, ranksPerFold: 2) { kill($0.number, SIGKILL) }
    #expect(end.status == 128 + SIGKILL)
    // The ranks see that mpirun is gone and leave.
    usleep(1_000_000)
    try expectGoesOn("run", ranks: 4, ranksPerFold: 4, science)
  }
}
