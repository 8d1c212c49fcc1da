import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// A pretraining that fails takes the folds of its dataset with it, and no others. Training is a closure.
@Suite struct PretrainingFailureTests {
  private let scratch: Scratch
  private let options: SweepOptions
  private let prepared: PreparedSweep
  private var directory: RunDirectory { RunDirectory(path: scratch("run")) }

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.file(
      "sweep.json",
      text: """
        {
          "folds": {"count": 2}, "methods": ["menet", "majority"],
          "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 16}},
            {"name": "synth-casme2", "synthetic": {"clips": 12, "size": 16}}],
          "network": {"width": 2, "motionSize": 16, "identitySize": 16},
          "pretraining": {"dataset": {"synthetic": {"clips": 12, "size": 16, "seed": 9}}}
        }
        """)
    options = SweepOptions(config: sweep, output: scratch("run"))
    prepared = try PreparedSweep(
      options, owner: .here(ranks: 1, silence: 20, recovers: false), note: { _ in }, warn: { _ in })
  }

  private var broken: WorkUnit {
    WorkUnit(dataset: "synth-samm", fold: 0, variant: .pretraining, seed: prepared.setup.configuration.seeds[0])
  }

  private func result(_ unit: WorkUnit) -> UnitResult {
    UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: ["x"], confusion: [[1]],
      accuracy: 1, uf1: 1, uar: 1, leakyAccuracy: 1, identityProbe: nil, identityProbeOfIdentity: nil,
      identityChance: nil, seconds: 1, ranks: 1, steps: 1, weightsDigest: "d", predictions: [])
  }

  /// Runs all units but the broken one, and returns those that were trained, in order.
  private func run(_ coordinator: SweepCoordinator) throws -> [WorkUnit] {
    var trained: [WorkUnit] = []
    coordinator.begin(losses: [])
    coordinator.begin(SweepCoordinator.Ranks(members: [0], hosts: ["here"], sizes: GroupSizes(most: 1)))
    try Dispatcher(
      control: LocalCommunicator(), members: [0], form: { _ in LocalCommunicator() }, coordinator: coordinator,
      pulse: nil, console: Console(speaks: false), isAskedToStop: { false },
      train: { unit, _, _ in
        if unit == broken { throw Fault(at: "the clips", "are broken") }
        trained.append(unit)
        return .finished(result(unit))
      }
    ).run()
    return trained
  }

  /// How the units ended by the ledger: the last event of each that failed, with its reason.
  private func failures() throws -> [String: String] {
    Ledger.replay(try directory.entries()).values.reduce(into: [:]) { failures, entry in
      if entry.event == .failed { failures[entry.unit.description] = entry.reason }
    }
  }

  private func expectTheFoldsGivenUp(_ coordinator: SweepCoordinator) throws {
    let reason = "\(broken) failed, from which it starts"
    let found = try failures()
    #expect(found["\(broken)"] == "the clips: are broken")
    for fold in 0..<2 { #expect(found["synth-samm fold \(fold), full, seed 2022"] == reason) }
    #expect(found.count == 3 && coordinator.state.failed == 3 && coordinator.state.pending.isEmpty)
  }

  @Test func itsFoldsFailAndOthersGoOn() throws {
    let coordinator = SweepCoordinator(prepared, directory, options, Console(speaks: false))
    defer { coordinator.release() }
    let trained = try run(coordinator)
    #expect(trained.first?.variant == .pretraining)
    #expect(trained.count == 1 + 2 + 4, "the other pretraining with its two folds, and all units of the other method")
    #expect(!trained.contains { $0.dataset == "synth-samm" && $0.variant == .full })
    try expectTheFoldsGivenUp(coordinator)
  }

  /// The coordinator was lost after it recorded the failure, before it gave up the folds.
  @Test func aCoordinatorThatTakesOverGivesUpTheFolds() throws {
    prepared.lock.release()
    try directory.record(prepared.setup.pending.map { LedgerEntry(event: .planned, unit: $0) })
    for attempt in 1...UnitQueue.attempts {
      try directory.record([
        LedgerEntry(event: .started, unit: broken),
        LedgerEntry(event: .failed, unit: broken, reason: "the clips: are broken", attempt: attempt),
      ])
    }
    let coordinator = try SweepCoordinator(
      takingOver: prepared.setup, directory, options, Console(speaks: false), ranks: 2)
    defer { coordinator.release() }
    #expect(try run(coordinator).count == 7)
    try expectTheFoldsGivenUp(coordinator)
  }

  /// With one attempt left, the pretraining is tried again first, and its folds wait.
  @Test func aCoordinatorThatTakesOverTriesAPretrainingAgain() throws {
    prepared.lock.release()
    try directory.record(prepared.setup.pending.map { LedgerEntry(event: .planned, unit: $0) })
    try directory.record([
      LedgerEntry(event: .started, unit: broken),
      LedgerEntry(event: .failed, unit: broken, reason: "the clips: are broken", attempt: 1),
    ])
    let coordinator = try SweepCoordinator(
      takingOver: prepared.setup, directory, options, Console(speaks: false), ranks: 2)
    defer { coordinator.release() }
    #expect(coordinator.state.pending.count == prepared.setup.pending.count)
    #expect(try run(coordinator).count == 7)
    try expectTheFoldsGivenUp(coordinator)
  }
}
