import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// A dispatcher on one rank, which is the coordinator and the only group; training is a closure.
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
    coordinator.begin(SweepCoordinator.Round(groups: [[0]], members: [0], hosts: ["here"]))
  }

  private func run(
    stopping: @escaping () -> Bool = { false }, train: @escaping Dispatcher.Train
  ) throws -> Dispatcher.Ending {
    defer { coordinator.release() }
    return try Dispatcher(
      control: LocalCommunicator(), group: LocalCommunicator(), leaders: [0], coordinator: coordinator, pulse: nil,
      console: Console(speaks: false), isAskedToStop: stopping, train: train
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
    let ending = try run { unit, _ in
      if unit == units[0], failures == 0 {
        failures += 1
        throw Fault(at: "clip", "cannot be read just now")
      }
      return .finished(result(unit))
    }
    #expect(ending == .done)
    #expect(
      try events() == [
        "started 0", "failed 0, try 1", "started 1", "finished 1", "started 2", "finished 2", "started 0", "finished 0",
      ])
    #expect(coordinator.state.pending.isEmpty && coordinator.state.failed == 0)
  }

  @Test func aSecondFailureIsFinal() throws {
    let ending = try run { unit, _ in
      if unit == units[2] { throw Fault(at: "clip", "is broken") }
      return .finished(result(unit))
    }
    #expect(ending == .done)
    #expect(try events().suffix(4) == ["started 2", "failed 2, try 1", "started 2", "failed 2, try 2"])
    #expect(coordinator.state.pending.isEmpty && coordinator.state.failed == 1)
  }

  @Test func aStopPausesTheUnitAndStartsNoOther() throws {
    var isAsked = false
    let isStopping = { isAsked }
    let ending = try run(stopping: isStopping) { _, supervisor in
      let before = try supervisor.requestedPause()
      isAsked = true
      let after = try supervisor.requestedPause()
      #expect(before == .none && after == .atNextStep)
      return .paused
    }
    #expect(ending == .stopped)
    #expect(try events() == ["started 0", "paused 0"])
    #expect(coordinator.state.pending == units)
  }
}
