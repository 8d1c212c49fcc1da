import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// `microfold predict --run` on a small sweep of two seeds, by the built program.
@Suite(.serialized) struct PredictRunTests {
  private let scratch: Scratch
  private var run: String { scratch("run") }
  private var store: String { "\(run)/synth-samm/store.safetensors" }

  init() throws {
    scratch = try Scratch()
    let command = try SampleProgram.command(.good, in: scratch)
    let file = try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(run)", "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 32}}],
         "folds": {"count": 2}, "seeds": [1, 2], "variants": ["full"],
         "methods": ["menet", "majority", {"name": "mine", "command": \(command), "checkRepeat": false}],
         "network": {"width": 1, "frames": 3, "motionSize": 32, "identitySize": 16},
         "training": {"batch": 4, "identityEpochs": 1, "motionEpochs": 2, "learningRate": 0.01}}
        """)
    let ended = try ProgramRun.microfold(["sweep", "--config", file, "--quiet"])
    try #require(ended.status == 0, "\(ended.complaints)")
  }

  private func predict(_ words: [String]) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(["predict"] + words + ["--threads", "1"], in: scratch)
  }

  /// The lines of a table, cell by cell.
  private func rows(_ end: BuiltProgram.Ending) -> [[String]] {
    end.output.joined(separator: "\n").components(separatedBy: "\r\n").filter { !$0.isEmpty }
      .map { $0.components(separatedBy: ",") }
  }

  private func json(_ words: [String]) throws -> JSONNode {
    let end = try predict(words + ["--store", store, "--json"])
    try #require(end.status == 0, "\(end.errors)")
    return try JSONNode.parse(Array(end.output.joined(separator: "\n").utf8), location: "test")
  }

  private func number(_ node: JSONNode) throws -> Double { try #require(Double(node.canonicalText())) }

  /// The numbers of one key, clip by clip.
  private func numbers(_ json: JSONNode, _ key: String) throws -> [[Double]] {
    try #require(json["clips"]?.elements).map { clip in
      try #require(clip[key]?.elements, "\(key)").map(number)
    }
  }

  private func model(fold: Int, seed: Int) -> String { "\(run)/synth-samm/fold-\(fold)/full/seed-\(seed)" }

  @Test func theModelsOfAllFoldsAndSeedsAreAveraged() throws {
    let units = [(0, 1), (1, 1), (0, 2), (1, 2)]
    let single = try units.map { fold, seed in
      try numbers(json(["--model", "\(model(fold: fold, seed: seed))/menet.safetensors"]), "probabilities")
    }
    #expect(single[0] != single[1] && single[1] != single[3], "models that differ")
    let together = try json(["--run", run, "--method", "full"])
    let (means, deviations) = try (numbers(together, "probabilities"), numbers(together, "standardDeviations"))
    #expect(means.count == 12 && deviations.count == 12)
    for clip in means.indices {
      for index in means[clip].indices {
        let values = single.map { $0[clip][index] }
        let mean = values.reduce(0, +) / 4
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        #expect(abs(means[clip][index] - mean) < 1e-6)
        #expect(abs(deviations[clip][index] - (squares / 3).squareRoot()) < 1e-6)
      }
    }
    let models = try #require(together["models"]?.elements)
    #expect(models.map { [$0["fold"]?.integer, $0["seed"]?.integer] } == units.map { [$0, $1] })
    #expect(together["missing"] == .list([]) && together["clipsSeenInTraining"]?.integer == 12)
    #expect(together["dataset"]?.text == "synth-samm" && together["variant"]?.text == "full")
    try theTableHasTheSpreadOfThePredictedClass(means, deviations, together)
  }

  private func theTableHasTheSpreadOfThePredictedClass(
    _ means: [[Double]], _ deviations: [[Double]], _ json: JSONNode
  ) throws {
    let end = try predict(["--run", run, "--method", "menet", "--store", store])
    let classes = try #require(json["classes"]?.elements).compactMap(\.text)
    let rows = rows(end)
    #expect(rows.count == 13 && rows[0].suffix(2) == ["standard_deviation", "models"])
    for (row, (mean, deviation)) in zip(rows.dropFirst(), zip(means, deviations)) {
      let predicted = try #require(mean.firstIndex(of: mean.max() ?? 0))
      #expect(row[3] == classes[predicted] && row.last == "4")
      // The sums here are added in another order.
      let written = try #require(Double(row[row.count - 2]))
      #expect(abs(written - deviation[predicted]) < 1e-12)
    }
    #expect(
      end.errors == [
        "\(run): mean of 4 models, full on synth-samm",
        "the store is that of \(run), and models that predict 12 of 12 clips here were trained on them: these "
          + "predictions say nothing about new people; cross-validated predictions are in "
          + "\(run)/report/predictions.csv",
      ])
  }

  @Test func aSeedIsChosenAndWhatIsMissingIsSaid() throws {
    #expect(try json(["--run", run, "--method", "full", "--seed", "2"])["models"]?.elements?.count == 2)
    try FileManager.default.removeItem(atPath: "\(model(fold: 1, seed: 2))/result.json")
    let words = ["--run", run, "--method", "full", "--store", store]
    let part = try predict(words)
    #expect(part.status == 1 && rows(part).count == 13, "\(part.errors)")
    let lacking = "fold 1 with seed 2 of full on synth-samm not finished; only 3 of 4 models are averaged"
    #expect(part.errors.last == "\(run): \(lacking)")
    let one = try predict(words + ["--seed", "2"])
    // With the model of fold 0 alone there is no spread, and fold 0's own clips are new to it.
    #expect(one.status == 1 && rows(one).dropFirst().allSatisfy { $0.suffix(2) == ["", "1"] })
    let folds = try RunDirectory(path: run).storedFolds().datasets[0].folds
    #expect(one.errors.contains { $0.contains("models that predict \(folds[1].count) of 12 clips") }, "\(one.errors)")
    try FileManager.default.removeItem(atPath: "\(model(fold: 0, seed: 2))/result.json")
    let none = try predict(words + ["--seed", "2"])
    #expect(none.status == 2 && none.errors.count == 1 && none.errors[0].contains("has no finished model of full on"))
  }

  @Test func aModelThatWasNotScoredIsRefused() throws {
    let file = "\(model(fold: 0, seed: 1))/menet.safetensors"
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.copyItem(atPath: "\(model(fold: 1, seed: 1))/menet.safetensors", toPath: file)
    let end = try predict(["--run", run, "--method", "full", "--store", store])
    #expect(end.status == 2 && end.output.isEmpty && end.errors.count == 1)
    #expect(end.errors[0].contains("\(file): is not the model whose results are beside it"), "\(end.errors)")
  }

  @Test func aChoiceThatFitsNothingIsOneLine() throws {
    for (words, said) in [
      ([], "\(run): has several methods; give --method: full, majority"),
      (["--method", "mine"], "--method: is \"mine\", a program, which leaves no model; run the program itself"),
      (["--method", "mojority"], "--method: is \"mojority\"; did you mean majority?"),
      (["--method", "full", "--arm", "a"], "--arm: is \"a\"; the run has no arms"),
      (["--method", "full", "--dataset", "samm"], "--dataset: is \"samm\"; did you mean synth-samm?"),
      (["--method", "full", "--seed", "3"], "--seed: is 3; the run has 1, 2"),
      (["--method", "majority", "--attention", "a"], "--attention: is for MENet; "),
    ] {
      let end = try predict(["--run", run, "--store", store] + words)
      #expect(end.status == 2 && end.output.isEmpty && end.errors.count == 1)
      #expect(end.errors[0].hasPrefix("microfold: \(said)"), "\(end.errors)")
    }
  }

  @Test func aModelOfARunIsExported() throws {
    let words = ["export", "--run", run, "--method", "full", "--output", scratch("exported")]
    for (more, said) in [
      ([], "has 2 folds of synth-samm; give --fold, from 0, or --final"),
      (["--fold", "1"], "has several seeds; give --seed: 1, 2"),
      (["--fold", "2"], "is 2; synth-samm has folds 0 to 1"),
    ] {
      let end = try BuiltProgram.run(words + more, in: scratch)
      #expect(end.status == 2 && end.errors.count == 1 && end.errors[0].hasSuffix(said), "\(end.errors)")
    }
    let end = try BuiltProgram.run(words + ["--fold", "1", "--seed", "2"], in: scratch)
    #expect(end.status == 0 && end.output == [scratch("exported")], "\(end.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch("exported/model.safetensors")))
    #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: "\(model(fold: 1, seed: 2))/menet.safetensors")))
    let json = try String(contentsOfFile: scratch("exported/model.json"), encoding: .utf8)
    let unit = try #require(try JSONNode.parse(Array(json.utf8), location: "test")["trainedAs"])
    #expect(unit["dataset"]?.text == "synth-samm" && unit["testFold"]?.integer == 1 && unit["seed"]?.integer == 2)
  }
}

/// Which models can be averaged, and how.
@Suite struct TrainedModelsTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ name: String, _ classes: [String], frames: Int = 2) throws -> String {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (1, frames, 16)
    let menet = RecognitionNetwork.menet(network, attention: false, classes: classes.count, seed: 1)
    let path = scratch(name)
    try SafeTensors.write(menet.state, metadata: ModelDescription(classes: classes, network).metadata, to: path)
    return path
  }

  private func fault(_ files: [String]) -> String {
    do {
      return "\(try TrainedModels(files).all.count) models"
    } catch { return "\(error)" }
  }

  @Test func onlyModelsOfTheSameClassesAndInputAreAveraged() throws {
    let one = try write("one", ["joy", "fear"])
    #expect(try fault([one, write("two", ["joy", "fear"])]) == "2 models")
    let other = try write("other", ["fear", "joy"])
    #expect(fault([one, other]).hasPrefix("\(other): has the classes fear, joy, but \(one) has joy, fear; only "))
    let long = try write("long", ["joy", "fear"], frames: 3)
    #expect(fault([one, long]).hasPrefix("\(long): was trained on other input or frames than \(one)"))
  }

  @Test func meanAndDeviationAreThoseOfTheModels() {
    let clip = Clip(
      name: "c", subject: "s", emotion: "joy", source: "test", fps: 25, onset: 0, apex: 1, offset: 2, frames: 3,
      height: 4, width: 4)
    func row(_ probabilities: [Float], _ values: [Float]) -> StorePrediction.Row {
      StorePrediction.Row(
        clip: clip, probabilities: probabilities, frames: [0, 2],
        attention: AttentionMaps(frames: [0, 2], side: 1, values: values))
    }
    let mean = MeanPrediction(
      classes: ["joy", "fear"],
      of: [[row([0.75, 0.25], [1, 0])], [row([0.25, 0.75], [0, 1])], [row([0, 1], [0, 0.5])]])
    // The mean of 3/4, 1/4 and 0 is 1/3; its sample variance ((5/12)² + (1/12)² + (1/3)²) / 2 = 7/48.
    #expect(mean.models == 3 && mean.rows[0].probabilities == [Float(1.0 / 3), Float(2.0 / 3)])
    #expect(mean.rows[0].predicted == 1 && mean.rows[0].attention?.values == [Float(1.0 / 3), 0.5])
    #expect(abs((mean.deviations?[0][0] ?? 0) - (7.0 / 48).squareRoot()) < 1e-12)
    let alone = MeanPrediction(classes: ["joy", "fear"], of: [[row([0.7, 0.3], [1, 0])]])
    #expect(alone.deviations == nil && alone.rows == [row([0.7, 0.3], [1, 0])])
  }
}
