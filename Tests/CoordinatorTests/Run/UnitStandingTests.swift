import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// What a run's files say about a unit that has not ended.
@Suite struct UnitStandingTests {
  private let scratch: Scratch
  private let run: RunDirectory
  private let configuration: SweepConfiguration

  init() throws {
    scratch = try Scratch()
    run = RunDirectory(path: scratch.path)
    configuration = try SweepConfiguration.parse(
      Data(#"{"datasets": [{"name": "synth-samm", "synthetic": {}}]}"#.utf8), location: "test")
    try AtomicFile.write(JSONEncoder.file(RunDirectory.Identity(configuration)), to: run.sweepFile)
  }

  private func unit(_ fold: Int) -> WorkUnit {
    WorkUnit(dataset: "synth-samm", fold: fold, variant: .full, seed: 2022)
  }

  private func record(_ event: LedgerEntry.Event, _ fold: Int) throws {
    try run.record([LedgerEntry(event: event, unit: unit(fold))])
  }

  /// Makes the names of a unit's checkpoints.
  private func keep(_ fold: Int, steps: [Int], of all: Int?) throws {
    let folder = CheckpointFolder(unit: run.unit(unit(fold), seeds: 1))
    try Directory.make(folder.path)
    for steps in steps { try AtomicFile.write("", to: folder.file(steps)) }
    if let all { try folder.write(allSteps: all) }
  }

  private func lines(isRunning: Bool) throws -> [String] {
    try run.standings(configuration, isRunning: isRunning).map(\.line)
  }

  @Test func aUnitThatNobodyTrainsIsInterruptedAndKeepsItsCheckpoint() throws {
    for fold in 0..<4 { try record(.planned, fold) }
    for fold in 0..<3 { try record(.started, fold) }
    try keep(0, steps: [10, 40], of: 100)
    try keep(1, steps: [7], of: nil)
    let name = "synth-samm fold"
    #expect(
      try lines(isRunning: true) == [
        "\(name) 0, full, seed 2022: in training, 40 % done at its last checkpoint",
        "\(name) 1, full, seed 2022: in training, 7 steps done",
        "\(name) 2, full, seed 2022: in training, no checkpoint yet",
        "\(name) 3, full, seed 2022: planned, no checkpoint",
      ])
    #expect(
      try lines(isRunning: false) == [
        "\(name) 0, full, seed 2022: interrupted, 40 % done",
        "\(name) 1, full, seed 2022: interrupted, 7 steps done",
        "\(name) 2, full, seed 2022: interrupted, no checkpoint",
        "\(name) 3, full, seed 2022: planned, no checkpoint",
      ])
    #expect(try run.standings(configuration, isRunning: false).map(\.isBegun) == [true, true, true, false])
  }

  @Test func everyEventHasItsState() throws {
    let states: [(LedgerEntry.Event, UnitStanding.State, UnitStanding.State)] = [
      (.planned, .planned, .planned), (.started, .training, .interrupted), (.paused, .paused, .paused),
      (.lost, .planned, .interrupted), (.failed, .failed, .failed), (.finished, .finished, .finished),
    ]
    for (event, running, gone) in states {
      #expect(UnitStanding(unit(0), event, kept: nil, isRunning: true).state == running)
      #expect(UnitStanding(unit(0), event, kept: nil, isRunning: false).state == gone)
    }
    #expect(Set(states.map(\.0)) == Set(LedgerEntry.Event.allCases))
  }

  @Test func inspectKnowsAnInterruptedUnitFromOneInTraining() throws {
    try record(.started, 0)
    try keep(0, steps: [30], of: 120)
    let owner = RunOwner.here(ranks: 1)
    try StatusFile(run.statusFile, owner: owner).enter(.running)
    func cells() throws -> [String: JSONNode] {
      let units = try #require(try Inspection(of: run).json["units"]?.elements)
      return Dictionary(uniqueKeysWithValues: (units[0].members ?? []).map { ($0.key, $0.value) })
    }
    let lock = try RunLock.take(scratch.path, owner, note: { _ in }).lock
    #expect(try cells()["state"]?.text == "in training" && cells()["kept"] == .number("0.25"))
    lock.release()
    #expect(try cells()["state"]?.text == "interrupted" && cells()["kept"] == .number("0.25"))
    let inspection = try Inspection(of: run)
    #expect(inspection.lines.contains { $0.hasPrefix("state:") && $0.contains("interrupted, 0 of 0 units done") })
    #expect(inspection.lines.contains { $0.contains("interrupted") && $0.contains(" 25 % ") })
  }
}
