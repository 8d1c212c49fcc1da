import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// Folds that start from a pretrained network wait for it, and for nothing else.
@Suite struct PrerequisiteTests {
  private let first = ["a", "b"].map { WorkUnit(dataset: $0, fold: 0, variant: .pretraining, seed: 1) }
  private let folds = ["a", "b"].flatMap { dataset in
    (0..<2).map { WorkUnit(dataset: dataset, fold: $0, variant: .full, seed: 1) }
  }
  private let other = WorkUnit(dataset: "a", fold: 0, variant: Variant("majority"), seed: 1)
  private var all: [WorkUnit] { first + folds + [other] }
  private var prerequisites: [WorkUnit: WorkUnit] {
    Dictionary(uniqueKeysWithValues: folds.map { ($0, first[$0.dataset == "a" ? 0 : 1]) })
  }

  private func queue(ranks: Int) -> UnitQueue {
    UnitQueue(
      all, RankPool(hosts: Array(repeating: "here", count: ranks)), GroupSizes(most: 1), prerequisites: prerequisites)
  }

  private func given(_ queue: inout UnitQueue) -> [WorkUnit] {
    queue.assign { _ in UnitQueue.Estimate(left: 1, epoch: 1, isInSeconds: false) }.starts.flatMap(\.units)
  }

  @Test func foldsWaitForTheirOwnPretrainingOnly() {
    var queue = queue(ranks: 4)
    #expect(given(&queue) == first + [other], "the fourth rank finds nothing that can start")
    #expect(queue.pool.idle == [3] && !queue.isOver)
    queue.finish(first[1])
    #expect(given(&queue) == [folds[2], folds[3]], "the idle ranks begin the folds whose pretraining has ended")
    queue.finish(other)
    #expect(given(&queue).isEmpty, "the folds of a still wait")
    queue.finish(first[0])
    #expect(given(&queue) == [folds[0], folds[1]])
  }

  @Test func aPausedPretrainingIsResumedBeforeItsFolds() {
    var queue = queue(ranks: 1)
    _ = given(&queue)
    queue.pause(first[0])
    #expect(given(&queue) == [first[0]])
  }

  @Test func aPretrainingThatFailsForGoodGivesUpItsFoldsAndNoOthers() {
    var queue = queue(ranks: 2)
    _ = given(&queue)
    #expect(queue.fail(first[0]).isRetried)
    #expect(given(&queue) == [other], "it is tried again after all others that can start")
    queue.finish(other)
    #expect(given(&queue) == [first[0]])
    #expect(!queue.fail(first[0]).isRetried)
    queue.giveUp(after: first[0])
    #expect(queue.waiting == [folds[2], folds[3]])
    queue.finish(first[1])
    #expect(given(&queue) == [folds[2], folds[3]])
    for fold in folds.suffix(2) { queue.finish(fold) }
    #expect(given(&queue).isEmpty && queue.isOver)
  }

  /// Every small case of groups that finish in turn: each unit once, and never before its pretraining.
  @Test(arguments: 1...6) func everyUnitIsAssignedOnceAfterItsPretraining(_ ranks: Int) {
    var queue = queue(ranks: ranks)
    var (running, ended): ([WorkUnit], [WorkUnit]) = ([], [])
    while !queue.isOver {
      for unit in given(&queue) {
        #expect(prerequisites[unit].map(ended.contains) ?? true, "\(unit)")
        running.append(unit)
      }
      guard !running.isEmpty else { break }
      ended.append(running.removeFirst())
      queue.finish(ended[ended.count - 1])
    }
    #expect(queue.isOver && Set(ended) == Set(all) && ended.count == all.count)
  }

  // MARK: - The plan

  private func configuration(_ more: String = "") throws -> SweepConfiguration {
    try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-samm", "synthetic": {"clips": 14}}, {"name": "synth-casme2", "synthetic": {}}],
         "folds": {"count": 2}, "methods": ["menet", "majority"], "variants": ["ce", "full"],
         "training": {"identityEpochs": 1, "motionEpochs": 1}\(more)}
        """.utf8), location: "test.json")
  }

  private let pretraining = #", "pretraining": {"dataset": {"synthetic": {"clips": 20, "seed": 7}}, "epochs": 2}"#

  @Test func theUnitsHaveOnePretrainingForEachDatasetArmAndSeed() throws {
    let plain = try configuration()
    let folds = try PlannedFolds(plain).folds
    #expect(plain.workUnits(folds).allSatisfy { $0.variant != .pretraining })
    #expect(plain.prerequisites(plain.workUnits(folds)).isEmpty)

    let sweep = try configuration(
      pretraining
        + #", "seeds": [1, 2], "arms": {"none": {"pretraining": null}, "x": {}, "y": {"network": {"width": 8}}}"#)
    let units = sweep.workUnits(folds)
    let first = units.filter { $0.variant == .pretraining }
    #expect(first.count == 2 * 2 * 2 && units.starts(with: first))
    #expect(Set(first.compactMap(\.arm)) == ["x", "y"])
    let prerequisites = sweep.prerequisites(units)
    for unit in units {
      let waits = unit.variant.ablation != nil && unit.arm != "none"
      #expect((prerequisites[unit] != nil) == waits, "\(unit)")
      guard let before = prerequisites[unit] else { continue }
      #expect((before.dataset, before.arm, before.seed) == (unit.dataset, unit.arm, unit.seed))
    }
    #expect(first[0].description == "synth-samm, pretraining, arm x, seed 1")
  }

  @Test func withoutTheDualBranchNetworkNothingIsPretrained() throws {
    var sweep = try configuration(pretraining)
    sweep.methods = ["majority"]
    #expect(sweep.pretrainings.isEmpty)
    #expect(sweep.workUnits(try PlannedFolds(sweep).folds).count == 4)
  }

  /// Transfer Learning pretrains its own network on the same clips; nothing waits for that of another method.
  @Test func aMethodWaitsForItsOwnNetwork() throws {
    var sweep = try configuration(pretraining)
    sweep.methods = ["transfer-learning", "menet", "majority"]
    let folds = try PlannedFolds(sweep).folds
    let units = sweep.workUnits(folds)
    let first = units.filter(\.variant.isPretraining)
    #expect(first.count == 2 * 2 && units.starts(with: first))
    #expect(Set(first.map(\.clipSource)) == ["synth-samm/pretraining", "synth-casme2/pretraining"])
    let prerequisites = sweep.prerequisites(units)
    for unit in units where !unit.variant.isPretraining {
      let expected: String? =
        switch unit.variant.rawValue {
        case "transfer-learning": "pretraining-transfer-learning"
        case "majority": nil
        default: "pretraining"
        }
      let before = prerequisites[unit]
      #expect(before?.variant.rawValue == expected && before?.dataset ?? unit.dataset == unit.dataset, "\(unit)")
    }
    sweep.methods = ["transfer-learning"]
    #expect(sweep.pretrainings.map(\.variants) == [[first[0].variant], [first[0].variant]])
    #expect(sweep.pretrainings.map(\.key) == ["synth-samm/pretraining", "synth-casme2/pretraining"])
    #expect(sweep.pretrainings.allSatisfy { $0.units(seed: 1).count == 1 })
    let directory = RunDirectory(path: "run")
    #expect(directory.unit(first[0], seeds: 1) == "run/synth-samm/pretraining-transfer-learning")
    for name in ["model.safetensors", "result.json"] {
      #expect(RunFiles.isKnown(["synth-samm", "pretraining-transfer-learning", name]))
      #expect(!RunFiles.isKnown(["synth-samm", "pretraining-of-mine", name]))
    }
  }

  @Test func theScheduleHasPretrainingFirst() throws {
    let scratch = try Scratch()
    var sweep = try configuration(pretraining)
    sweep.methods = ["menet"]
    var options = PlanOptions(config: try scratch.file("sweep.json", canonicalJSON(sweep)))
    (options.nodes, options.cores, options.ranksPerNode) = (2, 2, 2)
    let plan = try RunPlan(options)
    let spans = plan.schedule.spans
    #expect(spans.count == 2 + 8)
    #expect(Set(spans.prefix(2).map(\.unit.dataset)) == ["synth-samm", "synth-casme2"])
    for span in spans where span.unit.variant != .pretraining {
      let first = try #require(spans.first { $0.unit.variant == .pretraining && $0.unit.dataset == span.unit.dataset })
      #expect(span.start >= first.end - 1e-9, "\(span.unit)")
    }
  }
}
