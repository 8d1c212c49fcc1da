import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A finished run that takes more: only what is new is trained, and the report is that of a run that had it at once.
@Suite(.serialized) struct GrowingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func file(
    _ name: String, datasets: [String] = ["synth-samm"], methods: [String], seeds: [Int] = [1], more: String = ""
  ) throws -> String {
    let sources = datasets.map { #"{"name": "\#($0)", "synthetic": {"clips": 14, "size": 32}}"# }
    return try scratch.file(
      "\(name).json",
      text: """
        {
          "name": "growing", "datasets": [\(sources.joined(separator: ", "))], "folds": {"count": 2},
          "methods": \(methods), "seeds": \(seeds), \(more)
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 1e-3, "identityEpochs": 1, "motionEpochs": 1}
        }
        """)
  }

  private func sweep(_ file: String, into run: String, ranks: Int? = nil) throws -> BuiltProgram.Ending {
    let ending = try BuiltProgram.run(
      ["sweep", "--config", file, "--output", scratch(run), "--threads", "1", "--progress", "lines"], ranks: ranks,
      in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    return ending
  }

  /// The units that a run has begun to train so far.
  private func started(_ run: String) throws -> [String] {
    try JSONLines.read(LedgerEntry.self, from: scratch(run) + "/ledger.jsonl")
      .filter { $0.event == .started }.map(\.unit.description)
  }

  private func expectSame(_ run: String, as other: String) throws {
    let (grown, whole) = (try TinySweep.science(of: scratch(run)), try TinySweep.science(of: scratch(other)))
    #expect(grown.keys.sorted() == whole.keys.sorted())
    for (name, bytes) in whole.sorted(by: { $0.key < $1.key }) { #expect(grown[name] == bytes, "\(name)") }
  }

  @Test func anotherMethodTrainsItsUnitsOnly() throws {
    let few = try file("few", datasets: ["synth-samm", "synth-casme2"], methods: ["majority", "menet"])
    let many = try file("many", datasets: ["synth-samm", "synth-casme2"], methods: ["majority", "lbp-top", "menet"])
    _ = try sweep(few, into: "run")
    let before = try started("run")
    let end = try sweep(many, into: "run", ranks: 2)
    #expect(end.errors.contains { $0.contains("grows: method lbp-top; what it has trained is kept") }, "\(end.errors)")
    let new = try started("run").dropFirst(before.count)
    #expect(
      new.sorted()
        == ["synth-casme2", "synth-samm"].flatMap { name in
          [0, 1].map { "\(name) fold \($0), lbp-top, seed 1" }
        })
    _ = try sweep(many, into: "whole")
    try expectSame("run", as: "whole")
    // The larger sweep is now the run's own, and the smaller one is not.
    #expect(try started("run").count == before.count + 4)
    _ = try sweep(many, into: "run")
    #expect(try started("run").count == before.count + 4)
    let history = try RunDirectory(path: scratch("run")).identity().history
    #expect(history?.map(\.added) == [["method lbp-top"]])
    let back = try BuiltProgram.run(["sweep", "--config", few, "--output", scratch("run")], in: scratch)
    #expect(back.status == 2 && back.faults.contains { $0.contains("methods: had lbp-top") }, "\(back.errors)")
  }

  /// The folders of units change when a run gets seeds and arms.
  @Test func seedsArmsAndDatasetsCanBeAdded() throws {
    let pretraining = #""pretraining": {"dataset": {"synthetic": {"clips": 20, "size": 32, "seed": 9}}, "epochs": 1},"#
    let few = try file("few", methods: ["menet"], more: pretraining)
    let many = try file(
      "many", datasets: ["synth-casme2", "synth-samm"], methods: ["menet"], seeds: [1, 2],
      more: #""arms": {"own": {}, "other": {"training": {"batch": 5}}}, "# + pretraining)
    _ = try sweep(few, into: "run")
    let before = try started("run")
    #expect(before.count == 3)
    _ = try sweep(many, into: "run")
    let new = try started("run").dropFirst(before.count)
    // Two datasets, two arms and two seeds of a pretraining and two folds, without the three units that there were.
    #expect(new.count == 2 * 2 * 2 * 3 - 3, "\(new)")
    #expect(new.allSatisfy { !($0.contains("synth-samm") && $0.contains("arm own, seed 1")) }, "\(new)")
    _ = try sweep(many, into: "whole")
    try expectSame("run", as: "whole")
    let status = try BuiltProgram.run(["status", scratch("run")], in: scratch)
    #expect(status.status == 0 && status.output.joined().contains("24 of 24"), "\(status.output)")
  }

  @Test func aChangedSettingIsRefusedAndNothingIsTouched() throws {
    let few = try file("few", methods: ["majority"])
    _ = try sweep(few, into: "run")
    let before = try TinySweep.files(below: scratch("run"))
    let text = try String(contentsOfFile: few, encoding: .utf8)
    let other = try scratch.file("other.json", text: text.replacing("\"batch\": 6", with: "\"batch\": 7"))
    let end = try BuiltProgram.run(["sweep", "--config", other, "--output", scratch("run")], in: scratch)
    #expect(end.status == 2)
    #expect(end.faults.contains { $0.hasSuffix("training.batch: was 6, now 7") }, "\(end.errors)")
    #expect(end.faults.contains { $0.contains("holds another sweep (growing); choose another --output") })
    #expect(try TinySweep.files(below: scratch("run")) == before)
  }

  /// The program was killed while it moved folders: the next start moves the rest.
  @Test func anInterruptedGrowthIsCompleted() throws {
    let few = try file("few", methods: ["majority"])
    let many = try file("many", methods: ["majority"], seeds: [1, 2])
    _ = try sweep(few, into: "run")
    let before = try started("run")
    let folder = scratch("run/synth-samm/fold-0/majority")
    try FileManager.default.createDirectory(atPath: folder + "/seed-1", withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: folder + "/result.json", toPath: folder + "/seed-1/result.json")
    _ = try sweep(many, into: "run")
    #expect(try started("run").dropFirst(before.count).allSatisfy { $0.hasSuffix("seed 2") })
    _ = try sweep(many, into: "whole")
    try expectSame("run", as: "whole")
  }
}
