import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A plan of a small sweep contains what it spends beside steps.
@Suite struct BesideStepsTests {
  /// Processor seconds of real sweeps by the release program, one rank of one thread, and of one of their MENet's steps
  /// (`bench step`): 3 folds, batch 8, width 8; docs/cluster.md. Without what is beside steps the first is planned
  /// with 0.58 s.
  static let measured:
    [(clips: Int, pixels: Int, variant: String, motion: Int, identity: Int, step: Double, seconds: Double)] = [
      (40, 64, "ce", 1, 1, 0.0288, 1.56), (240, 64, "ce", 1, 1, 0.0288, 8.06), (40, 64, "full", 1, 1, 0.0288, 2.04),
      (240, 64, "full", 1, 1, 0.0288, 10.1), (40, 64, "ce", 5, 3, 0.0288, 4.65), (40, 64, "ce", 10, 3, 0.0288, 8.56),
      (40, 64, "full", 5, 3, 0.0288, 6.18), (40, 64, "full", 10, 3, 0.0288, 10.4), (40, 64, "full", 5, 6, 0.0288, 7.11),
      (40, 32, "ce", 1, 1, 0.0096, 0.90), (240, 32, "ce", 1, 1, 0.0096, 4.69), (240, 32, "full", 1, 1, 0.0096, 5.9),
    ]

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func options(
    clips: Int, size: Int = 64, pixels: Int, variant: String, motion: Int = 1, identity: Int = 1,
    input: String = "frames"
  ) throws -> PlanOptions {
    try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(scratch("run"))", "folds": {"count": 3}, "variants": ["\(variant)"],
         "datasets": [{"name": "synth-samm", "synthetic": {"clips": \(clips), "size": \(size)}}],
         "network": {"width": 8, "frames": 6, "motionSize": \(pixels), "identitySize": \(min(32, pixels)),
           "input": "\(input)"},
         "training": {"batch": 8, "learningRate": 1e-3, "identityEpochs": \(identity), "motionEpochs": \(motion)}}
        """)
    var options = PlanOptions(config: scratch("sweep.json"))
    (options.cores, options.ranksPerNode) = (1, 1)
    return options
  }

  @Test(arguments: measured.indices) func aSmallSweepIsPlannedWithTheTimeThatItTakes(_ index: Int) throws {
    let row = Self.measured[index]
    var options = try options(
      clips: row.clips, pixels: row.pixels, variant: row.variant, motion: row.motion, identity: row.identity)
    options.speed = .step(row.step)
    let planned = try RunPlan(options).seconds
    #expect(abs(planned / row.seconds - 1) < 0.15, "\(row): \(planned)")
  }

  /// Seconds on the clock of the same sweeps on a slower machine, on which everything takes 1.4 times as long.
  static let slower: [(clips: Int, pixels: Int, variant: String, motion: Int, identity: Int, seconds: Double)] = [
    (40, 64, "ce", 1, 1, 2.03), (240, 64, "ce", 1, 1, 11.2), (40, 64, "full", 1, 1, 3.01),
    (240, 64, "full", 1, 1, 13.8), (40, 64, "ce", 5, 3, 6.46), (40, 64, "ce", 10, 3, 11.5),
    (40, 64, "full", 5, 3, 7.98), (40, 64, "full", 10, 3, 13.6), (40, 64, "full", 5, 6, 8.78),
    (40, 32, "ce", 1, 1, 1.43), (240, 32, "ce", 1, 1, 6.59), (240, 32, "full", 1, 1, 8.23),
  ]

  /// What `bench step --json` measures makes the plan that of another machine.
  @Test(arguments: slower.indices) func aSlowerMachineIsPlannedFromItsOwnSteps(_ index: Int) throws {
    let row = Self.slower[index]
    var options = try options(
      clips: row.clips, pixels: row.pixels, variant: row.variant, motion: row.motion, identity: row.identity)
    func step(_ network: String, _ gflops: Double) -> String {
      """
      {"network": "\(network)", "width": 8, "batch": 8, "frames": 6, "motionSize": \(row.pixels), "identitySize": 32,
       "ranks": 1, "threads": 1, "gflops": \(gflops), "slowness": 1.4
      }

      """
    }
    let text = step("menet", row.pixels == 64 ? 114.4 : 80.3) + step("idnet", 57.6)
    options.speed = .measured(try scratch.file("steps.json", text: text))
    let planned = try RunPlan(options).seconds
    #expect(abs(planned / row.seconds - 1) < 0.15, "\(row): \(planned)")
  }

  @Test func clipsThatAreThereAlreadyTakeNoTime() throws {
    let options = try options(clips: 10, size: 16, pixels: 16, variant: "ce", input: "flow")
    let before = try RunPlan(options).secondsBefore
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (10, 16)
    try Directory.make(scratch("run/synth-samm"))
    try SyntheticStore.write("synth-samm", settings, to: scratch("run/synth-samm/store.safetensors"))
    let drawn = try RunPlan(options).secondsBefore
    #expect(drawn < before && drawn > 0.1, "the flow is still to be computed")
  }

  @Test func ranksShareTheFlowButNotTheDrawing() throws {
    var options = try options(clips: 40, pixels: 32, variant: "ce")
    func seconds(ranks: Int) throws -> Double {
      (options.cores, options.ranksPerNode) = (ranks, ranks)
      return try RunPlan(options).secondsBefore
    }
    #expect(abs(try seconds(ranks: 2) - seconds(ranks: 4)) < 1e-9)
    #expect(try seconds(ranks: 2) > seconds(ranks: 1), "mpirun takes its time")
    options = try self.options(clips: 40, pixels: 32, variant: "ce", input: "flow")
    #expect(try seconds(ranks: 4) < seconds(ranks: 2) - 0.1)
  }

  @Test func aTestedEpochIsMoreWork() throws {
    func cost(_ testEvery: Int) -> Double {
      var configuration = SweepConfiguration()
      (configuration.training.motionEpochs, configuration.training.testEvery) = (10, testEvery)
      let unit = WorkUnit(dataset: "a", fold: 0, variant: .ce, seed: 1)
      let clips = MethodCost.ClipCounts(training: 20, test: 10)
      return UnitCost(configuration: configuration).total(unit, clips)
    }
    let forward = NetworkCost.motion(SweepConfiguration.Network(), attention: false).forward
    // Two stages of ten epochs: all are tested, or the last of each, or the third, sixth, ninth and tenth.
    #expect(abs((cost(1) - cost(100)) / (18 * 10 * forward) - 1) < 1e-9)
    #expect(abs((cost(3) - cost(100)) / (6 * 10 * forward) - 1) < 1e-9)
  }
}
