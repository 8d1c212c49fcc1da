import Foundation
import Testing

@testable import Core

@Suite struct SweepFileTests {
  private func parse(_ text: String, datasets: String? = SweepText.store) throws -> SweepConfiguration {
    try SweepText.parse(text, datasets: datasets)
  }

  private func faults(_ text: String, datasets: String? = SweepText.store) -> [String] {
    SweepText.faults(text, datasets: datasets)
  }

  @Test func everyKeyButDatasetsHasTheDefaultOfTheDesign() throws {
    // The values of the design's example.
    let sweep = try parse("")
    #expect(sweep.name == "sweep" && sweep.output == "runs/sweep" && sweep.seeds == [2022])
    #expect(sweep.folds.count == 5 && sweep.folds.by == .subject && sweep.variants == [.full])
    let network = sweep.network
    #expect(network.width == 64 && network.frames == 6 && network.motionSize == 256 && network.identitySize == 128)
    #expect(network.stem == .paper && network.estimator == .paper && network.pretrained == nil)
    let training = sweep.training
    #expect(training.batch == 32 && training.learningRate == 1e-4)
    #expect(training.identityEpochs == 100 && training.motionEpochs == 300)
    #expect(training.divergenceWeight == 0.1 && training.mutualInformationWeight == 0.1)
    #expect(training.identityMutualInformationWeight == 0.1 && training.lanes == 8)
    #expect(training.reduction == .exact && training.selection == .last && training.checkpointEverySteps == 0)
    #expect(training.schedule == .constant && training.warmUp == 0 && training.weightDecay == 0)
    #expect(training.weightAveraging == 0 && training.sampling == .random && training.augmentation.isEmpty)
    #expect(training.decoupling == .mutualInformation && training.decoupleGiven == .none && training.decoupleFrom == 0)
    #expect(sweep.datasets.count == 1 && sweep.datasets[0].source == .store("stores/casme2.safetensors"))
    #expect(sweep.datasets[0].classes.names == ["happiness", "disgust", "repression", "surprise", "others"])
  }

  @Test func aListOfAugmentationsMayBeEmpty() throws {
    #expect(try parse(#""training": {"augmentation": []}"#) == parse(""))
  }

  @Test func emptySectionsAreTheDefaults() throws {
    #expect(try parse(#""folds": {}, "network": {}, "training": {}"#) == parse(""))
  }

  @Test func everyKeyIsRead() throws {
    let sweep = try parse(
      #"""
      "name": "n", "output": "o", "seeds": [1, 18446744073709551615], "folds": {"count": 3, "by": "sample"},
      "variants": ["dao-div", "ce"],
      "network": {"width": 8, "frames": 4, "motionSize": 96, "identitySize": 32, "stem": "code", "estimator": "linear",
        "pretrained": "r.st"},
      "training": {"batch": 12, "learningRate": 0.5, "identityEpochs": 0, "motionEpochs": 2, "divergenceWeight": 0,
        "mutualInformationWeight": 2, "identityMutualInformationWeight": 3, "lanes": 4, "reduction": "fast",
        "selection": "validation", "checkpointEverySteps": 7, "schedule": "cosine", "warmUp": 0.1,
        "weightDecay": 0.02, "weightAveraging": 0.98, "sampling": "spread", "augmentation": ["flip", "shift"],
        "decoupling": "distance-correlation", "decoupleGiven": "emotion", "decoupleFrom": 0.75}
      """#,
      datasets: #"""
        [{"name": "synth-samm",
          "synthetic": {"clips": 30, "size": 32, "motion": 2.5, "confounding": 0, "seed": 9},
          "classes": ["anger", ["Happiness", "surprise"]]}]
        """#)
    #expect(sweep.name == "n" && sweep.output == "o" && sweep.seeds == [1, .max])
    #expect(sweep.folds.count == 3 && sweep.folds.by == .sample && sweep.variants == [.daoDiv, .ce])
    #expect(sweep.network.width == 8 && sweep.network.frames == 4 && sweep.network.motionSize == 96)
    #expect(sweep.network.estimator == .linear)
    #expect(sweep.network.identitySize == 32 && sweep.network.stem == .code && sweep.network.pretrained == "r.st")
    let training = sweep.training
    #expect(training.batch == 12 && training.learningRate == 0.5 && training.identityEpochs == 0)
    #expect(training.motionEpochs == 2 && training.divergenceWeight == 0 && training.mutualInformationWeight == 2)
    #expect(training.identityMutualInformationWeight == 3 && training.lanes == 4 && training.reduction == .fast)
    #expect(training.selection == .validation && training.checkpointEverySteps == 7)
    #expect(training.schedule == .cosine && training.warmUp == 0.1 && training.weightDecay == 0.02)
    #expect(training.weightAveraging == 0.98 && training.sampling == .spread)
    #expect(training.augmentation == [.flip, .shift] && training.decoupling == .distanceCorrelation)
    #expect(training.decoupleGiven == .emotion && training.decoupleFrom == 0.75)
    var synthetic = SweepConfiguration.Synthetic()
    (synthetic.clips, synthetic.size, synthetic.motion, synthetic.confounding) = (30, 32, 2.5, 0)
    synthetic.seed = 9
    #expect(sweep.datasets[0].source == .synthetic(synthetic))
    #expect(sweep.datasets[0].classes == ClassMap([["anger"], ["happiness", "surprise"]]))
  }

  @Test func threeFaultsAreListedTogether() {
    #expect(
      faults(#""training": {"batch": -3, "lanes": 6}, "network": {"widht": 8}"#) == [
        "network.widht: is not a known key; did you mean width?",
        "training.batch: is -3; a batch needs at least 2 clips",
        "training.lanes: is 6; lanes are added in pairs, so take 1, 2, 4, 8, 16, 32 or 64",
      ])
  }

  @Test func anUnknownKeyGetsTheNearestRightOne() {
    #expect(faults(#""varaints": ["full"]"#) == ["varaints: is not a known key; did you mean variants?"])
    #expect(faults(#""folds": {"zzzz": 1}"#) == ["folds.zzzz: is not a known key; it is one of by, count"])
  }

  @Test(arguments: [
    (#""training": {"batch": true}"#, "training.batch: is true, not an integer"),
    (#""training": {"batch": 1.5}"#, "training.batch: is 1.5, not an integer"),
    (#""training": {"batch": "32"}"#, "training.batch: is \"32\", not an integer"),
    (
      #""training": {"batch": 99999999999999999999}"#,
      "training.batch: is 1e+20; the largest allowed is 65536"
    ),
    (#""training": {"learningRate": 0}"#, "training.learningRate: is 0; the learning rate is above 0"),
    (#""training": {"learningRate": 1e99}"#, "training.learningRate: is 1e+99; the largest allowed is 1000"),
    (#""training": {"divergenceWeight": -0.1}"#, "training.divergenceWeight: is -0.1; a weight is 0 or more"),
    (#""training": {"divergenceWeight": false}"#, "training.divergenceWeight: is false, not a number"),
    (
      #""training": {"identityEpochs": 0, "motionEpochs": 0}"#,
      "training.motionEpochs: is 0, and so is identityEpochs; nothing would be trained"
    ),
    (#""training": {"schedule": "cosinus"}"#, "training.schedule: is \"cosinus\"; did you mean cosine?"),
    (#""training": {"warmUp": 1.5}"#, "training.warmUp: is 1.5; the largest allowed is 1"),
    (#""training": {"weightDecay": -1}"#, "training.weightDecay: is -1; a weight decay is 0 or more"),
    (#""training": {"weightAveraging": 1}"#, "training.weightAveraging: is 1; the largest allowed is 0.999999"),
    (#""training": {"augmentation": ["flop"]}"#, "training.augmentation[0]: is \"flop\"; did you mean flip?"),
    (
      #""training": {"augmentation": ["flip", "flip"]}"#,
      "training.augmentation[1]: is \"flip\" again; each is done once"
    ),
    (#""training": {"decoupleFrom": -0.5}"#, "training.decoupleFrom: is -0.5; a share is 0 or more"),
    (
      #""training": {"decoupleGiven": "emotion"}"#,
      "training.decoupleGiven: is \"emotion\", which needs \"decoupling\": \"distance-correlation\"; "
        + "MINE has no condition"
    ),
    (#""training": {"reduction": "exakt"}"#, "training.reduction: is \"exakt\"; did you mean exact?"),
    (#""training": []"#, "training: is a list, not an object"),
    (#""training": null"#, "training: is null, not an object"),
    (#""seed": -1"#, "seed: is -1; a seed is 0 or more"),
    (
      #""seed": 18446744073709551616"#,
      "seed: is 1.8446744073709552e+19; the largest allowed is 18446744073709551615"
    ),
    (#""seed": 1, "seeds": [2]"#, "seeds: is given as well as seed; give one of them"),
    (#""seeds": []"#, "seeds: is empty; list at least one of the seeds"),
    (#""seeds": [4, 5, 4]"#, "seeds[2]: is 4 again; each seed is run once"),
    (#""seeds": 4"#, "seeds: is 4, not a list of seeds"),
    (#""variants": ["full", "full"]"#, "variants[1]: is \"full\" again; each variant is run once"),
    (#""variants": ["fulll"]"#, "variants[0]: is \"fulll\"; did you mean full?"),
    (#""folds": {"count": 1}"#, "folds.count: is 1; cross-validation needs at least 2 folds"),
    (#""folds": {"by": "subjects"}"#, "folds.by: is \"subjects\"; did you mean subject?"),
    (#""network": {"frames": 1}"#, "network.frames: is 1; motion needs at least 2 frames"),
    (
      #""network": {"motionSize": 72, "identitySize": 16}"#,
      "network.motionSize: is 72; the networks divide a picture by 16, so take 64 or 80"
    ),
    (
      #""network": {"motionSize": 48, "identitySize": 48, "stem": "code"}"#,
      "network.motionSize: is 48; the networks divide a picture by 32, so take 32 or 64\n"
        + "network.identitySize: is 48; the networks divide a picture by 32, so take 32 or 64"
    ),
    (
      #""network": {"motionSize": 96, "identitySize": 64}"#,
      "network.identitySize: is 64, which does not divide motionSize, 96; "
        + "each of IDNet's pixels is the mean of a whole number of MENet's"
    ),
    (#""network": {"pretrained": 3}"#, "network.pretrained: is 3, not a text"),
    (#""output": """#, "output: is empty"),
    (#""name": "a\u0000b""#, "name: is \"a\\u0000b\"; it must not have control characters"),
  ])
  func aWrongValueIsExplained(_ text: String, _ expected: String) {
    #expect(faults(text).joined(separator: "\n") == expected)
  }

  @Test func leaveOneSubjectOutIgnoresTheCount() throws {
    #expect(try parse(#""folds": {"by": "loso", "count": 1}"#).folds.by == .loso)
  }

  @Test(
    arguments: [
      (nil, "datasets: is missing; name at least one dataset"),
      ("[]", "datasets: is empty; list at least one of the datasets"),
      ("[3]", "datasets[0]: is 3, not an object"),
      (
        #"[{"name": "a", "classes": "sdu-6"}]"#,
        "datasets[0]: has no clips; give store, synthetic or parts"
      ),
      (
        #"[{"store": "s", "name": "a"}]"#,
        "datasets[0].classes: is missing; name a preset "
          + "(\(ClassPreset.names.joined(separator: ", "))) or list emotions"
      ),
      (
        #"[{"name": "synth-sdu", "store": "s", "synthetic": {}, "classes": "sdu-6"}]"#,
        "datasets[0]: has both store and synthetic; give one of them"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": "samm5"}]"#,
        "datasets[0].classes: is \"samm5\", which is not a class preset; did you mean samm-5?"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", "Anger "]}]"#,
        "datasets[0].classes[1]: is anger again; an emotion is in one class"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", []]}]"#,
        "datasets[0].classes[1]: is empty; a class has at least one emotion"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", {"name": "x", "emotion": ["fear"]}]}]"#,
        "datasets[0].classes[1].emotion: is not a known key; did you mean emotions?\n"
          + "datasets[0].classes[1].emotions: is missing; "
          + #"a class is {"name": "others", "emotions": ["fear", "sadness"]}"#
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", {"name": "x", "emotions": "fear"}]}]"#,
        "datasets[0].classes[1].emotions: is \"fear\", not a list of emotions"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", {"name": "x", "emotions": []}]}]"#,
        "datasets[0].classes[1].emotions: is empty; a class has at least one emotion"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", {"name": " Anger", "emotions": ["fear"]}]}]"#,
        "datasets[0].classes[1]: is named Anger, as a class before it; each class has another name"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": [{"name": "fear", "emotions": ["anger"]}, ["joy", "fear"]]}]"#,
        "datasets[0].classes[1][1]: is fear, which is the name of another class"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger", {"name": 7, "emotions": ["fear"]}]}]"#,
        "datasets[0].classes[1].name: is 7, not a name"
      ),
      (
        #"[{"name": "synth-sdu", "synthetic": {}, "classes": ["anger", {"name": "x", "emotions": ["contempt"]}]}]"#,
        "datasets[0].classes: has x, which synth-sdu has no clips of; "
          + "it is made with happiness, surprise, disgust, sadness, fear, anger"
      ),
      (
        #"[{"name": "a", "store": "s", "classes": ["anger"]}]"#,
        "datasets[0].classes: has 1 of the at least 2 classes"
      ),
      (
        #"[{"name": "a/b", "store": "s", "classes": "sdu-6"}]"#,
        "datasets[0].name: is \"a/b\"; a dataset's name has letters, digits, '.', '_' and '-' only"
      ),
      (
        #"[{"name": "..", "store": "s", "classes": "sdu-6"}]"#,
        "datasets[0].name: is \"..\"; a dataset's name does not begin with '.'"
      ),
      (
        #"[{"name": "Report", "store": "s", "classes": "sdu-6"}]"#,
        "datasets[0].name: is \"Report\"; the run directory has its own report"
      ),
      (
        #"[{"name": "synth-sam", "synthetic": {}}]"#,
        "datasets[0].name: is \"synth-sam\", which is not a synthetic dataset; did you mean synth-samm?"
      ),
      (
        #"[{"name": "synth-sdu", "synthetic": {"clips": 3, "colour": 1}}]"#,
        "datasets[0].synthetic.colour: is not a known key; it is one of clips, size, motion, confounding, seed\n"
          + "datasets[0].synthetic.clips: is 3; a dataset needs at least 10 clips"
      ),
      (
        #"[{"name": "synth-sdu", "synthetic": {}, "classes": ["anger", "contempt"]}]"#,
        "datasets[0].classes: has contempt, which synth-sdu has no clips of; "
          + "it is made with happiness, surprise, disgust, sadness, fear, anger"
      ),
      (
        #"[{"name": "synth-sdu", "synthetic": {}}, {"name": "SYNTH-SDU", "store": "s", "classes": "sdu-6"}]"#,
        "datasets[1].name: is SYNTH-SDU, as in datasets[0]; each dataset has a folder of its own name"
      ),
    ] as [(String?, String)])
  func aWrongDatasetIsExplained(_ datasets: String?, _ expected: String) {
    #expect(faults("", datasets: datasets).joined(separator: "\n") == expected)
  }

  @Test func aDatasetNameOf65LettersIsTooLong() {
    let name = { String(repeating: "a", count: $0) }
    let dataset = { #"[{"name": "\#(name($0))", "store": "s", "classes": "sdu-6"}]"# }
    #expect(faults("", datasets: dataset(64)).isEmpty)
    #expect(faults("", datasets: dataset(65)).count == 1)
  }

  @Test func aSyntheticDatasetHasTheClassesItIsMadeWith() throws {
    for (name, preset) in [
      "synth-sdu": "sdu-6", "synth-mmew": "mmew-6", "synth-samm": "samm-5", "synth-casme2": "casme2-5",
    ] {
      let sweep = try parse("", datasets: #"[{"name": "\#(name)", "synthetic": {}}]"#)
      #expect(try sweep.datasets[0].classes == ClassPreset.named(preset, at: "test").classes)
    }
  }

  @Test func aFileThatIsNotThereIsOneFault() {
    let here = FileManager.default.currentDirectoryPath
    #expect(throws: Fault(at: "no/such.json", "does not exist; looked in \(here); name a sweep file")) {
      try SweepConfiguration.load("no/such.json")
    }
    #expect(throws: Fault.self) { try SweepConfiguration.load("/") }
  }

  @Test(arguments: ["demo", "paper", "ablation", "methods", "recipe", "recipe-ablation", "paper-recipe"])
  func theSweepsOfTheRepositoryAreRight(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    let sweep = try SweepConfiguration.load("\(root)/sweeps/\(name).json")
    #expect(sweep.name == name && sweep.output == "runs/\(name)")
    #expect(sweep.datasets.count == (name == "ablation" ? 1 : 4))
    #expect(
      sweep.variants == (name == "ablation" ? Ablation.allCases : name == "methods" ? [.ce, .full] : [.full]))
    #expect(sweep.methods.contains("menet") && (name != "methods" || sweep.methods == Catalogue.names))
    #expect(sweep.seeds.count == (["ablation", "recipe", "recipe-ablation"].contains(name) ? 3 : 1))
    if name == "paper" {
      var training = SweepConfiguration.Training()
      (training.testEvery, training.checkpointEverySeconds) = (10, 300)
      #expect(sweep.network == SweepConfiguration.Network() && sweep.training == training)
    }
  }

  /// The demo, the recipe's arm, and what its ablation starts from are the same settings.
  @Test func thereIsOneRecipe() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    func load(_ name: String) throws -> SweepConfiguration {
      try SweepConfiguration.load("\(root)/sweeps/\(name).json")
    }
    let (demo, recipe) = (try load("demo"), try load("recipe").resolved("recipe"))
    let ablation = try load("recipe-ablation").resolved("recipe")
    for sweep in [recipe, ablation] {
      #expect(sweep.training == demo.training && sweep.network == demo.network)
      #expect(sweep.pretraining == demo.pretraining && sweep.registration == demo.registration)
      #expect(sweep.datasets == demo.datasets)
    }
    #expect(try load("recipe").resolved("paper").network.input == .frames)
  }
}
