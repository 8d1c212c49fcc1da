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

  /// Every order of two events, and of three: the last one counts, but a finished unit stays finished until it is
  /// planned again.
  @Test func theLastEventCounts() {
    let events = LedgerEntry.Event.allCases
    #expect(events.count == 6)
    for one in events {
      for two in events {
        let both = one == .finished && two != .planned ? .finished : two
        #expect(Ledger.replay([entry(one, first), entry(two, first)])[first]?.event == both, "\(one), \(two)")
        for three in events {
          let all = both == .finished && three != .planned ? .finished : three
          let replayed = Ledger.replay([entry(one, first), entry(two, first), entry(three, first)])
          #expect(replayed[first]?.event == all, "\(one), \(two), \(three)")
        }
      }
    }
  }

  /// Lines of a rank that was believed dead, or that a file system wrote twice.
  @Test func doubledLinesChangeNothing() {
    let entries = [
      entry(.planned, first), entry(.planned, second), entry(.started, first), entry(.paused, first),
      entry(.started, first), entry(.failed, first), entry(.started, second), entry(.started, first),
      entry(.finished, first, digest: "d"), entry(.paused, second),
    ]
    let replayed = Ledger.replay(entries)
    #expect(replayed == [first: entry(.finished, first, digest: "d"), second: entry(.paused, second)])
    #expect(Ledger.replay(entries.flatMap { [$0, $0] }) == replayed)
    for position in entries.indices {
      let until = Array(entries[...position])
      #expect(Ledger.replay(until + [entries[position]]) == Ledger.replay(until))
    }
    // After the end, every event except a new plan is ignored.
    #expect(Ledger.replay(entries + [entry(.failed, first), entry(.paused, first)])[first] == replayed[first])
    #expect(Ledger.replay(entries + [entry(.planned, first)])[first]?.event == .planned)
  }

  @Test func anEventOfANewerVersionIsOneClearFault() throws {
    let scratch = try Scratch()
    let path = scratch("ledger.jsonl")
    try JSONLines.append(entry(.started, first), to: path)
    let line = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    try scratch.file("ledger.jsonl", text: line + line.replacingOccurrences(of: "started", with: "teleported"))
    do {
      _ = try JSONLines.read(LedgerEntry.self, from: path)
      Issue.record("it was read")
    } catch let fault as Fault {
      #expect(fault.location == path + ", line 2")
      #expect(fault.problem.contains("`teleported`") && fault.problem.contains("newer"), "\(fault)")
    }
    // An unknown field of a newer version is ignored.
    try scratch.file("ledger.jsonl", text: line.replacingOccurrences(of: "{\"event", with: "{\"colour\":3,\"event"))
    #expect(try JSONLines.read(LedgerEntry.self, from: path) == [entry(.started, first)])
  }

  @Test func unitsDoNotDisturbEachOther() {
    let replayed = Ledger.replay([
      entry(.planned, first), entry(.planned, second), entry(.started, first), entry(.started, second),
      entry(.finished, first, digest: "d"), entry(.failed, second), entry(.planned, second),
    ])
    #expect(replayed == [first: entry(.finished, first, digest: "d"), second: entry(.planned, second)])
  }

  /// Units differ by dataset, fold, variant and seed.
  @Test func unitsDifferByEachOfTheirCoordinates() {
    var units = [first, second]
    units.append(WorkUnit(dataset: "b", fold: 0, variant: .full, seed: 1))
    units.append(WorkUnit(dataset: "a", fold: 0, variant: .ce, seed: 1))
    units.append(WorkUnit(dataset: "a", fold: 0, variant: .full, seed: 2))
    #expect(Ledger.replay(units.map { entry(.started, $0) }).count == units.count)
  }

  /// A job that is killed while it writes leaves an incomplete line; the lines before it are read.
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

  /// A unit that makes progress between two losses is not the cause of them.
  @Test func lossesCountOnlyWithoutProgress() {
    func lost(_ steps: Int?) -> LedgerEntry {
      var entry = entry(.lost, first)
      entry.steps = steps
      return entry
    }
    let (start, plan) = (entry(.started, first), entry(.planned, first))
    #expect(Ledger.losses([plan, start, lost(nil), plan, start, lost(nil), plan, start, lost(nil)])[first] == 3)
    #expect(Ledger.losses([start, lost(nil), start, lost(12), start, lost(12)])[first] == 2)
    #expect(Ledger.losses([start, lost(12), start, lost(12), start, lost(24)])[first] == 1)
    for event in [LedgerEntry.Event.paused, .finished, .failed] {
      #expect(Ledger.losses([start, lost(12), entry(event, first)])[first] == nil)
    }
  }

  @Test func failuresCountSinceTheLastPlanAndAUnitGivenUpHasNoTryLeft() {
    func failed(_ attempt: Int) -> LedgerEntry { LedgerEntry(event: .failed, unit: first, attempt: attempt) }
    #expect(Ledger.failures([entry(.planned, first), failed(1)])[first] == 1)
    #expect(Ledger.failures([entry(.planned, first), failed(1), failed(2)])[first] == 2)
    #expect(Ledger.failures([entry(.planned, first), failed(UnitQueue.attempts)])[first] == UnitQueue.attempts)
    #expect(Ledger.failures([failed(2), entry(.planned, first)])[first] == 0)
  }

  @Test func aChangedLineWithAChecksumIsSkippedAndReported() throws {
    let scratch = try Scratch()
    let path = scratch("ledger.jsonl")
    for unit in [first, second] { try JSONLines.append(all: [entry(.started, unit)], to: path, isSealed: true) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n")
    // Every single character of the first line before its checksum, replaced.
    let seal = try #require(lines[0].range(of: ",\"sum\""))
    for index in lines[0].indices where index < seal.lowerBound {
      var line = String(lines[0])
      line.replaceSubrange(index...index, with: line[index] == "x" ? "y" : "x")
      try scratch.file("ledger.jsonl", text: line + "\n" + lines[1] + "\n")
      var said: [Fault] = []
      let read = try JSONLines.read(LedgerEntry.self, from: path) { said.append($0) }
      #expect(read == [entry(.started, second)] && said.count == 1 && said[0].location.hasSuffix("line 1"), "\(line)")
    }
  }

  /// Two writers, which the lock of a run directory prevents, do not destroy each other's lines.
  @Test func linesOfTwoWritersAreAllThere() throws {
    let scratch = try Scratch()
    let path = scratch("ledger.jsonl")
    DispatchQueue.concurrentPerform(iterations: 4) { writer in
      for fold in 0..<50 {
        let unit = WorkUnit(dataset: "\(writer)", fold: fold, variant: .full, seed: 1)
        try? JSONLines.append(all: [LedgerEntry(event: .started, unit: unit)], to: path, isSealed: true, syncs: false)
      }
    }
    #expect(Set(try JSONLines.read(LedgerEntry.self, from: path).map(\.unit)).count == 200)
  }
}
