import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// What plan and doctor say of the stores that a sweep makes before its first unit.
@Suite struct SweepPreparationsTests {
  private let scratch: Scratch
  private let file: String

  init() throws {
    scratch = try Scratch()
    file = try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(scratch("run"))", "methods": ["menet", "lbp-top"], "registration": "similarity",
         "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 16}}],
         "folds": {"count": 2}, "network": {"input": "flow", "width": 2, "motionSize": 16, "identitySize": 16},
         "pretraining": {"dataset": {"synthetic": {"clips": 14, "size": 16, "seed": 9}}},
         "arms": {"one": {}, "two": {"training": {"batch": 4}}}}
        """)
  }

  private func clips(_ count: Int, seed: UInt64) throws -> [Clip] {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size, settings.seed) = (count, 16, seed)
    return try SyntheticDataset(name: "synth-samm", settings: settings).clips
  }

  /// 3 bytes per pixel of frames and 4 of flow; derived stores have the frames from onset to offset only.
  @Test func everyStoreIsCountedOnceUntilItExists() throws {
    let (own, other) = (try clips(12, seed: 1), try clips(14, seed: 9))
    func frames(_ clips: [Clip]) -> Int { clips.reduce(0) { $0 + $1.frames } }
    func motion(_ clips: [Clip]) -> Int { clips.reduce(0) { $0 + $1.offset - $1.onset + 1 } }
    let configuration = try SweepConfiguration.load(file)
    let before = try SweepPreparations(configuration)
    let derived: [SweepPreparations.Item] = [
      .init(kind: .derived(.registeredFrames), clips: 12, bytes: Double(3 * 256 * motion(own))),
      .init(kind: .derived(.registeredFlow), clips: 26, bytes: Double(4 * 256 * (motion(own) + motion(other)))),
    ]
    let made: [SweepPreparations.Item] = [
      .init(kind: .syntheticClips, clips: 12, bytes: Double(3 * 256 * frames(own))),
      .init(kind: .pretrainingClips, clips: 14, bytes: Double(3 * 256 * frames(other))),
    ]
    #expect(before.items == [made[0]] + derived + [made[1]], "two arms share the clips and what is derived from them")
    #expect(before.bytes == (made + derived).reduce(0) { $0 + $1.bytes })
    #expect(!FileManager.default.fileExists(atPath: scratch("run")), "nothing is written")

    let prepared = try PreparedSweep(
      SweepOptions(config: file), owner: .here(ranks: 1, silence: 20, recovers: false), note: { _ in },
      warn: { _ in })
    defer { prepared.lock.release() }
    #expect(try SweepPreparations(configuration).items == derived, "the clips are there")
    for source in prepared.setup.sources.values {
      let store = try ClipStore(opening: source.path)
      try StoreDerivation(store, digest: source.contentDigest, to: source.missing, LocalCommunicator()).run { _ in }
    }
    #expect(try SweepPreparations(configuration).items.isEmpty)
    // The files are those that were planned, but for their headers.
    let files = try TinySweep.files(below: scratch("run")).filter {
      DerivedContent.isFileName(($0.key as NSString).lastPathComponent)
    }
    #expect(files.count == 3)
    let written = Double(files.values.reduce(0) { $0 + $1.count })
    let planned = derived.reduce(0) { $0 + $1.bytes }
    #expect(written >= planned && written < planned + 3 * 16384)
  }

  @Test func thePlanAndTheDoctorSayThem() throws {
    let options = PlanOptions(config: file)
    let plan = try RunPlan(options)
    let lines = PlanText.lines(plan, options)
    for text in [
      "first     12 synthetic clips, once: ", "first     registered frames of 12 clips, once: ",
      "first     registered optical flow of 26 clips, once: ", "first     14 synthetic clips to pretrain on, once: ",
      "pretraining, 2 units of those below; the folds of a dataset wait for its own",
    ] { #expect(lines.contains { $0.contains(text) }, "\(text) in \(lines)") }
    let json = PlanText.json(plan, options)
    #expect(
      json["preparations"]?.elements?.compactMap { $0["name"]?.text }
        == ["synthetic", "registered-frames", "registered-flow", "pretraining"])
    let needs = try #require(Diagnosis.Coordinator(DoctorOptions(config: file), ranks: 1).needs)
    let folds = try PlannedFolds(plan.configuration).folds
    let before = try SweepPreparations(plan.configuration).bytes
    #expect(needs.units == plan.configuration.workUnits(folds).count && needs.diskBytes > before)
  }

  @Test func aStoreThatIsPretrainedOnIsCheckedByTheDoctor() throws {
    try SyntheticStore.write("synth-samm", SweepConfiguration.Synthetic(), to: scratch("macro.safetensors"))
    var configuration = try SweepConfiguration.load(file)
    configuration.arms = nil
    configuration.pretraining?.dataset.synthetic = nil
    configuration.pretraining?.dataset.store = scratch("macro.safetensors")
    let needs = SweepNeeds(configuration, units: [], ranks: 1, fixed: nil)
    #expect(needs.stores == ["synth-samm, pretraining": scratch("macro.safetensors")])
  }
}
