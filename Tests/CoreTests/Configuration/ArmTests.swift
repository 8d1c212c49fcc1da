import Foundation
import Testing

@testable import Core

/// The settings that a sweep compares: how arms are read, written and resolved.
@Suite struct ArmTests {
  private func parse(_ text: String) throws -> SweepConfiguration { try SweepText.parse(text) }
  private func faults(_ text: String) -> [String] { SweepText.faults(text) }

  private let two = #"""
    "network": {"width": 8}, "training": {"batch": 16, "motionEpochs": 9},
    "arms": {"wide": {"network": {"width": 24}, "training": {"motionEpochs": 4}}, "own": {}}
    """#

  @Test func anArmOverridesOnlyWhatItNames() throws {
    let sweep = try parse(two)
    #expect(sweep.armNames == ["own", "wide"], "in the order of their names")
    let (own, wide) = (sweep.resolved("own"), sweep.resolved("wide"))
    #expect(own.network == sweep.network && own.training == sweep.training)
    #expect(wide.network.width == 24 && wide.training.motionEpochs == 4 && wide.training.batch == 16)
    #expect(wide.datasets == sweep.datasets && wide.arms == nil && own.arms == nil)
    #expect(sweep.overrides(of: "own").isEmpty)
    #expect(sweep.overrides(of: "wide").map(\.key) == ["network.width", "training.motionEpochs"])
    #expect(sweep.settingsText(of: "wide") == "network.width 24, training.motionEpochs 4")
    #expect(sweep.settingsText(of: "own") == "the file's own settings")
    #expect(sweep.recognisers.map(\.name) == ["full · own", "full · wide"])
  }

  @Test func everySectionThatArmsMayOverrideIsOverridden() throws {
    let sweep = try parse(
      #"""
      "registration": "similarity",
      "arms": {"a": {}, "b": {"registration": "none", "network": {"input": "flow"}, "training": {"batch": 3}}}
      """#)
    let arm = sweep.resolved("b")
    #expect(arm.registration == .none && arm.network.input == .flow && arm.training.batch == 3)
    #expect(sweep.resolved("a").registration == .similarity)
    #expect(sweep.settingsText(of: "b") == "network.input flow, registration none, training.batch 3")
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
  }

  /// An arm may add pretraining, change a part of it, or leave it out.
  @Test func pretrainingIsOverriddenInPart() throws {
    let sweep = try parse(
      #"""
      "pretraining": {"dataset": {"store": "p.st"}, "epochs": 9, "training": {"batch": 5}},
      "arms": {"a": {}, "b": {"pretraining": {"epochs": 3, "training": {"learningRate": 0.5}}},
        "c": {"pretraining": null}, "d": {"pretraining": {"dataset": {"store": null, "synthetic": {}}}}}
      """#)
    let own = try #require(sweep.resolved("b").pretraining)
    #expect(own.epochs == 3 && own.dataset.store == "p.st")
    let training = own.overridden(SweepConfiguration.Training())
    #expect(training.batch == 5 && training.learningRate == 0.5)
    #expect(sweep.resolved("c").pretraining == nil)
    #expect(sweep.resolved("d").pretraining?.dataset.synthetic != nil)
    #expect(sweep.settingsText(of: "b") == "pretraining.epochs 3, pretraining.training.learningRate 0.5")
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
    let added = try parse(#""arms": {"a": {}, "b": {"pretraining": {"dataset": {"store": "p.st"}, "epochs": 4}}}"#)
    #expect(added.overrides(of: "b").contains { $0.key == "pretraining.dataset.store" && $0.value == .string("p.st") })
    #expect(try SweepConfiguration.parse(canonicalJSON(added), location: "canonical") == added)
    #expect(faults(#""arms": {"b": {"pretraining": {"epochs": 4}}}"#).contains { $0.contains("arms.b.pretraining") })
  }

  @Test func aSweepWithoutArmsIsResolvedToItself() throws {
    let sweep = try parse(#""training": {"batch": 4}"#)
    #expect(sweep.arms == nil && sweep.armNames == [nil] && sweep.resolved(nil) == sweep)
    #expect(sweep.referenceArm == nil && sweep.recognisers.map(\.name) == ["full"])
    #expect(try parse(#""training": {"batch": 4}, "arms": null"#) == sweep)
  }

  /// A setting that one arm sets back to its default is written, although other files omit it.
  @Test func theCanonicalFileHasOnlyWhatArmsOverrideAndIsReadBack() throws {
    let sweep = try parse(
      #""network": {"width": 8, "pretrained": "r.st"}, "#
        + #""arms": {"a": {"network": {"width": 64, "pretrained": null}}, "b": {}}"#)
    let text = canonicalJSON(sweep)
    let again = try SweepConfiguration.parse(text, location: "canonical")
    #expect(again == sweep && again.resolved("a").network == SweepConfiguration.Network())
    let node = try JSONNode.parse(Array(text), location: "canonical")
    #expect(node["arms"]?["b"] == .object([]))
    #expect(node["arms"]?["a"]?["network"]?.members?.map(\.key) == ["pretrained", "width"])
    #expect(node["arms"]?["a"]?.members?.count == 1)
  }

  @Test func withoutArmsTheFileAndTheDigestLackThem() throws {
    let sweep = try parse(#""training": {"batch": 4}"#)
    #expect(!String(decoding: canonicalJSON(sweep), as: UTF8.self).contains("arms"))
    #expect(!String(decoding: scienceJSON(sweep), as: UTF8.self).contains("arms"))
    let stored = try JSONEncoder.stable().encode(sweep)
    #expect(!String(decoding: stored, as: UTF8.self).contains("arms"))
  }

  @Test func theDigestDependsOnTheResolvedSettingsNotOnWhereTheyStand() throws {
    let one = try parse(#""training": {"batch": 4}, "arms": {"a": {}, "b": {"training": {"batch": 8}}}"#)
    let other = try parse(#""training": {"batch": 8}, "arms": {"b": {}, "a": {"training": {"batch": 4}}}"#)
    #expect(one.digest == other.digest && one != other)
    let changed = [
      #""training": {"batch": 4}"#, #""training": {"batch": 4}, "arms": {"a": {}}"#,
      #""training": {"batch": 4}, "arms": {"a": {}, "c": {"training": {"batch": 8}}}"#,
      #""training": {"batch": 4}, "arms": {"a": {}, "b": {"training": {"batch": 9}}}"#,
    ]
    for text in changed { #expect(try parse(text).digest != one.digest, "\(text)") }
    let checkpoints = #", "checkpointEverySteps": 3"#
    let often = try parse(
      #""training": {"batch": 4}, "arms": {"a": {}, "b": {"training": {"batch": 8\#(checkpoints)}}}"#)
    #expect(often.digest == one.digest, "checkpoints change no result")
  }

  @Test func theReferenceIsTheArmThatOverridesNothingElseTheFirst() throws {
    #expect(try parse(two).referenceArm == "own")
    let text = #""training": {"batch": 4}, "arms": {"z": {"training": {"batch": 4}}, "a": {"training": {"batch": 5}}}"#
    #expect(try parse(text).referenceArm == "z", "it overrides with the same value")
    let none = #""arms": {"z": {"training": {"batch": 4}}, "b": {"training": {"batch": 5}}}"#
    #expect(try parse(none).referenceArm == "b")
  }

  @Test func theSmallestLanesLimitTheRanksPerFold() throws {
    #expect(try parse(#""arms": {"a": {}, "b": {"training": {"lanes": 2}}}"#).commonLanes == 2)
    #expect(try parse(#""training": {"lanes": 2}, "arms": {"b": {"training": {"lanes": 4}}}"#).commonLanes == 4)
  }

  /// `sweep.json` of a run, and the text that ranks exchange.
  @Test func anArmIsStoredAndReadAlsoWithoutNewerSettings() throws {
    let sweep = try parse(two)
    let data = try JSONEncoder.stable().encode(sweep)
    #expect(try JSONDecoder().decode(SweepConfiguration.self, from: data) == sweep)
    let arm = #"{"name": "old", "settings": {"network": {"width": 24}}}"#
    let read = try JSONDecoder().decode(SweepConfiguration.Arm.self, from: Data(arm.utf8))
    #expect(read.settings.network.width == 24 && read.settings.training == SweepConfiguration.Training())
    let damaged = #"{"name": "old", "settings": {"network": {"width": 0}}}"#
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(SweepConfiguration.Arm.self, from: Data(damaged.utf8))
    }
  }

  private static let share =
    "cannot differ between arms, which share datasets, folds, seeds and methods; an arm overrides "
    + SweepConfiguration.overridable.map(\.key).joined(separator: ", ")

  @Test(arguments: [
    (#"{}"#, ["arms: is empty; name at least one arm, or leave out arms"]),
    (#"[]"#, ["arms: is a list, not an object that has an object for each arm"]),
    (#"{"a": 3}"#, ["arms.a: is 3, not an object"]),
    (#"{"a": {"training": {"batch": 1}}}"#, ["arms.a.training.batch: is 1; a batch needs at least 2 clips"]),
    (#"{"a": {"training": {"bach": 1}}}"#, ["arms.a.training.bach: is not a known key; did you mean batch?"]),
    (#"{"a": {"trainin": {}}}"#, ["arms.a.trainin: is not a known key; did you mean training?"]),
    (
      #"{"a": {"network": {"motionSize": 96, "identitySize": 64}}}"#,
      [
        "arms.a.network.identitySize: is 64, which does not divide motionSize, 96; "
          + "each of IDNet's pixels is the mean of a whole number of MENet's"
      ]
    ),
    (
      #"{"a": {"folds": {"count": 3}, "seed": 4, "methods": ["fdm"], "variants": ["ce"], "datasets": []}}"#,
      ["datasets", "folds", "methods", "seed", "variants"].map { "arms.a.\($0): \(share)" }
    ),
    (#"{"a": {"arms": {}, "output": "x"}}"#, ["arms", "output"].map { "arms.a.\($0): \(share)" }),
    (#"{"a b": {}}"#, [#"arms: has "a b"; an arm's name has letters, digits, '.', '_' and '-' only"#]),
    (#"{"a/b": {}}"#, [#"arms: has "a/b"; an arm's name has letters, digits, '.', '_' and '-' only"#]),
    (#"{"..": {}}"#, [#"arms: has ".."; an arm's name does not begin with '.'"#]),
    (#"{"": {}}"#, [#"arms: has ""; an arm's name has at least 1 letter"#]),
    (
      #"{"A": {}, "a": {"training": {"batch": 3}}}"#,
      ["arms: has a and A, which differ only in capitals; each has a folder of its name"]
    ),
    (
      #"{"a": {}, "b": {"training": {"batch": 32}}}"#,
      ["arms.b: comes out with the same settings as arms.a; change one of them, or remove it"]
    ),
    (
      #"{"a": {}, "b": {"training": {"checkpointEverySteps": 5}}}"#,
      ["arms.b: comes out with the same settings as arms.a; change one of them, or remove it"]
    ),
  ])
  func aWrongArmIsExplained(_ arms: String, _ expected: [String]) {
    #expect(faults("\"arms\": \(arms)") == expected)
  }

  @Test func anArmNameHas64LettersAtMost() {
    let arm = { #""arms": {"\#(String(repeating: "a", count: $0))": {}}"# }
    #expect(faults(arm(64)).isEmpty && faults(arm(65)).count == 1)
  }

  @Test func aUnitNamesItsArmOnlyWhereThereIsOne() throws {
    let plain = WorkUnit(dataset: "d", fold: 0, variant: .full, seed: 1)
    var armed = plain
    armed.arm = "recipe"
    #expect(plain.description == "d fold 0, full, seed 1" && armed.description == "d fold 0, full, arm recipe, seed 1")
    #expect(
      String(decoding: try JSONEncoder.stable().encode(plain), as: UTF8.self)
        == #"{"dataset":"d","fold":0,"seed":1,"variant":"full"}"#)
    #expect(try JSONDecoder().decode(WorkUnit.self, from: JSONEncoder().encode(armed)) == armed)
    #expect(plain != armed && armed.recogniser.name == "full · recipe")
  }

  /// Arms are paired: all random numbers of a unit are those of the unit without an arm.
  @Test func randomNumbersDoNotDependOnTheArm() {
    let plain = UnitRandom(WorkUnit(dataset: "d", fold: 1, variant: .full, seed: 3))
    let armed = UnitRandom(WorkUnit(dataset: "d", fold: 1, variant: .full, arm: "recipe", seed: 3))
    #expect(plain.weights == armed.weights && plain.method == armed.method && plain.validation == armed.validation)
    #expect(plain.order(30, .motion, epoch: 2) == armed.order(30, .motion, epoch: 2))
    #expect(plain.shuffle(30, .motion, step: 2) == armed.shuffle(30, .motion, step: 2))
    #expect(plain.information(.motion, epoch: 2) == armed.information(.motion, epoch: 2))
  }
}
