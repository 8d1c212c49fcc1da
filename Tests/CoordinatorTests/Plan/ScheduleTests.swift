import Testing

@testable import Coordinator
@testable import Core

@Suite struct ScheduleTests {
  /// Units that take 100, 90, 80 … on one rank of speed 1.
  private func sweep(units: Int, nodes: Int, ranksPerNode: Int, ranksPerFold: Int? = 1) -> Schedule.Sweep {
    let all = (0..<units).map { WorkUnit(dataset: "a", fold: $0, variant: .full, seed: 1) }
    let work = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, Double(max(10, 100 - 10 * $0))) })
    return Schedule.Sweep(
      units: all, work: work, epoch: work.mapValues { $0 / 10 },
      nodes: (0..<nodes * ranksPerNode).map { $0 / ranksPerNode }, speed: 1,
      sizes: GroupSizes(most: 8, fixed: ranksPerFold), recovery: 1)
  }

  /// Two groups get 100 and 90; then the second gets 80 and the first 70, both until 170; then 60 until 230 and 50
  /// until 220.
  @Test func theLongestWaitingUnitGoesToTheFirstFreeGroup() {
    let schedule = Schedule(sweep(units: 6, nodes: 2, ranksPerNode: 1))
    #expect(schedule.slots.map(\.unit.fold) == [1, 0, 2, 3, 5, 4], "in the order in which they end")
    #expect(schedule.slots.map(\.end) == [90, 100, 170, 170, 220, 230])
    #expect(schedule.seconds == 230)
  }

  @Test func everyUnitIsTrainedWholeAndNoRankTwiceAtOnce() {
    for units in [1, 3, 8, 12] {
      for nodes in 1...3 {
        for ranksPerFold in [1, 2, nil] {
          let sweep = sweep(units: units, nodes: nodes, ranksPerNode: 2, ranksPerFold: ranksPerFold)
          let schedule = Schedule(sweep)
          expectWhole(schedule, sweep)
          let total = sweep.work.values.reduce(0, +)
          #expect(schedule.seconds >= total / Double(sweep.nodes.count) - 1e-9, "no faster than all ranks together")
          #expect(schedule.seconds <= total, "no slower than one rank")
        }
      }
    }
  }

  private func expectWhole(_ schedule: Schedule, _ sweep: Schedule.Sweep) {
    var done: [WorkUnit: Double] = [:]
    for slot in schedule.slots { done[slot.unit, default: 0] += (slot.end - slot.start) * Double(slot.ranks.count) }
    for unit in sweep.units { #expect(abs(done[unit, default: 0] - sweep.work[unit]!) < 1e-6, "\(unit)") }
    for rank in sweep.nodes.indices {
      let times = schedule.slots.filter { $0.ranks.contains(rank) }.sorted { $0.start < $1.start }
      #expect(zip(times, times.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-9 }, "rank \(rank)")
    }
  }

  /// One unit of 100 and one of 10 on two ranks: help comes at 10 and halves the rest. With 100 and 90 one after the
  /// other, on both ranks, are faster than side by side.
  @Test func noRankIsIdleWhileAnotherCouldUseItsHelp() {
    var sweep = sweep(units: 2, nodes: 2, ranksPerNode: 1, ranksPerFold: nil)
    #expect(Schedule(sweep).seconds == 95)
    sweep.work[sweep.units[1]] = 10
    let schedule = Schedule(sweep)
    #expect(schedule.seconds == 55)
    #expect(schedule.slots.contains { $0.ranks == [0, 1] })
    sweep.sizes.fixed = 1
    #expect(Schedule(sweep).seconds == 100, "a fixed number stays")
  }

  /// One unit of 100 with epochs of 10 on node 0, which is lost at 55: node 1 resumes it from 50, one second later.
  @Test func theUnitOfALostNodeResumesFromItsLastEpoch() {
    let sweep = sweep(units: 1, nodes: 2, ranksPerNode: 1)
    let schedule = Schedule(sweep, losses: [Schedule.Loss(time: 55, node: 0)])
    #expect(schedule.slots.map(\.ranks) == [[0], [1]])
    #expect(schedule.slots.map(\.start) == [0, 56])
    #expect(schedule.seconds == 106)
  }

  @Test func lossesNeverMakeASweepFasterAndAllNodesLostEndIt() {
    for units in [1, 4, 9] {
      let sweep = sweep(units: units, nodes: 3, ranksPerNode: 2)
      let undisturbed = Schedule(sweep).seconds
      for time in stride(from: 0.0, through: 300, by: 17) {
        let once = Schedule(sweep, losses: [Schedule.Loss(time: time, node: 1)])
        #expect(once.seconds >= undisturbed)
        #expect(once.seconds.isFinite)
      }
      let all = (0..<3).map { Schedule.Loss(time: Double($0), node: $0) }
      #expect(Schedule(sweep, losses: all).seconds == .infinity)
      #expect(Schedule(sweep, losses: all.map { Schedule.Loss(time: 1e9, node: $0.node) }).seconds == undisturbed)
    }
  }

  /// Two nodes, one half as fast: the longest unit is trained on the fast one, and a group that spans both has the slow
  /// one's pace.
  @Test func slowNodesGetLess() {
    var sweep = sweep(units: 2, nodes: 2, ranksPerNode: 1)
    sweep.shares = [0.5, 1]
    let schedule = Schedule(sweep)
    #expect(schedule.slots.first { $0.unit == sweep.units[0] }?.ranks == [1])
    #expect(schedule.seconds == 180, "90 on the slow node")
    sweep.sizes = GroupSizes(most: 2, fixed: 2)
    #expect(Schedule(sweep).seconds == 190, "both at half the speed, together")
  }

  @Test func theSameSeedSimulatesTheSameLosses() {
    let sweep = sweep(units: 9, nodes: 4, ranksPerNode: 2)
    let often = LossSimulation(sweep, perNodeDay: 300, seed: 1)
    #expect(often == LossSimulation(sweep, perNodeDay: 300, seed: 1))
    #expect(often != LossSimulation(sweep, perNodeDay: 300, seed: 2))
    let never = LossSimulation(sweep, perNodeDay: 1e-9, seed: 1)
    #expect(never.median == Schedule(sweep).seconds && never.finished == never.runs)
    #expect(often.median >= never.median && often.percentile95 >= often.median)
    #expect(often.finished < often.runs, "300 losses per node per day leave no rank")
  }
}
