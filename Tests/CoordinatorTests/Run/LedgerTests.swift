import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct LedgerTests {
  private let first = WorkUnit(dataset: "a", fold: 0, variant: .full, seed: 1)
  private let second = WorkUnit(dataset: "a", fold: 1, variant: .full, seed: 1)

  private func entry(_ event: LedgerEntry.Event, _ unit: WorkUnit, digest: String? = nil) -> LedgerEntry {
    LedgerEntry(event: event, unit: unit, weightsDigest: digest)
  }

  @Test func anEmptyLedgerKnowsNothing() { #expect(Ledger.replay([]).isEmpty) }

  /// Every order of two events of one unit.
  @Test func theLastEventStands() {
    let events: [LedgerEntry.Event] = [.planned, .started, .finished, .failed]
    for one in events {
      for two in events { #expect(Ledger.replay([entry(one, first), entry(two, first)])[first]?.event == two) }
    }
  }

  @Test func unitsDoNotDisturbEachOther() {
    let replayed = Ledger.replay([
      entry(.planned, first), entry(.planned, second), entry(.started, first), entry(.started, second),
      entry(.finished, first, digest: "d"), entry(.failed, second), entry(.planned, second),
    ])
    #expect(replayed == [first: entry(.finished, first, digest: "d"), second: entry(.planned, second)])
  }

  /// Units differ by dataset, fold, variant and seed.
  @Test func eachCoordinateTellsUnitsApart() {
    var units = [first, second]
    units.append(WorkUnit(dataset: "b", fold: 0, variant: .full, seed: 1))
    units.append(WorkUnit(dataset: "a", fold: 0, variant: .ce, seed: 1))
    units.append(WorkUnit(dataset: "a", fold: 0, variant: .full, seed: 2))
    #expect(Ledger.replay(units.map { entry(.started, $0) }).count == units.count)
  }

  /// A job that is killed while it writes leaves half a line; the lines before it stand.
  @Test func aTornLastLineIsIgnored() throws {
    let scratch = try Scratch()
    let path = scratch("ledger.jsonl")
    try JSONLines.append(entry(.finished, first, digest: "d"), to: path)
    try JSONLines.append(entry(.started, second), to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for cut in stride(from: whole.count - 2, to: whole.count - 40, by: -7) {
      try scratch.file("ledger.jsonl", whole.prefix(cut))
      let replayed = try Ledger.replay(JSONLines.read(LedgerEntry.self, from: path))
      #expect(replayed == [first: entry(.finished, first, digest: "d")])
    }
  }
}
