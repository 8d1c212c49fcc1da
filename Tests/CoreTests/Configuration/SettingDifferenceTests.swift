import Foundation
import Testing

@testable import Core

@Suite struct SettingDifferenceTests {
  private func sweep(_ more: String, datasets: [String] = ["synth-samm"]) throws -> SweepConfiguration {
    let sources = datasets.map { #"{"name": "\#($0)", "synthetic": {"clips": 14}}"# }.joined(separator: ", ")
    return try SweepConfiguration.parse(Data("{\"datasets\": [\(sources)]\(more)}".utf8), location: "a file")
  }

  private func differences(_ sweeps: SweepConfiguration...) -> [String: [String?]] {
    Dictionary(uniqueKeysWithValues: SettingDifference.all(sweeps).map { ($0.path, $0.values) })
  }

  @Test func onlyWhatDecidesResultsAndDiffersIsListedWithItsDefault() throws {
    let plain = try sweep(#", "name": "a", "output": "runs/a", "training": {"checkpointEverySteps": 5}"#)
    let other = try sweep(
      #", "name": "b", "output": "runs/b", "reference": "full", "network": {"input": "flow"}, "#
        + #""training": {"learningRate": 1e-3}, "registration": "similarity""#)
    // `network.input` and `registration` are not written where they have their defaults.
    #expect(
      differences(plain, other) == [
        "network.input": ["frames", "flow"], "registration": ["none", "similarity"],
        "training.learningRate": ["0.0001", "0.001"],
      ])
    #expect(differences(plain, plain).isEmpty)
    #expect(differences(plain, plain, other).map(\.value.count) == [3, 3, 3])
  }

  @Test func methodsAndSeedsAreLists() throws {
    let (one, two) = (try sweep(#", "seeds": [1]"#), try sweep(#", "seeds": [1, 2], "methods": ["menet", "majority"]"#))
    #expect(differences(one, two) == ["methods": ["menet", "menet, majority"], "seeds": ["1", "1, 2"]])
  }

  /// A dataset is compared by its name, wherever it stands in the file; a sweep without it has no value.
  @Test func datasetsAreComparedByName() throws {
    let one = try sweep("", datasets: ["synth-samm", "synth-sdu"])
    var two = try sweep("", datasets: ["synth-sdu", "synth-samm"])
    #expect(differences(one, two).isEmpty)
    two.datasets[0].classes = ClassMap([["happiness"], ["fear", "sadness"]])
    let three = try sweep("", datasets: ["synth-samm"])
    let found = differences(one, two, three)
    #expect(Set(found.keys) == ["datasets", "datasets.synth-sdu.classes"])
    #expect(found["datasets"] == ["synth-samm, synth-sdu", "synth-sdu, synth-samm", "synth-samm"])
    let classes = try #require(found["datasets.synth-sdu.classes"])
    #expect(classes[1] == "happiness, fear+sadness" && classes[0] != classes[1] && classes[2] == nil)
  }

  /// A section that only one sweep has is listed setting by setting.
  @Test func whatOneSweepLacksIsNotSet() throws {
    let pretrained = try sweep(#", "pretraining": {"dataset": {"synthetic": {"clips": 20}}, "epochs": 3}"#)
    let found = differences(try sweep(""), pretrained)
    #expect(found["pretraining.epochs"] == ["not set", "3"])
    #expect(found.keys.allSatisfy { $0.hasPrefix("pretraining") })
  }
}
