import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct RunPlanTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func options(_ name: String = "sweep.json") throws -> PlanOptions {
    try scratch.file(
      name,
      Data(
        """
        {"name": "small", "datasets": [{"name": "synth-sdu", "synthetic": {"clips": 40, "seed": 3}}],
         "variants": ["ce", "full"], "output": "\(scratch("run"))"}
        """.utf8))
    return PlanOptions(config: scratch(name))
  }

  @Test func theScheduleHasEveryUnitOfTheSweep() throws {
    let plan = try RunPlan(options())
    #expect(plan.schedule.spans.count == 10, "five folds of two variants")
    #expect(plan.layout.ranksPerNode * plan.layout.coresPerRank == 64 && plan.layouts.count == 7)
    #expect(plan.layouts.allSatisfy { $0.seconds >= plan.seconds / 1.02 }, "the best was taken")
    #expect(!FileManager.default.fileExists(atPath: scratch("run")), "nothing is written")
  }

  /// Twice the speed, half the time; the time of a step gives the speed.
  @Test func aMeasuredSpeedSetsTheTime() throws {
    var slow = try options()
    slow.speed = .perCore(10)
    var fast = slow
    fast.speed = .perCore(20)
    let (slowly, quickly) = try (RunPlan(slow), RunPlan(fast))
    #expect(abs(slowly.schedule.seconds / quickly.schedule.seconds - 2) < 0.01, "but for checkpoints and files")
    var step = slow
    step.speed = .step(7)
    let plan = try RunPlan(step)
    let cost = UnitCost(configuration: plan.configuration)
    let parts = cost.cost(of: plan.schedule.spans[0].unit).parts
    let flops = try 2 * 32 * #require(parts.first { $0.network == .menet }).perClip
    #expect(plan.flopsPerCore > 0 && !plan.isSpeedAssumed)
    #expect(abs(plan.flopsPerCore * 8 * 7 / flops - 1) < 0.05, "the variants' steps differ by IDNet's forward pass")
  }

  /// An arm of twice the epochs has two thirds of the work, and the schedule names its units.
  @Test func eachArmIsPlannedByItsOwnSettings() throws {
    try scratch.file(
      "arms.json",
      Data(
        """
        {"datasets": [{"name": "synth-sdu", "synthetic": {"clips": 40}}], "methods": ["menet", "majority"],
         "variants": ["ce"], "training": {"motionEpochs": 10, "lanes": 4},
         "arms": {"short": {}, "twice": {"training": {"motionEpochs": 20, "lanes": 2}},
           "wide": {"network": {"width": 96},
           "training": {"motionEpochs": 1}}}}
        """.utf8))
    let options = PlanOptions(config: scratch("arms.json"))
    let plan = try RunPlan(options)
    #expect(plan.schedule.spans.count == 30 && plan.others == 0)
    #expect(plan.arms.map(\.name) == ["short", "twice", "wide"] && plan.arms.map(\.units) == [10, 10, 10])
    #expect(abs(plan.arms[1].share / plan.arms[0].share - 2) < 1e-9)
    #expect(abs(plan.arms.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    let cost = UnitCost(configuration: plan.configuration)
    #expect(
      cost.bytesPerRank(ranksPerFold: 1)
        > UnitCost(configuration: plan.configuration.resolved("short"))
        .bytesPerRank(ranksPerFold: 1), "the widest arm needs the most memory")
    var fixed = options
    fixed.ranksPerFold = .fixed(4)
    #expect { try RunPlan(fixed) } throws: { "\($0)".contains("a batch has 2 lanes") }

    let text = PlanText.lines(plan, options).joined(separator: "\n")
    #expect(text.contains("twice: 10 units, ") && text.contains("training.lanes 2, training.motionEpochs 20"))
    #expect(text.contains("synth-sdu fold 0, ce, arm twice, seed 2022"))
    let json = PlanText.json(plan, options)
    #expect(json["arms"]?.elements?.compactMap { $0["name"]?.text } == ["short", "twice", "wide"])
    let slots = json["schedule"]?.elements ?? []
    #expect(Set(slots.compactMap { $0["arm"]?.text }) == ["short", "twice", "wide"])
    #expect(try PlanText.json(RunPlan(self.options()), options)["arms"] == nil)
  }

  @Test func moreRanksThanCoresAreRefused() throws {
    var options = try options()
    (options.cores, options.ranksPerNode) = (4, 5)
    #expect(throws: Fault.self) { try RunPlan(options) }
  }

  @Test func aStoreThatIsNotKnownIsNamed() throws {
    try scratch.file(
      "unknown.json",
      Data(
        #"{"name": "x", "datasets": [{"name": "mine", "store": "nowhere.safetensors", "classes": ["a", "b"]}]}"#.utf8))
    #expect { try RunPlan(PlanOptions(config: scratch("unknown.json"))) } throws: {
      "\($0)".contains("nowhere.safetensors")
    }
  }

  @Test func theTextAndTheJSONSayTheSame() throws {
    var options = try options()
    options.failures = 5
    let plan = try RunPlan(options)
    let text = PlanText.lines(plan, options).joined(separator: "\n")
    #expect(text.contains("10 units on 1 node of 64 cores"))
    #expect(text.contains("mpirun -n 8 --map-by slot:PE=8 --bind-to core microfold sweep --config"))
    #expect(text.contains("sbatch --nodes=1 --ntasks-per-node=8 --cpus-per-task=8 hostfiles/slurm.sbatch"))
    #expect(text.contains("5.0 per node per day"))
    let json = try JSONSerialization.jsonObject(with: Data(PlanText.json(plan, options).canonicalText().utf8))
    let record = try #require(json as? [String: Any])
    // Foundation reads numbers to the last bit but one.
    #expect(abs(try #require(record["seconds"] as? Double) / plan.seconds - 1) < 1e-15)
    #expect(abs(plan.seconds - (plan.secondsBefore + plan.schedule.seconds + plan.secondsAfter)) < 1e-9)
    #expect(text.contains(", of which ") && plan.secondsBefore > 0.5 && plan.secondsAfter > 0)
    #expect((record["schedule"] as? [Any])?.count == plan.schedule.slots.count)
    #expect((record["losses"] as? [String: Any])?["plays"] as? Int == 200)
  }

  /// "Will it fit in a night?" of docs/cluster.md. MMEW and SDU have the same classes; the dataset's name decides.
  @Test func theSweepOfThePaperTakesANightOnEightNodes() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    var options = PlanOptions(config: repository.appending(path: "sweeps/paper.json").path)
    (options.nodes, options.cores, options.speed) = (8, 64, .perCore(120))
    let plan = try RunPlan(options)
    #expect(plan.datasets.map(\.clips) == [855, 234, 136, 246])
    #expect(plan.schedule.seconds < 12 * 3600)
    #expect(plan.bytesPerRank * Double(plan.layout.ranksPerNode) < 256 * 0x1p30)
  }

  /// What the layout and the sizes of groups are for: 4,740 core hours at 100 GFLOP/s per core, hardly a rank idle.
  @Test(arguments: [(4, 19.6), (8, 9.9), (16, 5.1)])
  func theNightIsAsShortAsTheWorkAllows(_ nodes: Int, _ hours: Double) throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    var options = PlanOptions(config: repository.appending(path: "sweeps/paper.json").path)
    (options.nodes, options.cores, options.speed) = (nodes, 64, .perCore(100))
    let plan = try RunPlan(options)
    #expect(plan.schedule.seconds <= hours * 3600)
    #expect(plan.schedule.busyShare(ranks: plan.layout.ranks) >= 0.92)
  }
}
