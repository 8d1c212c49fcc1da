import Foundation
import Testing

@testable import Core

/// How a sweep file is written, and what its digest depends on.
@Suite struct CanonicalConfigurationTests {
  private func parse(_ text: String, datasets: String? = SweepText.store) throws -> SweepConfiguration {
    try SweepText.parse(text, datasets: datasets)
  }

  /// A run that version 0.1 left is resumed, so its digest has to stay.
  @Test func digestsAreThoseOfVersion01() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    let demo = try parse(
      #"""
      "seed": 2022, "network": {"width": 8, "frames": 6, "motionSize": 32, "identitySize": 32},
      "training": {"batch": 8, "learningRate": 1.5e-3, "identityEpochs": 2, "motionEpochs": 14}
      """#,
      datasets: "["
        + ["sdu", "mmew", "samm", "casme2"].map {
          #"{"name": "synth-\#($0)", "synthetic": {"clips": 160, "size": 64, "motion": 8, "confounding": 0}}"#
        }.joined(separator: ", ") + "]")
    #expect(demo.digest == "5c0d313dcb223f394177d234d3002ec94eb65619df667b991cb0d9d96c129674")
    for (name, digest) in [
      ("methods", "c3c92307958820df0ad0eb3d0202b58cd1504fe8ed09ec732fd0c6860d62c7b2"),
      ("ablation", "c895356163cc3a7c33efacc6bd67cfe229f7e8620fe1c86505f0eb0d03ddac2e"),
    ] {
      var sweep = try SweepConfiguration.load("\(root)/sweeps/\(name).json")
      // The methods that version 0.1 had.
      let known = ["menet", "majority", "lbp-top", "fdm", "mdmo", "sparse-mdmo", "elrcn", "rcn-a", "bdcnn"]
      sweep.methods.removeAll { !known.contains($0) }
      #expect(sweep.digest == digest)
    }
    let sweep = try parse(
      #"""
      "seeds": [1, 18446744073709551615], "folds": {"by": "loso", "count": 9}, "methods": ["majority"],
      "training": {"checkpointEverySteps": 7, "divergenceWeight": 2, "learningRate": 3e-5},
      "network": {"stem": "code", "motionSize": 32, "identitySize": 32}
      """#,
      datasets: #"""
        [{"name": "own", "store": "stores/synth-samm.safetensors", "classes": ["anger", ["happiness", "surprise"]],
          "landmarks": "marks"}]
        """#)
    #expect(sweep.digest == "0a5fdbf6fb2868fb0c3d2cbe2d6ad61fd50745c9512152175e29f679d7100e1e")
  }

  @Test func landmarksAreInAFolderOrInTheStore() throws {
    func sources(_ word: String) throws -> [SweepConfiguration.Dataset.LandmarkSource?] {
      let sweep = try parse(
        "",
        datasets: #"[{"name": "synth-sdu", "synthetic": {"clips": 40}, "landmarks": "store"}, "#
          + #"{"name": "b", "store": "s", "classes": "samm-5", "landmarks": \#(word)}]"#)
      #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
      return sweep.datasets.map(\.landmarks)
    }
    #expect(try sources(#""store""#) == [.store, .store])
    #expect(try sources(#""./store""#) == [.store, .folder("./store")])
    #expect(try sources("null") == [.store, nil])
  }

  @Test func syntheticClipsHaveNoFolderOfLandmarks() {
    let faults = #expect(throws: Faults.self) {
      try parse("", datasets: #"[{"name": "synth-sdu", "synthetic": {"clips": 40}, "landmarks": "marks"}]"#)
    }
    #expect(
      faults?.faults.map(\.description) == [
        "datasets[0].landmarks: is \"marks\"; synthetic clips have their own: write \"store\""
      ])
  }

  @Test func theCanonicalFileIsReadBackAsTheSameSweep() throws {
    let sweep = try parse(
      #""seeds": [7, 18446744073709551615], "network": {"pretrained": "a \"b\".st"}, "#
        + #""training": {"learningRate": 3e-5}"#,
      datasets:
        #"[{"name": "synth-sdu", "synthetic": {"clips": 40}}, {"name": "b", "store": "s", "classes": "samm-5"}]"#)
    let text = canonicalJSON(sweep)
    #expect(try SweepConfiguration.parse(text, location: "canonical") == sweep)
    #expect(try JSONSerialization.jsonObject(with: text) is [String: Any])
  }

  @Test func aClassMayHaveANameOfItsOwn() throws {
    func sweep(_ classes: String) throws -> SweepConfiguration {
      try parse("", datasets: #"[{"name": "b", "store": "s", "classes": \#(classes)}]"#)
    }
    let named = try sweep(#"["joy", {"name": "Others", "emotions": ["Fear", "sadness"]}]"#)
    #expect(named.datasets[0].classes.names == ["joy", "Others"])
    #expect(named.datasets[0].classes.groups == [["joy"], ["fear", "sadness"]])
    #expect(try SweepConfiguration.parse(canonicalJSON(named), location: "canonical") == named)
    let unnamed = try sweep(#"["joy", ["fear", "sadness"]]"#)
    #expect(named.digest != unnamed.digest)
    #expect(try sweep(#"["joy", {"name": "fear", "emotions": ["fear", "sadness"]}]"#).digest == unnamed.digest)
  }

  @Test func theOrderOfKeysAndTheDefaultsLeaveTheBytesAlone() throws {
    let short = try parse("")
    let long = try parse(#""training": {"lanes": 8, "batch": 32}, "seed": 2022, "network": {"width": 64}"#)
    #expect(canonicalJSON(short) == canonicalJSON(long))
  }

  @Test func theScienceIsTheSameInAnotherDirectoryWithOtherCheckpointsAndNotWithAnotherSeed() throws {
    let here = try parse(#""name": "a", "output": "x""#)
    let there = try parse(#""name": "b", "output": "y", "training": {"checkpointEverySteps": 3}"#)
    #expect(scienceJSON(here) == scienceJSON(there))
    #expect(canonicalJSON(here) != canonicalJSON(there))
    #expect(try scienceJSON(here) != scienceJSON(parse(#""seed": 1"#)))
  }
}
