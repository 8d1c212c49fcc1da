import Foundation
import Testing

@testable import Core

/// The sweep file's `pretraining`: what it may be, how it is written, and how pretraining is then run.
@Suite struct PretrainingSettingsTests {
  private func parse(_ text: String) throws -> SweepConfiguration {
    try SweepText.parse(text, datasets: SweepText.synthetic)
  }

  private func faults(_ text: String) -> [String] { SweepText.faults(text, datasets: SweepText.synthetic) }

  private let whole = #"""
    "pretraining": {
      "dataset": {"name": "synth-sdu", "synthetic": {"clips": 40, "seed": 9}, "classes": ["anger", "fear"]},
      "epochs": 3, "identity": true, "training": {"learningRate": 1e-3, "batch": 4, "augmentation": ["flip"]}}
    """#

  @Test func everyKeyIsRead() throws {
    let pretraining = try #require(try parse(whole).pretraining)
    #expect(pretraining.epochs == 3 && pretraining.identity)
    #expect(pretraining.dataset.name == "synth-sdu" && pretraining.dataset.store == nil)
    #expect(pretraining.dataset.synthetic?.clips == 40 && pretraining.dataset.synthetic?.seed == 9)
    #expect(pretraining.dataset.classes == ClassMap([["anger"], ["fear"]]))
    let brief = try #require(try parse(#""pretraining": {"dataset": {"store": "s.safetensors"}}"#).pretraining)
    #expect(brief.epochs == 8 && !brief.identity && brief.dataset.store == "s.safetensors")
    #expect(try parse("").pretraining == nil)
  }

  @Test func theCanonicalFileAndTheStoredOneAreReadBack() throws {
    let sweep = try parse(whole)
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
    let stored = try JSONNode.parse(Array(try JSONEncoder.stable().encode(sweep)), location: "stored")
    #expect(try SweepConfiguration.decode(stored: stored) == sweep)
    // A run that was begun by a version without `epochs` and `identity`.
    let old = #"{"dataset": {"store": "s.safetensors"}}"#
    let read = try JSONDecoder().decode(SweepConfiguration.Pretraining.self, from: Data(old.utf8))
    #expect(read.epochs == 8 && read.dataset.store == "s.safetensors")
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(SweepConfiguration.Pretraining.self, from: Data(#"{"dataset": {}}"#.utf8))
    }
  }

  @Test func onlyValuesCountForTheDigest() throws {
    let none = try parse("")
    #expect(try parse(#""pretraining": null"#) == none)
    #expect(!String(decoding: canonicalJSON(none), as: UTF8.self).contains("pretraining"))
    #expect(!String(decoding: scienceJSON(none), as: UTF8.self).contains("pretraining"))
    let start = #""pretraining": {"dataset": {"synthetic": {"seed": 9}}"#
    let one = try parse(start + #", "training": {"learningRate": 1e-3, "warmUp": 0.5}}"#)
    let same = try parse(start + #", "training": {"warmUp": 5e-1, "learningRate": 0.001}, "epochs": 8}"#)
    #expect(one == same && one.digest == same.digest && one.digest != none.digest)
    for other in ["}", #", "epochs": 9}"#, #", "identity": true}"#, #", "training": {"warmUp": 0.5}}"#] {
      #expect(try parse(start + other).digest != one.digest, "\(other)")
    }
  }

  @Test(arguments: [
    (#"{}"#, ["dataset: is missing; it names the clips to train on"]),
    (#"{"dataset": {}}"#, ["dataset: has no clips; give store or synthetic"]),
    (
      #"{"dataset": {"store": "a", "synthetic": {}}}"#,
      ["dataset: has both a store and synthetic; give one of store or synthetic"]
    ),
    (
      #"{"dataset": {"synthetic": {}, "name": "synth-sud"}}"#,
      ["dataset.name: is not a synthetic dataset; did you mean synth-sdu?"]
    ),
    (#"{"dataset": {"synthetic": {"clip": 9}}}"#, ["dataset.synthetic.clip: is not a known key; did you mean clips?"]),
    (#"{"dataset": {"store": "a"}, "epoch": 3}"#, ["epoch: is not a known key; did you mean epochs?"]),
    (#"{"dataset": {"store": "a"}, "epochs": 0}"#, ["epochs: is 0; pretraining takes at least 1 epoch"]),
    (#"{"dataset": {"store": "a"}, "identity": 1}"#, ["identity: is 1; it is true or false"]),
    (
      #"{"dataset": {"store": "a"}, "training": {"batch": 1, "warmup": 0}}"#,
      [
        "training.warmup: is not a known key; did you mean warmUp?",
        "training.batch: is 1; a batch needs at least 2 clips",
      ]
    ),
    (
      #"{"dataset": {"store": "a"}, "training": {"identityEpochs": 3}}"#,
      ["training.identityEpochs: is not used in pretraining; its epochs are pretraining.epochs"]
    ),
    (
      #"{"dataset": {"store": "a"}, "training": {"lanes": 2}}"#,
      [
        "training.lanes: cannot differ in pretraining, which overrides batch, learningRate, schedule, warmUp, "
          + "weightDecay, weightAveraging, sampling, augmentation"
      ]
    ),
    (#"{"dataset": {"store": "a"}, "training": 3}"#, ["training: is 3, not an object"]),
  ])
  func aWrongSettingIsExplained(_ text: String, _ expected: [String]) {
    #expect(faults("\"pretraining\": \(text)") == expected.map { "pretraining.\($0)" })
  }

  /// Every setting of `training` can be overridden or is refused by name.
  @Test func theSettingsThatCanBeOverriddenAreSettingsOfTraining() {
    let keys = SweepConfiguration.Training.table.settings.map(\.key)
    #expect(SweepConfiguration.Pretraining.trainingKeys.allSatisfy(keys.contains))
  }

  @Test func anArmOverridesPartsOfIt() throws {
    let sweep = try parse(
      whole + #"""
        , "registration": "similarity", "arms": {
          "a": {}, "b": {"pretraining": null, "registration": "none"}, "c": {"pretraining": {"epochs": 5}},
          "d": {"pretraining": {"dataset": {"store": "s.safetensors"}}}}
        """#)
    let (a, b, c, d) = (sweep.resolved("a"), sweep.resolved("b"), sweep.resolved("c"), sweep.resolved("d"))
    #expect(a.pretraining == sweep.pretraining && a.registration == .similarity)
    #expect(b.pretraining == nil && b.registration == .none)
    #expect(c.pretraining?.epochs == 5 && c.pretraining?.dataset == sweep.pretraining?.dataset)
    #expect(d.pretraining?.dataset.store == "s.safetensors" && d.pretraining?.dataset.synthetic == nil)
    #expect(sweep.settingsText(of: "c") == "pretraining.epochs 5")
    #expect(sweep.settingsText(of: "b") == "pretraining null, registration none")
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
  }

  @Test func pretrainingIsRunWithItsOverridesAndWithoutDecoupling() throws {
    let sweep = try parse(
      whole + #", "training": {"schedule": "cosine", "motionEpochs": 7, "selection": "validation", "lanes": 4}"#)
    let own = sweep.forPretraining(try #require(sweep.pretraining)).training
    #expect(own.learningRate == 1e-3 && own.batch == 4 && own.augmentation == [.flip] && own.schedule == .cosine)
    #expect(own.motionEpochs == 3 && own.identityEpochs == 3 && own.selection == .last && own.lanes == 4)
    #expect(own.mutualInformationWeight == 0 && own.identityMutualInformationWeight == 0)
  }

  @Test func theSuiteIsTheOneThatHasTheEmotions() throws {
    var source = SweepConfiguration.Pretraining.Source()
    let samm = try #require(ClassPreset.ofSynthetic("synth-samm")).classes
    #expect(source.suite(for: "synth-samm", samm) == "synth-samm")
    #expect(source.suite(for: "samm", samm) == "synth-samm")
    #expect(source.suite(for: "own", ClassMap([["anger"], ["boredom"]])) == nil)
    source.name = "synth-sdu"
    #expect(source.suite(for: "synth-samm", samm) == "synth-sdu")
  }
}
