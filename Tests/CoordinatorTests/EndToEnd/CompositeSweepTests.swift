import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// Sweeps of composite datasets, and models trained on all clips.
@Suite(.serialized) struct CompositeSweepTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let parts = #"""
    "parts": [
      {"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}},
      {"name": "synth-casme2", "synthetic": {"clips": 14, "size": 32}}
    ],
    "classes": [
      {"name": "negative", "emotions": ["anger", "contempt", "disgust", "repression"]}, "happiness", "surprise"
    ]
    """#

  private func file(
    _ name: String, datasets: String, methods: [String] = ["majority", "lbp-top", "menet"], more: String = ""
  ) throws -> String {
    try scratch.file(
      "\(name).json",
      text: """
        {
          "name": "composite", "datasets": [\(datasets)], \(more) "methods": \(methods),
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 1e-3, "identityEpochs": 1, "motionEpochs": 1}
        }
        """)
  }

  private func sweep(_ file: String, into run: String, ranks: Int? = nil) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(
      ["sweep", "--config", file, "--output", scratch(run), "--threads", "1", "--progress", "lines"], ranks: ranks,
      in: scratch)
  }

  private func folds(_ run: String) throws -> FoldFile {
    try FoldFile.decode(Data(contentsOf: URL(fileURLWithPath: scratch(run) + "/folds.json")))
  }

  @Test func bothProtocolsGiveTheSameBytesOnAnyNumberOfRanks() throws {
    let file = try file(
      "both",
      datasets: """
        {"name": "composite", \(Self.parts), "folds": {"by": "loso"}},
        {"name": "across", \(Self.parts), "folds": {"by": "dataset"}}
        """, methods: ["majority", "lbp-top"])
    var reference: [String: Data] = [:]
    for ranks in [nil, 2, 4] {
      let run = "run-\(ranks ?? 1)"
      let end = try sweep(file, into: run, ranks: ranks)
      try #require(end.status == 0, "\(end.errors)")
      let science = try TinySweep.science(of: scratch(run))
      if ranks == nil { reference = science }
      #expect(science == reference, "\(run)")
    }
    let splits = try folds("run-1").datasets
    #expect(splits.map(\.name) == ["composite", "across"] && splits.map(\.rule) == [.loso, .dataset])
    #expect(splits[1].folds.map { Set($0.map(\.part)) } == [["synth-casme2"], ["synth-samm"]])
    #expect(splits[0].folds.allSatisfy { Set($0.map(\.subject)).count == 1 })
    // `others` of CASME II and SAMM are in no class.
    #expect(splits[0].leftOut?.keys.sorted() == ["other", "others"], "\(splits[0].leftOut ?? [:])")
    #expect(splits.allSatisfy { $0.leakage == Leakage() })
    for result in try TinySweep.results(of: scratch("run-1")) where result.dataset == "across" {
      let part = result.fold == 0 ? "synth-casme2/" : "synth-samm/"
      #expect(!result.predictions.isEmpty && result.predictions.allSatisfy { $0.clip.hasPrefix(part) })
    }
  }

  @Test func aPartThatChangedIsNoticedAtTheNextStart() throws {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (14, 32)
    try SyntheticStore.write("synth-samm", settings, to: scratch("samm.safetensors"))
    let parts = Self.parts.replacing(
      #""synthetic": {"clips": 14, "size": 32}}, "#, with: ""
    ).replacing(
      #"{"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}}"#,
      with: #"{"name": "samm", "store": "\#(scratch("samm.safetensors"))"}"#)
    let file = try file(
      "changing", datasets: #"{"name": "composite", \#(parts)}"#, methods: ["majority"],
      more: #""folds": {"count": 2},"#)
    #expect(try sweep(file, into: "run").status == 0)
    #expect(try sweep(file, into: "run").status == 0)
    settings.seed = 5
    try SyntheticStore.write("synth-samm", settings, to: scratch("samm.safetensors"))
    let end = try sweep(file, into: "run")
    #expect(end.status == 2)
    #expect(
      end.faults.contains {
        $0.hasSuffix(
          "was made of other clips than the parts of composite have now; restore their stores, or use --fresh")
      }, "\(end.errors)")
    let fresh = try BuiltProgram.run(
      ["sweep", "--config", file, "--output", scratch("run"), "--fresh", "--progress", "none"], in: scratch)
    #expect(fresh.status == 0, "\(fresh.errors)")
  }

  /// The same clips under the name of another part: other people by their names, the same by their frames.
  @Test func aClipInTwoPartsIsRefusedBeforeAnythingIsTrained() throws {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (14, 32)
    try SyntheticStore.write("synth-samm", settings, to: scratch("samm.safetensors"))
    let store = scratch("samm.safetensors")
    func dataset(_ more: String) -> String {
      """
      {"name": "twice", "parts": [{"name": "a", "store": "\(store)"}, {"name": "b", "store": "\(store)"}],
        "classes": "samm-5", "folds": {"by": "dataset"}\(more)}
      """
    }
    let refused = try sweep(try file("refused", datasets: dataset(""), methods: ["majority"]), into: "refused")
    #expect(refused.status == 2)
    #expect(
      refused.faults.count == 14 && refused.faults.allSatisfy { $0.contains("have a frame in common and are in") })
    #expect(!FileManager.default.fileExists(atPath: scratch("refused/folds.json")))
    let file = try file("reported", datasets: dataset(#", "leakage": "reported""#), methods: ["majority"])
    let reported = try sweep(file, into: "reported")
    #expect(reported.status == 0, "\(reported.errors)")
    #expect(reported.errors.contains { $0.contains("have a frame in common and are in training and in test") })
    #expect(try folds("reported").datasets[0].leakage?.frames.count == 14)
  }

  @Test func aRunGrowsByModelsTrainedOnAllClips() throws {
    let dataset = #"{"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}}"#
    let few = try file("few", datasets: dataset, more: #""folds": {"count": 2},"#)
    let more = try file("more", datasets: dataset, more: #""folds": {"count": 2}, "final": true,"#)
    #expect(try sweep(few, into: "few").status == 0)
    #expect(try sweep(few, into: "run").status == 0)
    let before = try TinySweep.science(of: scratch("run"))
    let end = try sweep(more, into: "run", ranks: 2)
    try #require(end.status == 0, "\(end.errors)")
    #expect(end.errors.contains { $0.contains("grows: models trained on all clips") }, "\(end.errors)")
    let after = try TinySweep.science(of: scratch("run"))
    for (name, bytes) in before where name.hasSuffix(".safetensors") || name == "folds.json" || name.hasSuffix(".csv") {
      #expect(after[name] == bytes, "\(name)")
    }
    #expect(try sweep(more, into: "whole").status == 0)
    #expect(try TinySweep.science(of: scratch("whole")) == after)
    let results = try TinySweep.results(of: scratch("run")).filter { $0.unit.isFinal }
    #expect(results.map(\.variant.rawValue).sorted() == ["full", "lbp-top", "majority"])
    #expect(results.allSatisfy { $0.predictions.isEmpty && $0.confusion.joined().allSatisfy { $0 == 0 } })
    for model in ["full/menet", "lbp-top/model", "majority/model"] {
      let predicted = try ProgramRun.microfold([
        "predict", "--model", scratch("run/synth-samm/final/\(model).safetensors"), "--store",
        scratch("run/synth-samm/store.safetensors"),
      ])
      #expect(predicted.status == 0 && predicted.output.split(separator: "\r\n").count == 15, "\(predicted.complaints)")
    }
    let mean = try ProgramRun.microfold([
      "predict", "--run", scratch("run"), "--method", "full", "--final", "--store",
      scratch("run/synth-samm/store.safetensors"),
    ])
    let alone = try ProgramRun.microfold([
      "predict", "--model", scratch("run/synth-samm/final/full/menet.safetensors"), "--store",
      scratch("run/synth-samm/store.safetensors"),
    ])
    let rows = { (text: String) in text.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",")[4...6] } }
    #expect(mean.status == 0 && rows(mean.output) == rows(alone.output), "\(mean.complaints)")
    let noted = try BuiltProgram.run(
      [
        "predict", "--run", scratch("run"), "--method", "full", "--final", "--store",
        scratch("run/synth-samm/store.safetensors"),
      ], in: scratch)
    #expect(noted.errors.joined(separator: " ").contains("14 of 14 clips here were trained on"), "\(noted.errors)")
    let none = try ProgramRun.microfold([
      "predict", "--run", scratch("few"), "--method", "full", "--final", "--store",
      scratch("run/synth-samm/store.safetensors"),
    ])
    #expect(none.status == 2 && none.complaints.first?.contains("has no model that was trained on all clips") == true)
    let status = try BuiltProgram.run(["status", scratch("run")], in: scratch)
    #expect(status.status == 0 && status.output.joined().contains("9 of 9"), "\(status.output)")
    let back = try sweep(few, into: "run")
    #expect(back.faults.contains { $0.contains("final: was true; a run keeps what it has trained") }, "\(back.errors)")
  }
}
