import Foundation
import Testing
import Worker

@testable import Coordinator
@testable import Core

@Suite struct TimeLeftTests {
  /// IDNet's stages have 2 epochs each and MENet's 4: 12 epochs.
  private let configuration: SweepConfiguration

  init() throws {
    configuration = try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-samm", "synthetic": {"clips": 20}}],
         "network": {"width": 8, "motionSize": 32, "identitySize": 32},
         "training": {"identityEpochs": 2, "motionEpochs": 4}}
        """.utf8), location: "test")
  }

  private func unit(_ fold: Int, _ variant: Variant = .ce) -> WorkUnit {
    WorkUnit(dataset: "synth-samm", fold: fold, variant: variant, seed: 1)
  }

  private func timeLeft(_ units: [WorkUnit]) -> TimeLeft {
    TimeLeft(configuration, units: units, order: units) { _ in clips }
  }

  private let clips = MethodCost.ClipCounts(training: 16, test: 0)

  /// What follows the last epoch, as a share of the epochs.
  private var ending: Double {
    let cost = UnitCost(configuration: configuration).cost(of: unit(0))
    return cost.ending(clips) / cost.total(clips)
  }

  private func progress(_ unit: WorkUnit, _ step: Int, _ stage: Stage = .motion, at seconds: Double) -> UnitProgress {
    unitProgress(unit, stage: stage, step: step, steps: 80, seconds: seconds)
  }

  @Test func nothingIsEstimatedBeforeAnythingIsMeasured() {
    var left = timeLeft([unit(0)])
    #expect(left.seconds(unit(0), ranks: 1) == nil)
    left.add(progress(unit(0), 10, at: 5), ranks: 1)
    #expect(left.seconds(unit(0), ranks: 1) == nil, "one report has no speed")
  }

  @Test func theRestHasTheMeasuredSpeed() throws {
    // A unit of one kind of stage: 10 of 80 steps took 5 s on one rank, so 60 steps take 30 s.
    var left = timeLeft([unit(0)])
    left.add(progress(unit(0), 10, at: 5), ranks: 1)
    left.add(progress(unit(0), 20, at: 10), ranks: 1)
    #expect(ending > 0.01 && ending < 0.1)
    #expect(abs(try #require(left.seconds(unit(0), ranks: 1)) - (30 + 40 * ending)) < 1e-9)
    #expect(abs(try #require(left.seconds(unit(0), ranks: 2)) - (15 + 20 * ending)) < 1e-9)
    // Another unit of the same kind takes 40 s.
    var two = timeLeft([unit(0), unit(1)])
    two.add(progress(unit(0), 10, at: 5), ranks: 1)
    two.add(progress(unit(0), 20, at: 10), ranks: 1)
    #expect(abs(try #require(two.seconds(unit(1), ranks: 1)) - (40 + 40 * ending)) < 1e-9)
  }

  @Test func theStepsOfAnEarlierRunDoNotCountAsThisRunsSpeed() throws {
    // The first report says 60 steps after 1 s: 58 of them come from a checkpoint.
    var left = timeLeft([unit(0)])
    left.add(progress(unit(0), 60, at: 1), ranks: 1)
    left.add(progress(unit(0), 62, at: 3), ranks: 1)
    #expect(abs(try #require(left.seconds(unit(0), ranks: 1)) - (18 + 80 * ending)) < 1e-9)
  }

  @Test func theSweepIsSimulatedOnTheRanksThatAreLeft() throws {
    // 40 s per unit and its ending. One is half done; three wait. On two ranks: 20 + 40 and 40 + 40.
    let units = (0..<4).map { unit($0) }
    var left = timeLeft(units)
    left.add(progress(unit(0), 30, at: 15), ranks: 1)
    left.add(progress(unit(0), 40, at: 20), ranks: 1)
    let rest = TimeLeft.Rest(
      running: [(unit(0), 1)], waiting: Array(units.dropFirst()), hosts: ["a", "a"], ranksPerFold: 1)
    #expect(abs(try #require(left.seconds(rest)) - (80 + 2 * 40 * ending)) < 1e-6)
    var one = rest
    one.hosts = ["a"]
    #expect(abs(try #require(left.seconds(one)) - (140 + 4 * 40 * ending)) < 1e-6)
  }

  /// Two units of a kind, on a host each: one takes a second per step, the other two. What waits is simulated so.
  @Test func hostsOfDifferentSpeedsAreKnown() throws {
    let units = (0..<3).map { unit($0) }
    var left = timeLeft(units)
    #expect(left.speeds(of: ["a", "b"]) == [1, 1])
    for (unit, host, seconds) in [(units[0], "a", 1.0), (units[1], "b", 2.0)] {
      left.add(progress(unit, 10, at: 10 * seconds), ranks: 1, host: host)
      left.add(progress(unit, 20, at: 20 * seconds), ranks: 1, host: host)
    }
    let speeds = left.speeds(of: ["a", "b", "b"])
    #expect(abs(speeds[0] - 4.0 / 3) < 1e-9 && abs(speeds[1] - 2.0 / 3) < 1e-9 && speeds[2] == speeds[1])
    // A group that spans both says nothing of either.
    left.add(progress(units[2], 10, at: 1), ranks: 2)
    left.add(progress(units[2], 20, at: 2), ranks: 2)
    #expect(left.speeds(of: ["a", "b"]) == Array(speeds.prefix(2)))
    // The last unit alone takes less on the fast host, which it gets, than at the mean speed.
    func seconds(_ hosts: [String]) throws -> Double {
      try #require(
        left.seconds(TimeLeft.Rest(running: [], waiting: [units[2]], hosts: hosts, ranksPerFold: 1)))
    }
    #expect(abs(try seconds(["b", "a"]) / seconds(["b", "c"]) - 0.75) < 1e-6)
  }

  @Test func theModelComparesTheStages() throws {
    // Full: stages 1 to 4 with 2, 4, 2, 4 epochs. Only stage 1 is measured; the cost model compares the others with it.
    let full = unit(0, .full)
    let cost = UnitCost(configuration: configuration)
    let course = UnitCourse(cost.cost(of: full), clips: clips)
    #expect(abs(course.total / cost.total(full, clips) - 1) < 1e-12)
    let perClip = cost.cost(of: full).parts.map(\.perClip)
    let first = 2 * 16 * perClip[0]
    #expect(abs(course.work(until: 2.0 / 12) / first - 1) < 1e-12)
    let left = course.left(from: 6.0 / 12)  // after stage 2
    #expect(abs(left.identity / (2 * 16 * perClip[2]) - 1) < 1e-12)
    #expect(abs(left.motion / (4 * 16 * perClip[3] + cost.cost(of: full).ending(clips)) - 1) < 1e-12)
  }

  @Test func eachKindOfStageHasItsOwnSpeed() throws {
    // 80 steps of 12 epochs. IDNet's stage 1 (steps 0 to 13.3) took one second per step, MENet's ten.
    let full = unit(0, .full)
    var left = timeLeft([full])
    left.add(progress(full, 2, .identity, at: 2), ranks: 1)
    left.add(progress(full, 12, .identity, at: 12), ranks: 1)
    left.add(progress(full, 20, .motion, at: 92), ranks: 1)
    left.add(progress(full, 30, .motion, at: 192), ranks: 1)
    // Left: 10 steps of stage 2, stage 3 (13.3 steps) and stage 4 (26.7 steps), about 10·10 + 13.3 + 26.7·10 s; IDNet's
    // step of stage 3 costs a little more than that of stage 1, which had no frozen MENet beside it. The ending is less
    // than one epoch of MENet.
    let seconds = try #require(left.seconds(full, ranks: 1))
    #expect(seconds > 100 + 13.3 + 266 && seconds < 100 + 13.3 * 4 + 268 + 67)
  }

  @Test func aFewStepsOfIDNetSayNothingOfMENet() {
    let full = unit(0, .full)
    var left = timeLeft([full])
    left.add(progress(full, 2, .identity, at: 2), ranks: 1)
    left.add(progress(full, 5, .identity, at: 30), ranks: 1)
    #expect(left.seconds(full, ranks: 1) == nil)
    left.add(progress(full, 8, .identity, at: 33), ranks: 1)
    #expect(left.seconds(full, ranks: 1) != nil, "half a minute of steps is enough")
  }

  /// A unit of one step, after so many seconds.
  private func ended(_ unit: WorkUnit, after seconds: Double) -> UnitProgress {
    UnitProgress(
      unit: unit, stage: nil, epoch: 1, epochs: 1, step: 1, steps: 1, isEpochEnd: true, loss: nil, clipsPerSecond: 1,
      seconds: seconds)
  }

  /// The first fold computes the features of all clips, the others find them.
  @Test func whatIsKnownInSecondsIsCountedBeforeItIsSeen() throws {
    let units = (0..<3).map { unit($0, Variant("fdm")) }
    let cost = UnitCost(configuration: configuration).cost(of: units[0])
    let left = timeLeft(units)
    let features = cost.featureSeconds(clips)
    #expect(features > 0 && cost.seconds(clips) > 0)
    #expect(abs(try #require(left.seconds(units[0], ranks: 1)) - (features + cost.seconds(clips))) < 1e-9)
    #expect(abs(try #require(left.seconds(units[1], ranks: 1)) - cost.seconds(clips)) < 1e-9)
    #expect(left.estimate(units[1]).isInSeconds)
    #expect(left.share(done: [units[0]], running: []) > 1.0 / 3)
  }

  /// A machine that takes three times as long for the first unit takes three times as long for the next; neither says
  /// anything of MENet.
  @Test func secondsAreComparedWithThoseThatItTook() throws {
    let units = (0..<2).map { unit($0, Variant("fdm")) } + [unit(0)]
    var left = timeLeft(units)
    let before = try (0..<2).map { try #require(left.seconds(units[$0], ranks: 1)) }
    left.add(ended(units[0], after: 3 * before[0]), ranks: 1)
    #expect(try #require(left.seconds(units[0], ranks: 1)) < 1e-9)
    #expect(abs(try #require(left.seconds(units[1], ranks: 1)) / before[1] - 3) < 1e-9)
    #expect(left.seconds(units[2], ranks: 1) == nil)
  }

  /// A network of another method: its epochs, then the predictions.
  @Test func theStepsOfAnotherNetworkAreFollowed() throws {
    let elrcn = unit(0, Variant("elrcn"))
    let cost = UnitCost(configuration: configuration).cost(of: elrcn)
    let course = UnitCourse(cost, clips: clips, hasFeatures: true)
    let whole = cost.seconds(clips) + cost.featureSeconds(clips)
    #expect(abs(course.total / (whole * MethodCost.assumedSpeed) - 1) < 0.01, "but for the predictions")
    let (all, half) = (course.left(from: 0), course.left(from: 0.5))
    #expect(all.motion == 0 && half.inSeconds < 0.51 * all.inSeconds)
    var left = timeLeft([elrcn])
    func progress(_ step: Int, _ seconds: Double) -> UnitProgress {
      var progress = unitProgress(elrcn, step: step, steps: 80, seconds: seconds)
      progress.stage = nil
      return progress
    }
    left.add(progress(10, 5), ranks: 1)
    left.add(progress(20, 10), ranks: 1)
    #expect(abs(try #require(left.seconds(elrcn, ranks: 1)) - 30) < 1, "0.5 s per step")
  }

  @Test func theShareCountsWork() {
    let units = (0..<4).map { unit($0) }
    var left = timeLeft(units)
    left.add(progress(unit(1), 40, at: 20), ranks: 1)
    #expect(left.share(done: [], running: []) == 0)
    #expect(abs(left.share(done: [unit(0)], running: [unit(1)]) - 1.5 / 4) < 1e-9)
    #expect(left.share(done: units, running: []) == 1)
  }
}
