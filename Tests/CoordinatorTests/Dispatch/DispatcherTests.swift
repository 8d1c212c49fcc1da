import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// One rank that is coordinator and group at once; training is a closure.
@Suite struct DispatcherTests {
  private let units = (0..<3).map { WorkUnit(dataset: "a", fold: $0, variant: .ce, seed: 1) }

  /// What happened to units, in order.
  private final class Log { var lines: [String] = [] }

  private func run(
    _ log: Log, stopping: @escaping () -> Bool = { false }, train: @escaping Dispatcher.Train
  ) throws -> Dispatcher.Ending {
    let desk = Dispatcher.Desk(
      handOut: HandOut(units, groups: 1), elasticTail: nil, started: { log.lines.append("start \($0.fold) by \($1)") },
      ended: { log.lines.append("end \($0.unit.fold), try \($1)\($2 ? "" : ", again")") },
      paused: { log.lines.append("pause \($0.fold)") }, progressed: { _ in })
    return try Dispatcher(
      control: LocalCommunicator(), group: LocalCommunicator(), leaders: [0], desk: desk,
      hooks: Dispatcher.Hooks(isAskedToStop: stopping), train: train
    ).run()
  }

  private func result(_ unit: WorkUnit) -> UnitResult {
    UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, seed: unit.seed, classes: ["x"], confusion: [[1]],
      accuracy: 1, uf1: 1, uar: 1, leakyAccuracy: 1, identityProbe: nil, identityProbeOfIdentity: nil,
      identityChance: nil, seconds: 1, ranks: 1, steps: 1, weightsDigest: "d", predictions: [])
  }

  @Test func aUnitThatFailsOnceIsRetriedAtTheEnd() throws {
    let log = Log()
    var failures = 0
    let ending = try run(log) { unit, _ in
      if unit.fold == 0, failures == 0 {
        failures += 1
        throw Fault(at: "clip", "cannot be read just now")
      }
      return .finished(self.result(unit))
    }
    #expect(ending == .done)
    #expect(
      log.lines == [
        "start 0 by 0", "end 0, try 1, again", "start 1 by 0", "end 1, try 1", "start 2 by 0", "end 2, try 1",
        "start 0 by 0", "end 0, try 1",
      ])
  }

  @Test func aSecondFailureIsFinal() throws {
    let log = Log()
    let ending = try run(log) { unit, _ in
      if unit.fold == 2 { throw Fault(at: "clip", "is broken") }
      return .finished(self.result(unit))
    }
    #expect(ending == .done)
    #expect(log.lines.suffix(4) == ["start 2 by 0", "end 2, try 1, again", "start 2 by 0", "end 2, try 2"])
  }

  @Test func aStopPausesTheUnitAndLeavesTheRest() throws {
    let log = Log()
    var isAsked = false
    let ending = try run(log, stopping: { isAsked }) { unit, hooks in
      let before = try hooks.pause()
      isAsked = true
      let after = try hooks.pause()
      #expect(before == .none && after == .atNextStep)
      return .paused
    }
    #expect(ending == .stopped)
    #expect(log.lines == ["start 0 by 0", "pause 0"])
  }
}
