import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// Several starts in one run directory, damaged ledgers, units that kill their process, and the output of `status`
/// afterwards.
@Suite(.serialized) struct OwnershipTests {
  private let scratch: Scratch
  private let sweep, output: String

  init() throws {
    scratch = try Scratch()
    sweep = try TinySweep.write(in: scratch)
    output = scratch("run")
  }

  private func words(_ output: String) -> [String] {
    ["sweep", "--config", sweep, "--output", output, "--threads", "1", "--progress", "none"]
  }

  private func reference() throws -> [String: Data] {
    try #require(try BuiltProgram.run(words(scratch("reference")), in: scratch).status == 0)
    return try TinySweep.science(of: scratch("reference"))
  }

  private func ledger() throws -> [LedgerEntry] {
    try JSONLines.read(LedgerEntry.self, from: output + "/ledger.jsonl")
  }

  private func status() throws -> Int32 { try BuiltProgram.run(["status", output], in: scratch).status }

  @Test func ofFourStartsAtOnceOneTrainsAndThreeAreRefused() throws {
    let science = try reference()
    let line = ([try BuiltProgram.path()] + words(output)).map { "'\($0)'" }.joined(separator: " ")
    let ending = try BuiltProgram.run(
      words: ["bash", "-c", "for i in 1 2 3 4; do (\(line) 2>err$i; echo ended $?) & done; wait"], in: scratch)
    #expect(ending.output.filter { $0.hasPrefix("ended") }.sorted() == ["ended 0", "ended 2", "ended 2", "ended 2"])
    let refusals = try (1...4).map { try String(contentsOfFile: scratch("err\($0)"), encoding: .utf8) }
      .filter { $0.contains("another sweep works here (process ") }
    #expect(refusals.count == 3 && refusals.allSatisfy { $0.split(separator: "\n").count == 1 }, "\(refusals)")
    #expect(try ledger().count == 3 * TinySweep.units, "every line is whole")
    #expect(try TinySweep.science(of: output) == science)
    #expect(try status() == 0)
  }

  @Test func aBadLineOfTheLedgerIsIgnoredWithAWarning() throws {
    let science = try reference()
    try #require(try BuiltProgram.run(words(output), in: scratch).status == 0)
    let path = output + "/ledger.jsonl"
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    let finished = lines.indices.filter { lines[$0].contains("\"finished\"") }
    // Half a line, two lines joined to one, a changed digit, and half a line at the end.
    lines[finished[0]] = String(lines[finished[0]].prefix(40))
    lines[finished[1]] = String(lines[finished[1]].prefix(60)) + lines[finished[2]].suffix(60)
    lines[finished[2]] = lines[finished[2]].replacingOccurrences(of: "\"fold\":", with: "\"fold\":1")
    try Data((lines.joined(separator: "\n") + "\n{\"event\":\"fin").utf8).write(to: URL(fileURLWithPath: path))
    let ending = try BuiltProgram.run(words(output), in: scratch)
    #expect(ending.status == 0, "\(ending.errors)")
    let warnings = ending.faults.filter {
      $0.contains("ledger.jsonl, line ") && $0.contains("this line of the ledger is ignored")
    }
    #expect(warnings.count == 3, "\(ending.faults)")
    #expect(try TinySweep.science(of: output) == science)
    // The ledger is not changed: the next start warns again, and trains nothing.
    let again = try BuiltProgram.run(words(output), in: scratch)
    #expect(again.status == 0 && again.errors.contains { $0.contains("4 done before") }, "\(again.errors)")
  }

  /// No unit is at fault: no group waits for the coordinator, and the sweep stops at checkpoints.
  @Test func aLedgerThatCannotBeWrittenStopsTheSweep() throws {
    let science = try reference()
    let program = try RunningProgram(
      words(output) + ["--ranks-per-fold", "2", "--stall-timeout", "20"], ranks: 2, in: scratch)
    let path = output + "/ledger.jsonl"
    try #require(
      try program.waits { (try? String(contentsOfFile: path, encoding: .utf8).contains("\"started\"")) ?? false })
    try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let begun = ContinuousClock.now
    #expect(try program.end() == 1, "\(program.errors)")
    #expect(ContinuousClock.now - begun < .seconds(15))
    #expect(program.errors.contains { $0.contains("ledger.jsonl: cannot be written") }, "\(program.errors)")
    #expect(!program.errors.contains { $0.contains(" failed: ") }, "no unit failed")
    #expect(try status() == 1)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: path + ".moved", toPath: path)
    #expect(try BuiltProgram.run(words(output), in: scratch).status == 0)
    #expect(try TinySweep.science(of: output) == science)
    #expect(try status() == 0)
  }

  @Test func aUnitThatKillsItsProcessThreeTimesIsGivenUpAndTriedByTheNextStart() throws {
    let science = try reference()
    try #require(try BuiltProgram.run(words(output), in: scratch).status == 0)
    let directory = RunDirectory(path: output)
    let unit = try #require(try ledger().first?.unit)
    try directory.record([LedgerEntry(event: .planned, unit: unit)])
    for _ in 0..<3 {
      // A killed process leaves its lock.
      try directory.record([LedgerEntry(event: .started, unit: unit, ranks: [0])])
      var owner = RunOwner.here(ranks: 1)
      owner.process.start = "1"
      try LockFile.bytes(owner).write(to: URL(fileURLWithPath: LockFile(of: output).path))
      if try ledger().count(where: { $0.event == .lost }) < 2 {
        let before = owner
        let (lock, last) = try RunLock.take(output, .here(ranks: 1), note: { _ in })
        #expect(last == before)
        try directory.record([LedgerEntry(event: .lost, unit: unit)])
        lock.release()
      }
    }
    #expect(try status() == 0, "the last end that was told stands")
    let given = try BuiltProgram.run(words(output), in: scratch)
    #expect(given.status == 1)
    #expect(given.faults.contains { $0.contains("\(unit) failed: its ranks were lost 3 times") }, "\(given.faults)")
    #expect(try status() == 1)
    #expect(try BuiltProgram.run(words(output), in: scratch).status == 0)
    #expect(try TinySweep.science(of: output) == science)
  }

  @Test func aKilledSweepIsInterruptedUntilItIsRunAgain() throws {
    let program = try RunningProgram(words(output), in: scratch)
    try #require(try program.waits { FileManager.default.fileExists(atPath: output + "/ledger.jsonl") })
    #expect(try status() == 3)
    kill(program.number, SIGKILL)
    _ = try program.end()
    #expect(try status() == 75)
    let again = try BuiltProgram.run(words(output), in: scratch)
    #expect(again.status == 0, "at once: \(again.errors)")
    #expect(try status() == 0)
    #expect(try BuiltProgram.run(["status", "--config", sweep, "--output", output, "--json"], in: scratch).status == 0)
  }

  @Test func processesOfAnUnsupportedLauncherAreRefused() throws {
    for (variables, words) in [
      (["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0"], "srun --mpi=pmix"), (["PMI_SIZE": "2"], "mpirun -n 2"),
    ] {
      let ending = try BuiltProgram.run(
        words: [try BuiltProgram.path()] + self.words(output), variables: variables, in: scratch)
      #expect(ending.status == 2)
      #expect(ending.errors.count == 1 && ending.errors[0].contains(words), "\(ending.errors)")
      let doctor = try BuiltProgram.run(
        words: [try BuiltProgram.path(), "doctor"], variables: variables, in: scratch)
      #expect(doctor.status == 1 && doctor.output.contains { $0.contains(words) }, "\(doctor.output)")
    }
    let other = try BuiltProgram.run(
      words: [try BuiltProgram.path()] + words(output),
      variables: ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "3"], in: scratch)
    #expect(other.status == 2 && other.errors.isEmpty, "one of them says it")
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
