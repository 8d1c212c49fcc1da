import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// Rerunning the same command resumes where the last run ended, to the same bytes.
@Suite(.serialized) struct ResumingTests {
  private let scratch: Scratch
  private let sweep, output: String

  init() throws {
    scratch = try Scratch()
    sweep = try TinySweep.write(in: scratch)
    output = scratch("run")
  }

  private func run(_ more: [String] = [], ranks: Int? = nil) throws -> BuiltProgram.Ending {
    let ending = try BuiltProgram.run(
      ["sweep", "--config", sweep, "--output", output, "--threads", "1", "--progress", "none"] + more, ranks: ranks,
      in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    return ending
  }

  private func ledger() throws -> [LedgerEntry] {
    try JSONLines.read(LedgerEntry.self, from: output + "/ledger.jsonl")
  }

  /// The files of the run, without its status, which contains the time of the last start.
  private func files() throws -> [String: Data] {
    try TinySweep.files(below: output).filter { $0.key != "status.json" }
  }

  @Test func aSecondRunTrainsOnlyWhatIsMissing() throws {
    _ = try run()
    let (first, entries) = (try files(), try ledger())
    #expect(entries.count { $0.event == .finished } == TinySweep.units)

    // Nothing is missing: no byte changes, not even the seconds of a result.
    let again = try run()
    #expect(try files() == first)
    #expect(again.errors.contains { $0.contains("\(TinySweep.units) done before") }, "\(again.errors)")
    #expect(again.output == (try run(["--resume"])).output)

    // One result is missing and one is incomplete: these two units are trained again, and no others.
    let files = first.keys.filter { $0.hasSuffix("/result.json") }.sorted()
    try FileManager.default.removeItem(atPath: "\(output)/\(files[0])")
    try first[files[3]]!.prefix(100).write(to: URL(fileURLWithPath: "\(output)/\(files[3])"))
    let science = try TinySweep.science(of: output)
    _ = try run(ranks: 2)
    let added = try ledger().dropFirst(entries.count)
    let trained = added.filter { $0.event == .finished }.map { unitFolder($0.unit) + "/result.json" }
    #expect(trained.sorted() == [files[0], files[3]])
    // A unit may also be paused and started again, when the other rank joins it.
    let pauses = added.count { $0.event == .paused }
    #expect(added.count == 6 + 2 * pauses, "two units planned, started, finished")
    #expect(try TinySweep.science(of: output) == science)
    let after = try TinySweep.files(below: output)
    for kept in [files[1], files[2]] { #expect(after[kept] == first[kept]) }

    // With --fresh everything is trained again, only files of others are left, and the bytes are the same.
    try scratch.file("run/leftover", text: "")
    _ = try run(["--fresh"])
    #expect(try ledger().count == 3 * TinySweep.units)
    #expect(FileManager.default.fileExists(atPath: "\(output)/leftover"))
    #expect(try TinySweep.science(of: output) == science)
    let fresh = try TinySweep.files(below: output)
    // Seconds are measured, so the result of a unit that was trained again has other bytes.
    #expect(files.allSatisfy { fresh[$0] != first[$0] })
  }

  private func unitFolder(_ unit: WorkUnit) -> String { "\(unit.dataset)/fold-\(unit.fold)/\(unit.variant.rawValue)" }
}
