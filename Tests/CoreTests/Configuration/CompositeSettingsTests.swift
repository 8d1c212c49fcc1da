import Foundation
import Testing

@testable import Core

/// Composite datasets in a sweep file.
@Suite struct CompositeSettingsTests {
  private static let parts =
    #""parts": [{"name": "smic", "store": "smic.safetensors"}, {"name": "synth-samm", "synthetic": {"clips": 30}}]"#

  private func faults(_ dataset: String, _ text: String = "") -> [String] {
    SweepText.faults(text, datasets: "[\(dataset)]")
  }

  @Test func partsAreReadAndWrittenAgain() throws {
    let text =
      #"[{"name": "all", \#(Self.parts), "classes": [["fear", "anger"], "surprise"], "folds": {"by": "loso"}}]"#
    let sweep = try SweepText.parse(#""folds": {"count": 3}"#, datasets: text)
    let dataset = sweep.datasets[0]
    var made = SweepConfiguration.Synthetic()
    made.clips = 30
    #expect(
      dataset.parts == [
        SweepConfiguration.Part(name: "smic", source: .store("smic.safetensors")),
        SweepConfiguration.Part(name: "synth-samm", source: .synthetic(made)),
      ])
    #expect(!dataset.isSynthetic && dataset.sources.map(\.name) == ["smic", "synth-samm"])
    #expect(sweep.folds(of: dataset).by == .loso && sweep.folds.count == 3)
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "again") == sweep)
    let stored = try JSONNode.parse(Array(JSONEncoder.stable().encode(sweep)), location: "stored")
    #expect(try SweepConfiguration.decode(stored: stored) == sweep)
  }

  @Test func aDatasetWithoutThemKeepsItsText() throws {
    let text = String(decoding: canonicalJSON(try SweepText.parse("")), as: UTF8.self)
    for key in ["parts", "leakage", "final"] { #expect(!text.contains("\"\(key)\"")) }
    #expect(try SweepText.parse(#""final": false"#) == SweepText.parse(""))
    #expect(try SweepText.parse(#""final": true"#).digest != SweepText.parse("").digest)
  }

  /// A run of version 0.1 says of its datasets only name, source and classes.
  @Test func aRunThatWasBegunBeforeTheseSettingsCanBeRead() throws {
    let sweep = try SweepText.parse("")
    let text = String(decoding: try JSONEncoder.stable().encode(sweep), as: UTF8.self)
      .replacing(#""leakage":"refused","#, with: "").replacing(#","similarSubjects":"refused""#, with: "")
      .replacing(#""final":false,"#, with: "")
    for key in ["leakage", "similarSubjects", "final"] { #expect(!text.contains(key)) }
    let older = try JSONNode.parse(Array(text.utf8), location: "older")
    #expect(try SweepConfiguration.decode(stored: older) == sweep)
  }

  @Test(
    arguments: [
      (
        #"{"name": "a", "parts": [{"name": "b", "store": "s"}], "classes": "sdu-6"}"#,
        "datasets[0].parts: has one part; a composite dataset has at least 2, a single store needs no parts"
      ),
      (
        #"{"name": "a", "parts": [{"name": "b", "store": "s"}, {"name": "B", "store": "t"}], "classes": "sdu-6"}"#,
        "datasets[0].parts[1].name: is B, as in datasets[0].parts[0]; the name keeps the subjects of a part apart"
      ),
      (
        #"{"name": "a", "parts": [{"name": "b", "store": "s"}, {"name": "c"}], "classes": "sdu-6"}"#,
        "datasets[0].parts[1]: has no clips; give store or synthetic"
      ),
      (
        #"{"name": "a", "parts": [{"name": "b/c", "store": "s"}, {"name": "d", "store": "t"}], "classes": "sdu-6"}"#,
        "datasets[0].parts[0].name: is \"b/c\"; a part's name has letters, digits, '.', '_' and '-' only"
      ),
      (
        #"{"name": "a", "parts": [{"name": "smi", "synthetic": {}}, {"name":"d", "store": "t"}], "classes": "samm-5"}"#,
        "datasets[0].parts[0].name: is \"smi\", which is not a synthetic dataset; "
          + NearestWord.advice("smi", among: ClassPreset.syntheticDatasets)
      ),
      (
        #"{"name": "a", "store": "s", "classes": "sdu-6", "folds": {"by": "dataset"}}"#,
        "datasets[0].folds.by: is dataset, which needs the parts of a composite dataset"
      ),
      (
        #"{"name": "a", "store": "s", "classes": "sdu-6", "leakage": "ignored"}"#,
        "datasets[0].leakage: is \"ignored\"; it is one of refused, reported"
      ),
    ])
  func aWrongPartIsNamed(_ dataset: String, _ expected: String) { #expect(faults(dataset) == [expected]) }

  @Test func leavingDatasetsOutNeedsParts() {
    #expect(
      SweepText.faults(#""folds": {"by": "dataset"}"#)
        == ["folds.by: is dataset, but casme2 has no parts; give it folds of its own"])
    #expect(faults(#"{"name": "a", \#(Self.parts), "classes": "sdu-6"}"#, #""folds": {"by": "dataset"}"#) == [])
    #expect(SweepText.faults(#""final": 1"#) == ["final: is 1, not true or false"])
  }
}
