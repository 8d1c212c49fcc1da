import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A whole sweep of two arms and two methods.
@Suite(.serialized) struct ArmSweepTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Two folds of one dataset; `settings` are further keys of the sweep file.
  private func file(_ name: String, _ settings: String, network: String = "", epochs: Int = 1) throws -> String {
    try scratch.file(
      "\(name).json",
      text: """
        {
          "name": "arms", "datasets": [{"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}}],
          "folds": {"count": 2}, "methods": ["menet", "elrcn"], \(settings)
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16\(network)},
          "training": {"batch": 6, "learningRate": 1e-3, "identityEpochs": 1, "motionEpochs": \(epochs)}
        }
        """)
  }

  private func sweep(_ file: String, into run: String, _ more: [String] = [], ranks: Int? = nil) throws
    -> BuiltProgram.Ending
  {
    try BuiltProgram.run(
      ["sweep", "--config", file, "--output", scratch(run), "--threads", "1", "--progress", "lines"] + more,
      ranks: ranks, in: scratch)
  }

  private let arms =
    #""arms": {"paper": {}, "recipe": {"network": {"estimator": "linear"}, "training": {"motionEpochs": 2}}},"#

  /// The files of units and their bytes, by dataset, fold, variant and name, without the arm; without times.
  private func units(of run: String, arm: String?) throws -> [String: Data] {
    let part = arm.map { "/arm-\($0)/" }
    return try TinySweep.files(below: scratch(run)).reduce(into: [:]) { files, file in
      guard file.key.hasSuffix(".safetensors"), file.key.contains("/fold-") else { return }
      if let part {
        if file.key.contains(part) { files[file.key.replacing(part, with: "/")] = file.value }
      } else {
        files[file.key] = file.value
      }
    }
  }

  @Test func aUnitOfAnArmHasTheBitsOfASweepWithItsSettings() throws {
    let whole = try sweep(file("arms", arms), into: "arms")
    try #require(whole.status == 0, "\(whole.errors)")
    #expect(whole.errors.contains { $0.hasPrefix("synth-samm fold 0, full, arm recipe, seed 2022: done") })
    let plain = try sweep(file("paper", ""), into: "paper")
    let other = try sweep(file("recipe", "", network: #", "estimator": "linear""#, epochs: 2), into: "recipe")
    try #require(plain.status == 0 && other.status == 0)
    for arm in ["paper", "recipe"] {
      let (own, alone) = (try units(of: "arms", arm: arm), try units(of: arm, arm: nil))
      #expect(own.count == 8 && own.keys.sorted() == alone.keys.sorted(), "\(arm): \(own.keys.sorted())")
      for (name, bytes) in alone { #expect(own[name] == bytes, "\(arm): \(name)") }
      func digests(_ run: String) throws -> [String] {
        try TinySweep.results(of: scratch(run)).filter { $0.arm == nil || $0.arm == arm }.map(\.weightsDigest)
      }
      #expect(try digests("arms") == digests(arm))
    }
    let folds = try ["arms", "paper", "recipe"].map {
      try Data(contentsOf: URL(fileURLWithPath: scratch("\($0)/folds.json")))
    }
    #expect(folds[0] == folds[1] && folds[0] == folds[2], "all have the same folds")
    let results = try TinySweep.results(of: scratch("arms"))
    #expect(results.map(\.arm) == ["paper", "recipe", "paper", "recipe", "paper", "recipe", "paper", "recipe"])

    // Two ranks give the same bytes, also of the report.
    let shared = try sweep(file("arms", arms), into: "shared", ranks: 2)
    try #require(shared.status == 0, "\(shared.errors)")
    let (one, two) = (try TinySweep.science(of: scratch("arms")), try TinySweep.science(of: scratch("shared")))
    #expect(one.keys.sorted() == two.keys.sorted())
    for (name, bytes) in one { #expect(two[name] == bytes, "\(name)") }
  }

  @Test func aRunWithArmsIsResumedAndReported() throws {
    let file = try file("arms", arms)
    let whole = try sweep(file, into: "run")
    try #require(whole.status == 0, "\(whole.errors)")
    let run = scratch("run")
    let science = try TinySweep.science(of: run)

    // A lost result of one arm: its unit alone is trained again, to the same bits.
    let entries = try JSONLines.read(LedgerEntry.self, from: run + "/ledger.jsonl").count
    try FileManager.default.removeItem(atPath: run + "/synth-samm/fold-1/full/arm-recipe/result.json")
    let unfinished = try BuiltProgram.run(["report", run], in: scratch)
    #expect(unfinished.status == ExitStatus.failedUnits.rawValue)
    let page = try String(contentsOfFile: run + "/report/index.html", encoding: .utf8)
    #expect(page.contains("synth-samm, full · recipe: fold 1"))
    let again = try sweep(file, into: "run")
    try #require(again.status == 0, "\(again.errors)")
    let added = try JSONLines.read(LedgerEntry.self, from: run + "/ledger.jsonl").dropFirst(entries)
    #expect(Set(added.map(\.unit.description)) == ["synth-samm fold 1, full, arm recipe, seed 2022"])
    #expect(try TinySweep.science(of: run) == science)

    // The report's own sweep file makes the same run.
    let copy = try sweep(run + "/report/sweep.json", into: "copy")
    try #require(copy.status == 0, "\(copy.errors)")
    #expect(try TinySweep.science(of: scratch("copy")) == science)

    let status = try BuiltProgram.run(["status", run], in: scratch)
    #expect(status.output.joined().contains("8 of 8 units done; paper 4 of 4, recipe 4 of 4"), "\(status.output)")
    let inspection = try BuiltProgram.run(["inspect", run], in: scratch).output
    #expect(inspection.contains { $0.contains("network.estimator linear, training.motionEpochs 2") }, "\(inspection)")
    #expect(inspection.contains { $0.hasSuffix("/synth-samm/fold-0/elrcn/arm-recipe") })

    // A run keeps its arms; --fresh removes all files of the arms.
    let third = try self.file(
      "third", #""arms": {"paper": {}, "short": {"training": {"identityEpochs": 0}}, "b": {"training": {"batch": 7}}},"#
    )
    let refused = try sweep(third, into: "run")
    #expect(refused.status == ExitStatus.usage.rawValue)
    #expect(refused.faults.contains { $0.contains("holds another sweep") }, "\(refused.errors)")
    let plain = try self.file("plain", "")
    let fresh = try sweep(plain, into: "run", ["--fresh"])
    try #require(fresh.status == 0, "\(fresh.errors)")
    #expect(try TinySweep.files(below: run).keys.allSatisfy { !$0.contains("arm-") })
  }

  @Test func aWrongArmIsRefusedBeforeAnythingIsTrained() throws {
    let sweep = try sweep(
      file("wrong", #""arms": {"a": {"folds": {"count": 3}}, "b": {"training": {"batch": 1}}},"#), into: "run")
    #expect(sweep.status == ExitStatus.usage.rawValue)
    #expect(sweep.faults.count == 2, "\(sweep.errors)")
    #expect(sweep.faults.first?.contains("arms.a.folds: cannot differ between arms") == true)
    #expect(!FileManager.default.fileExists(atPath: scratch("run")))
  }
}
