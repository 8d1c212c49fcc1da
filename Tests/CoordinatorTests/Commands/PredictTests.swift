import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// `microfold predict` on the weights of a small sweep, by the built program.
@Suite(.serialized) struct PredictTests {
  private let scratch: Scratch
  private var run: String { scratch("run") }
  private var model: String { "\(run)/synth-samm/fold-0/mi/menet.safetensors" }
  private var store: String { "\(run)/synth-samm/store.safetensors" }

  init() throws { scratch = try Scratch() }

  private func sweepFile(_ network: String = "") throws -> String {
    try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(run)", "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 32}}],
         "folds": {"count": 2}, "variants": ["mi", "full"],
         "network": {"width": 1, "frames": 3, "motionSize": 32, "identitySize": 16\(network)},
         "training": {"batch": 4, "identityEpochs": 1, "motionEpochs": 1}}
        """)
  }

  @Test func predictionsAreThoseOfTheSweep() throws {
    #expect(try ProgramRun.microfold(["sweep", "--config", sweepFile(), "--quiet"]).status == 0)
    for variant in ["mi", "full"] {
      try expectPredictionsOfTheSweep(
        unit: "\(run)/synth-samm/fold-0/\(variant)", model: "menet.safetensors", store: store, clips: 12)
    }

    let described = try SafeTensors(opening: model).metadata
    #expect(described["frames"] == "3" && described["motionSize"] == "32" && described["stem"] == "paper")
    #expect(described["classes"] == #"["anger","contempt","happiness","surprise","other"]"#)
    try withoutMetadataSizeAndFramesMustBeGiven()
    try runsAndNetworksAreInspected()
  }

  private func runsAndNetworksAreInspected() throws {
    let said = try ProgramRun.microfold(["inspect", run, "--json"])
    let json = try JSONNode.parse(Array(said.output.utf8), location: "test")
    #expect(said.status == 0 && json["kind"]?.text == "run" && json["resultCount"]?.integer == 4)
    let units = try #require(json["units"]?.elements)
    #expect(units.map { $0["variant"]?.text } == ["full", "full", "mi", "mi"])
    #expect(units.allSatisfy { $0["state"]?.text == "finished" && $0["accuracy"] != .null })
    #expect(units[2]["folder"]?.text == "\(run)/synth-samm/fold-0/mi")
    #expect(try ProgramRun.microfold(["inspect", model]).output.contains("branch:    MENet, width 1, 5 classes"))
  }

  private func withoutMetadataSizeAndFramesMustBeGiven() throws {
    let told = try ProgramRun.microfold(["predict", "--model", model, "--store", store, "--output", scratch("a.csv")])
    #expect(told.output == scratch("a.csv") + "\n")
    let file = try SafeTensors(opening: model)
    let bare = scratch("bare.safetensors")
    try SafeTensors.write(
      file.entries.map { entry in
        entry.type == .int64
          ? SafeTensors.Content(entry.name, shape: entry.shape, integers: try file.integers(entry.name))
          : SafeTensors.Content(entry.name, shape: entry.shape, floats: try file.floats(entry.name))
      }, to: bare)
    let command = ["predict", "--model", bare, "--store", store, "--output", scratch("b.csv")]
    let size = try ProgramRun.microfold(command)
    #expect(size.status == 2 && size.complaints.count == 1 && size.complaints[0].hasSuffix("give --size"))
    let frames = try ProgramRun.microfold(command + ["--size", "32"])
    #expect(frames.status == 2 && frames.complaints.count == 1 && frames.complaints[0].hasSuffix("give --frames"))
    #expect(!FileManager.default.fileExists(atPath: scratch("b.csv")))
    #expect(try ProgramRun.microfold(command + ["--size", "32", "--frames", "3"]).status == 0)
    // Only the names of the classes differ.
    let (a, b) = (try table("a.csv"), try table("b.csv"))
    #expect(a.dropFirst().map { $0.dropFirst(4) } == b.dropFirst().map { $0.dropFirst(4) })
    #expect(b[0].prefix(5) == ["clip", "subject", "emotion", "predicted", "probability_0"])
  }

  /// The fields of a CSV file, line by line.
  private func table(_ name: String) throws -> [[String]] {
    try String(contentsOfFile: scratch(name), encoding: .utf8).components(separatedBy: "\r\n")
      .map { $0.components(separatedBy: ",") }
  }

  @Test func badPretrainedWeightsAreOneLineBeforeTheRunBegins() throws {
    let weights = try scratch.file("resnet.safetensors", text: "no tensors")
    let config = try sweepFile(#", "pretrained": "\#(weights)""#)
    for ranks in [1, 2] {
      let ended = try ProgramRun.microfold(["sweep", "--config", config, "--quiet"], ranks: ranks)
      #expect(ended.status == 2)
      #expect(ended.complaints.count == 1 && ended.complaints[0].contains(weights))
      #expect(!FileManager.default.fileExists(atPath: run))
    }
  }

  @Test func aMetadataValueThatIsWrongIsNamed() throws {
    let wrong = [
      ("frames", "many"), ("motionSize", "0"), ("stem", "oak"), ("classes", #"["one"]"#), ("input", "colour"),
      ("registration", "affine"), ("recordedHeight", "-1"), ("recordedWidth", "wide"),
    ]
    for (key, value) in wrong {
      var network = SweepConfiguration.Network()
      (network.width, network.frames, network.motionSize) = (1, 2, 16)
      let menet = RecognitionNetwork.menet(network, attention: false, classes: 2, seed: 1)
      try SafeTensors.write(menet.state, metadata: [key: value], to: scratch("menet.safetensors"))
      #expect { try NetworkFile(.menet, opening: scratch("menet.safetensors")) } throws: { error in
        "\(error)".contains("menet.safetensors: metadata `\(key)`: is ")
      }
    }
  }

  @Test func aDescriptionSurvivesItsFile() throws {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.stem) = (1, 2, 16, .code)
    let description = ModelDescription(classes: ["\"quoted\"", "zwölf/ﬁ\u{1}"], network)
    let menet = RecognitionNetwork.menet(network, attention: false, classes: 2, seed: 1)
    try SafeTensors.write(menet.state, metadata: description.metadata, to: scratch("menet.safetensors"))
    #expect(try NetworkFile(.menet, opening: scratch("menet.safetensors")).description == description)
  }
}
