import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// The plan of sweeps of other methods than MENet's variants.
@Suite struct MethodPlanTests {
  /// Processor seconds of real sweeps by the release program, one rank of one thread: clips like synth-samm's, which
  /// existed before, without features on disk; three folds, and networks with two epochs of batches of 8.
  /// docs/performance.md. For 40 and 120 clips of 64 × 64 pixels, 480 of them, 40 and 120 of 128 × 128.
  static let measured: [(method: String, seconds: [Double])] = [
    ("majority", [0.11, 0.22, 0.70, 0.12, 0.23]), ("lbp-top", [0.41, 0.73, 2.32, 0.51, 0.97]),
    ("lbp-sip", [0.39, 0.67, 1.99, 0.51, 0.98]), ("osw-lbp-top", [0.59, 1.29, 4.60, 1.26, 3.33]),
    ("fdm", [0.56, 1.18, 4.01, 1.17, 3.04]), ("fhofo", [0.65, 1.41, 5.10, 1.44, 3.73]),
    ("mdmo", [0.56, 1.16, 3.91, 1.17, 3.00]), ("sparse-mdmo", [1.47, 4.13, 17.28, 2.09, 6.08]),
    ("elrcn", [1.03, 2.40, 9.10, 1.74, 4.51]), ("rcn-a", [0.63, 1.29, 4.41, 0.72, 1.54]),
    ("bdcnn", [0.78, 1.63, 5.83, 0.87, 1.87]), ("graph-tcn", [1.31, 2.86, 11.07, 1.28, 2.88]),
    ("au-gacn", [0.87, 1.89, 6.91, 1.00, 2.22]),
  ]
  static let sweeps: [(clips: Int, size: Int)] = [(40, 64), (120, 64), (480, 64), (40, 128), (120, 128)]

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func plan(
    _ methods: String, clips: Int = 40, size: Int = 64, variants: String = #""ce""#, epochs: (Int, Int) = (1, 1),
    cores: Int = 1, speed: PlanOptions.Speed = .assumed
  ) throws -> RunPlan {
    try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(scratch("run"))", "folds": {"count": 3}, "methods": [\(methods)], "variants": [\(variants)],
         "datasets": [{"name": "synth-samm", "synthetic": {"clips": \(clips), "size": \(size)}}],
         "network": {"width": 8, "frames": 6, "motionSize": 64, "identitySize": 32},
         "training": {"batch": 8, "learningRate": 1e-3, "identityEpochs": \(epochs.0), "motionEpochs": \(epochs.1)}}
        """)
    return try RunPlan(options(cores, speed))
  }

  private func options(_ cores: Int, _ speed: PlanOptions.Speed) -> PlanOptions {
    var options = PlanOptions(config: scratch("sweep.json"))
    (options.cores, options.ranksPerNode, options.speed) = (cores, cores, speed)
    return options
  }

  @Test(arguments: measured.indices) func aSweepIsPlannedWithTheTimeThatItTakes(_ index: Int) throws {
    let row = Self.measured[index]
    for (sweep, seconds) in zip(Self.sweeps, row.seconds) {
      let plan = try plan("\"\(row.method)\"", clips: sweep.clips, size: sweep.size)
      // Drawing the clips was not measured.
      let planned = plan.seconds - plan.preparations.reduce(0) { $0 + $1.bytes * 12e-9 }
      let isNear = abs(planned / seconds - 1) < 0.25 || abs(planned - seconds) < 0.2
      #expect(isNear, "\(row.method), \(sweep): \(planned), measured \(seconds)")
    }
  }

  /// What the plan says of MENet's variants and Transfer Learning: the time of other methods does not change it.
  @Test func thePlanOfMENetIsItsOwn() throws {
    let both = try plan(
      #""menet""#, variants: #""ce", "full""#, epochs: (3, 5), cores: 2, speed: .perCore(50))
    #expect(both.seconds == 14.946358872589698 && both.bytesPerRank.rounded() == 115_767_541)
    let apex = try plan(#""menet", "transfer-learning""#, epochs: (3, 5), cores: 2, speed: .perCore(50))
    #expect(apex.seconds == 7.494802800754879)
  }

  @Test func onlyProgramsAreNotKnown() throws {
    let names = Catalogue.names.map { "\"\($0)\"" }.joined(separator: ", ")
    let plan = try plan(names + #", {"name": "mine", "command": ["./mine"]}"#)
    #expect(plan.others == 3 && plan.schedule.spans.count == 3 * Catalogue.names.count)
    #expect(!plan.schedule.spans.contains { $0.unit.variant.rawValue == "mine" })
    let text = PlanText.lines(plan, options(1, .assumed))
    let unknown = text.filter { $0.contains("not known") }
    #expect(unknown.count == 1 && unknown[0].contains("mine: its time is not known before it has run"), "\(text)")
    #expect(text.contains { $0.contains("GFLOP/s per core in whole steps") })
    #expect(PlanText.json(plan, options(1, .assumed))["otherUnits"]?.integer == 3)
  }

  /// The speed of steps says nothing of methods whose seconds were measured.
  @Test func noSpeedIsAskedForWhereNothingDependsOnIt() throws {
    let slow = try plan(#""fdm", "elrcn""#, speed: .perCore(10))
    let fast = try plan(#""fdm", "elrcn""#, speed: .perCore(100))
    #expect(abs(slow.seconds / fast.seconds - 1) < 1e-9 && !slow.needsSpeed)
    #expect(!PlanText.lines(slow, options(1, .assumed)).contains { $0.contains("GFLOP/s") })
  }

  /// Each of the groups that begin at once computes the features, the others find them on disk.
  @Test func featuresAreComputedOnce() throws {
    let plan = try plan(#""fdm", "majority""#, clips: 120)
    let spans = plan.schedule.spans.filter { $0.unit.variant.rawValue == "fdm" }
    let seconds = spans.map { $0.end - $0.start }.sorted()
    #expect(seconds.count == 3 && seconds[2] > 5 * seconds[1])
    let cost = UnitCost(configuration: plan.configuration)
    let units = plan.schedule.spans.map(\.unit)
    for groups in 1...4 {
      let computing = cost.unitsWithFeatures(units, groups: groups)
      #expect(computing.count == min(3, groups) && computing.allSatisfy { $0.variant.rawValue == "fdm" })
    }
  }

  /// Peaks of the sweeps above, MiB, and of graph-tcn with batches of 16.
  @Test(arguments: [
    ("majority", 480, 8, 39.0), ("lbp-top", 480, 8, 75), ("sparse-mdmo", 480, 8, 75), ("elrcn", 480, 8, 269),
    ("elrcn", 120, 8, 140), ("rcn-a", 480, 8, 119), ("bdcnn", 480, 8, 187), ("graph-tcn", 120, 8, 124),
    ("graph-tcn", 40, 16, 177), ("au-gacn", 480, 8, 131),
  ])
  func memoryIsAnUpperBoundOfWhatWasMeasured(_ method: String, _ clips: Int, _ batch: Int, _ peak: Double) {
    var configuration = SweepConfiguration()
    configuration.methods = [method]
    (configuration.training.batch, configuration.training.lanes) = (batch, 8)
    var counts = MethodCost.ClipCounts(training: clips - clips / 3, test: clips / 3)
    counts.size = ClipSize(Self.clip)
    let counted = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1, clips: counts) / 0x1p20
    #expect(counted >= peak && counted < 2 * peak, "\(counted)")
  }

  private static let clip = [
    Clip(
      name: "a", subject: "b", emotion: "c", source: "d", fps: 200, onset: 0, apex: 30, offset: 65, frames: 66,
      height: 64, width: 64)
  ]
}
