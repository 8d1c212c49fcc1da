import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// A dispatcher on one rank, which is the coordinator and trains every unit; training is a closure.
@Suite struct DispatcherTests {
  private let scratch: Scratch
  private let coordinator: SweepCoordinator
  private let units: [WorkUnit]

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.file(
      "sweep.json",
      text: """
        {
          "name": "three", "folds": {"count": 3, "by": "subject"}, "methods": ["majority"],
          "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 16}}]
        }
        """)
    let options = SweepOptions(config: sweep, output: scratch("run"))
    let prepared = try PreparedSweep(
      options, owner: .here(ranks: 1, silence: 20, recovers: false), note: { _ in }, warn: { _ in })
    coordinator = SweepCoordinator(prepared, RunDirectory(path: scratch("run")), options, Console(speaks: false))
    units = prepared.setup.pending
    try #require(units.count == 3)
    coordinator.begin(losses: [])
    coordinator.begin(SweepCoordinator.Ranks(members: [0], hosts: ["here"], sizes: GroupSizes(most: 1)))
  }

  private func run(
    stopping: @escaping () -> Bool = { false }, train: @escaping Dispatcher.Train
  ) throws {
    defer { coordinator.release() }
    try Dispatcher(
      control: LocalCommunicator(), members: [0], form: { _ in LocalCommunicator() }, coordinator: coordinator,
      pulse: nil, console: Console(speaks: false), isAskedToStop: stopping, train: train
    ).run()
  }

  /// The ledger's entries after the planned units: the event, the unit's index among the units, and the attempt.
  private func events() throws -> [String] {
    try coordinator.directory.entries().filter { $0.event != .planned }.map { entry in
      let unit = units.firstIndex(of: entry.unit).map { "\($0)" } ?? "?"
      return "\(entry.event.rawValue) \(unit)\(entry.attempt.map { ", try \($0)" } ?? "")"
    }
  }

  private func result(_ unit: WorkUnit) -> UnitResult {
    UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: ["x"], confusion: [[1]],
      accuracy: 1, uf1: 1, uar: 1, leakyAccuracy: 1, identityProbe: nil, identityProbeOfIdentity: nil,
      identityChance: nil, seconds: 1, ranks: 1, steps: 1, weightsDigest: "d", predictions: [])
  }

  @Test func aUnitThatFailsOnceIsRetriedAtTheEnd() throws {
    var failures = 0
    try run { unit, _, _ in
      if unit == units[0], failures == 0 {
        failures += 1
        throw Fault(at: "clip", "cannot be read just now")
      }
      return .finished(result(unit))
    }
    #expect(
      try events() == [
        "started 0", "failed 0, try 1", "started 1", "finished 1", "started 2", "finished 2", "started 0", "finished 0",
      ])
    #expect(coordinator.state.pending.isEmpty && coordinator.state.failed == 0)
  }

  @Test func aSecondFailureIsFinal() throws {
    try run { unit, _, _ in
      if unit == units[2] { throw Fault(at: "clip", "is broken") }
      return .finished(result(unit))
    }
    #expect(try events().suffix(4) == ["started 2", "failed 2, try 1", "started 2", "failed 2, try 2"])
    #expect(coordinator.state.pending.isEmpty && coordinator.state.failed == 1)
  }

  @Test func aStopPausesTheUnitAndStartsNoOther() throws {
    var isAsked = false
    let isStopping = { isAsked }
    try run(stopping: isStopping) { _, _, supervisor in
      let before = try supervisor.requestedPause()
      isAsked = true
      let after = try supervisor.requestedPause()
      #expect(before == .none && after == .atNextStep)
      return .paused
    }
    #expect(try events() == ["started 0", "paused 0"])
    #expect(coordinator.state.pending == units)
  }
}
