import Foundation
import Testing

@testable import Core

/// Waits that were endless in earlier versions: each ends, names the missing rank, and ends the job with a status other
/// than 0.
@Suite(.serialized) struct EndlessWaitTests {
  private let scratch: Scratch
  private let sweep, output: String

  init() throws {
    scratch = try Scratch()
    sweep = try TinySweep.write(in: scratch)
    output = scratch("run")
  }

  private var words: [String] {
    [
      "sweep", "--config", sweep, "--output", output, "--threads", "1", "--quiet", "--dead-after", "2",
      "--stall-timeout", "8",
    ]
  }

  private func finished() -> Int {
    let text = (try? String(contentsOfFile: output + "/ledger.jsonl", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").count { $0.contains("\"finished\"") }
  }

  @Test func aRankThatIsStoppedAtTheEndIsNamedAndTheJobEnds() throws {
    let program = try RunningProgram(words, ranks: 4, in: scratch)
    try #require(try program.waits { finished() > 0 }, "\(program.errors)")
    let victim = try #require(try program.process(ofRank: 2))
    try #require(try program.waits { finished() == TinySweep.units }, "\(program.errors)")
    kill(victim, SIGSTOP)
    #expect(try program.end() != 0)
    #expect(program.errors.contains { $0.contains("rank 2 on ") && $0.contains("was lost") }, "\(program.errors)")
  }

  /// Rank 3 receives the end of the sweep through rank 1, which dies before, while or after it passes the message on.
  @Test func noRankWaitsForARankThatIsKilledAtTheEnd() throws {
    for delay in [0, 20_000, 60_000, 120_000, 250_000] as [UInt32] {
      try? FileManager.default.removeItem(atPath: output)
      let program = try RunningProgram(words, ranks: 4, mpirun: ["--enable-recovery"], in: scratch)
      try #require(try program.waits { finished() > 0 }, "\(program.errors)")
      let victim = try #require(try program.process(ofRank: 1))
      _ = try program.waits { finished() == TinySweep.units }
      usleep(delay)
      kill(victim, SIGKILL)
      _ = try program.end()
      #expect(try BuiltProgram.run(["status", output], in: scratch).status == 0, "\(delay): \(program.errors)")
    }
  }

  /// A launcher that does not end the other ranks: srun, Open MPI 5.
  @Test func aKilledRankEndsAJobWhoseLauncherKeepsTheOthersRunning() throws {
    let program = try RunningProgram(
      words: ["mpirun", "-n", "4", "--oversubscribe", "--bind-to", "none", "--enable-recovery", "env", "-u"]
        + ["OMPI_MCA_orte_enable_recovery", try BuiltProgram.path()] + words + ["--ranks-per-fold", "1"], in: scratch)
    // It has a unit, and the others have its heartbeat.
    try #require(try program.waits { FileManager.default.fileExists(atPath: output + "/ledger.jsonl") })
    kill(try #require(try program.process(ofRank: 3)), SIGKILL)
    _ = try program.end()
    let said = program.errors.filter { $0.contains("rank 3 on ") && $0.contains("was lost") }
    #expect(said.count == 1 && said[0].contains("rerun the same command"), "\(program.errors)")
    #expect(try BuiltProgram.run(["status", output], in: scratch).status == 75)
  }

  @Test func aRankThatNeverStartsMPIEndsTheJob() throws {
    let ending = try BuiltProgram.run(
      words: ["mpirun", "--oversubscribe", "-n", "1", try BuiltProgram.path()] + words + [
        ":", "-n", "1", "sleep", "100",
      ],
      in: scratch, within: 60)
    #expect(ending.status != 0)
    #expect(ending.faults.contains { $0.contains("MPI_Init") && $0.contains("8 s") }, "\(ending.errors)")
  }

  /// mpirun of Open MPI 4.1 sometimes waits for itself when its ranks have ended; here it is stopped by a signal. Its
  /// ranks are whole by then, and the run is.
  @Test func aLauncherThatHangsAfterItsRanksIsEnded() throws {
    let program = try RunningProgram(words, ranks: 2, in: scratch)
    try #require(try program.waits { finished() > 0 }, "\(program.errors)")
    kill(program.number, SIGSTOP)
    #expect(try program.end() == 128 + SIGKILL)
    #expect(
      program.errors.contains { $0.contains("mpirun (process \(program.number)) still runs 20 s after its ranks") },
      "\(program.errors)")
    #expect(try BuiltProgram.run(["status", output], in: scratch).status == 0)
  }

  /// Before the stores are open there is no heartbeat yet.
  @Test func aRankThatIsStoppedAtTheStartEndsTheJob() throws {
    // Rank 0 is stopped while it makes stores.
    let text = try String(contentsOfFile: sweep, encoding: .utf8)
    try scratch.file("sweep.json", text: text.replacingOccurrences(of: "\"clips\": 14", with: "\"clips\": 3000"))
    let program = try RunningProgram(words.filter { $0 != "--quiet" }, ranks: 3, in: scratch)
    try #require(try program.waits { program.errors.contains { $0.contains("making") } })
    let first = try #require(try program.ranks().min())
    kill(first, SIGSTOP)
    #expect(try program.end() != 0)
    #expect(
      program.errors.contains { $0.contains("has waited 8 s at the start") && $0.contains("from rank 0") },
      "\(program.errors)")
  }

  /// A preparation that takes longer than the deadline is not a stall: rank 0 reports that it is still working.
  @Test func aLongPreparationIsWaitedFor() throws {
    let text = try String(contentsOfFile: sweep, encoding: .utf8)
    try scratch.file("sweep.json", text: text.replacingOccurrences(of: "\"clips\": 14", with: "\"clips\": 1500"))
    let program = try RunningProgram(
      words.map { $0 == "8" ? "2" : $0 }.filter { $0 != "--quiet" } + ["--ranks-per-fold", "1"], ranks: 2, in: scratch)
    let begun = ContinuousClock.now
    try #require(
      try program.waits { program.errors.contains { $0.contains("4 units; 2 ranks") } }, "\(program.errors)")
    #expect(ContinuousClock.now - begun > .seconds(2), "the test is worth nothing on so fast a machine")
    kill(program.number, SIGTERM)
    _ = try program.end()
  }
}
