import Foundation
import Fuzz
import Testing

@testable import Coordinator
@testable import Core

@Suite(.serialized) struct LedgerFuzzTests {
  @Test func ledgers() throws {
    let scratch = try Scratch()
    let unit = WorkUnit(dataset: "casme2", fold: 3, variant: .full, seed: 2022)
    let path = scratch("ledger.jsonl")
    for (event, reason) in [(LedgerEntry.Event.planned, nil), (.started, nil), (.failed, "loss"), (.finished, nil)] {
      try JSONLines.append(
        LedgerEntry(event: event, unit: unit, at: 1.5, reason: reason, ranks: [0, 1], hosts: ["a"]), to: path)
    }
    let seed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let mutator = Mutator(
      "ledger", seeds: [seed],
      words: [
        "{", "}", "\n", "\r\n", "\"event\":", "\"paused\"", "\"fold\":", "null", "[", "\"", "\\u0000", "true", "}\n{",
      ])
    let figures = Fuzz.run(mutator, "ledger") { input in
      try Fuzz.write(input, to: path)
      let entries = try JSONLines.read(LedgerEntry.self, from: path)
      _ = (Ledger.replay(entries), Ledger.failures(entries))
    }
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(figures.slowest < 20)
    if let memory = figures.memory { #expect(memory < 48 << 20, "\(figures)") }
  }
}
