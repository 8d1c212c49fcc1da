import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold compare` of runs that were trained.
@Suite struct ComparingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func sweep(
    _ name: String, datasets: [String] = ["synth-samm"], folds: Int = 2, methods: [String], batch: Int = 6
  ) throws {
    let sources = datasets.map { #"{"name": "\#($0)", "synthetic": {"clips": 14, "size": 32}}"# }
    let file = try scratch.file(
      "\(name).json",
      text: """
        {
          "name": "\(name)", "datasets": [\(sources.joined(separator: ", "))], "folds": {"count": \(folds)},
          "methods": \(methods), "seeds": [1],
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": \(batch), "learningRate": 1e-3, "identityEpochs": 1, "motionEpochs": 1}
        }
        """)
    let ending = try BuiltProgram.run(
      ["sweep", "--config", file, "--output", scratch(name), "--threads", "1", "--quiet"], in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
  }

  private func compare(_ words: String...) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(["compare"] + words, in: scratch)
  }

  @Test func runsAreComparedAndWhatCannotBePairedIsRefused() throws {
    try sweep("one", datasets: ["synth-samm", "synth-casme2"], methods: ["majority", "menet"])
    try sweep("two", methods: ["majority", "menet"], batch: 5)
    let end = try compare(scratch("one"), scratch("two"))
    #expect(end.status == 0, "\(end.errors)")
    #expect(end.output.last == "comparison: compare/index.html")
    #expect(end.output.contains { $0.hasPrefix("synth-samm full: two ") })
    #expect(end.output.contains { $0.hasPrefix("synth-casme2 is left out: only in one") })
    #expect(end.output.contains { $0.hasPrefix("2 settings differ: training.batch, datasets") }, "\(end.output)")
    let figures = try Data(contentsOf: URL(fileURLWithPath: scratch("compare/compare.json")))
    let object = try JSONSerialization.jsonObject(with: figures)
    let datasets = try #require((object as? [String: Any])?["datasets"] as? [[String: Any]])
    let pairs = try #require(datasets.first?["comparisons"] as? [[String: Any]])
    #expect(pairs.compactMap { $0["clips"] as? Int } == [14, 14])
    // The majority class is the same in both: the same bits, and no difference.
    #expect(pairs[0]["unitsWithSameBits"] as? Int == 2 && pairs[0]["difference"] as? Double == 0)

    // A unit that one run lacks is left out of both, and the exit status says that something is missing.
    try FileManager.default.removeItem(atPath: scratch("two/synth-samm/fold-1/full/result.json"))
    let part = try compare(scratch("one"), scratch("two"), "--reference", scratch("two"), "--output", "part")
    #expect(part.status == ExitStatus.failedUnits.rawValue, "\(part.errors)")
    #expect(part.output.first == "two: This run is unfinished: 1 of 4 units has not finished yet.", "\(part.output)")
    let page = try String(contentsOfFile: scratch("part/index.html"), encoding: .utf8)
    #expect(page.contains("1 only in one") && page.contains("reference <b>two</b>"))

    // Other folds.
    try sweep("three", folds: 3, methods: ["majority"])
    let refused = try compare(scratch("one"), scratch("three"), "--output", "other")
    #expect(refused.status == ExitStatus.usage.rawValue)
    #expect(refused.faults.count == 1 && refused.faults[0].contains("three/folds.json: synth-samm is split otherwise"))
    #expect(refused.faults[0].contains(": 3 folds, there 2. "), "\(refused.faults)")
    #expect(!FileManager.default.fileExists(atPath: scratch("other")))

    // A folder that is not its own, the same run twice, no run.
    #expect(try compare(scratch("one"), scratch("two"), "--output", scratch("one")).status == 2)
    #expect(try compare(scratch("one"), scratch("one") + "/.").faults[0].contains("name each run once"))
    #expect(try compare(scratch("one"), "nowhere").faults[0].contains("holds no run"))
  }
}
