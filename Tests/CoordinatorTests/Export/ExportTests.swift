import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold export`: the folder's content, and what is refused.
@Suite struct ExportTests {
  private let scratch: Scratch
  private var output: String { scratch("out") }

  init() throws { scratch = try Scratch() }

  private func export(_ model: String) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(["export", "--model", model, "--output", output], in: scratch)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func facts() throws -> JSONNode {
    let text = try String(contentsOfFile: "\(output)/model.json", encoding: .utf8)
    return try JSONNode.parse(Array(text.utf8), location: "model.json")
  }

  private func readme() throws -> String { try String(contentsOfFile: "\(output)/README.md", encoding: .utf8) }

  private func writeMajority() throws -> String {
    let path = scratch("majority.safetensors")
    try SafeTensors.write(
      [SafeTensors.Content("shares", shape: [2], floats: [0.25, 0.75])],
      metadata: ["method": "majority", "classes": #"["one","two"]"#, "fit": "pad"], to: path)
    return path
  }

  @Test func menetsFolderHasItsWeightsFactsAndDefinition() throws {
    let model = try RandomModel(.flow, .similarity, attention: true, stem: .code).write(in: scratch)
    let end = try export(model)
    #expect(end.status == 0 && end.output == [output] && end.errors.isEmpty, "\(end.errors)")
    #expect(try names(output) == ["README.md", "menet.py", "model.json", "model.safetensors"])
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(output)/model.safetensors"))
        == Data(contentsOf: URL(fileURLWithPath: model)))
    let facts = try facts()
    for (key, value) in [
      ("format", "microfold model 1"), ("method", "menet"), ("input", "flow"), ("registration", "similarity"),
      ("stem", "code"), ("fit", "squash"), ("weights", "model.safetensors"),
      ("weightsDigest", try SHA256.hex(ofFile: model)),
    ] { #expect(facts[key]?.text == value, "\(key)") }
    for (key, value) in [("width", 2), ("frames", 3), ("size", 32), ("recordedHeight", 40), ("recordedWidth", 40)] {
      #expect(facts[key]?.integer == value, "\(key)")
    }
    // Frames of 32 pixels are halved five times with this stem: to 1 × 1.
    #expect(facts["attentionPositions"]?.integer == 1 && facts["trainedAs"] == .null)
    #expect(facts["classes"]?.elements?.map(\.text) == ["joy", "fear", "\"other\""])
    #expect(facts["flow"]?["unitsPerWidth"]?.integer == 32768 && facts["flow"]?["inputPerWidth"]?.integer == 20)
    #expect(try readme().contains("network.predict(clip, registered=True)"))
    // MicroFold reads the folder too, and the folder may be written again.
    #expect(try NetworkFile(.menet, opening: "\(output)/model.safetensors").description.input == .flow)
    #expect(try export("\(output)/model.safetensors").status == 0)
  }

  @Test func anotherMethodHasNoDefinitionAndReplacesAnEarlierExport() throws {
    #expect(try export(RandomModel(.frames).write(in: scratch)).status == 0)
    let end = try export(writeMajority())
    #expect(end.status == 0 && end.errors.count == 1 && end.errors[0].hasPrefix("majority has no PyTorch definition"))
    #expect(try names(output) == ["README.md", "model.json", "model.safetensors"])
    let (facts, readme) = (try facts(), try readme())
    #expect(facts["method"]?.text == "majority" && facts["fit"]?.text == "pad" && facts["width"] == nil)
    #expect(readme.contains("| `shares` | F32 | [2] |") && readme.contains("padded to squares with black"))
    #expect(try MethodModel(opening: "\(output)/model.safetensors").classes == ["one", "two"])
  }

  @Test func foldersWithOtherFilesAreLeftAlone() throws {
    let model = try writeMajority()
    for name in ["notes.txt", "README.md"] {
      try? FileManager.default.removeItem(atPath: output)
      try scratch.file("out/\(name)", text: "mine")
      let end = try export(model)
      #expect(end.status == 2 && end.errors.count == 1 && end.errors[0].contains("holds other files (\(name))"))
      #expect(try names(output) == [name])
    }
    let end = try BuiltProgram.run(["export", "--model", model, "--output", model], in: scratch)
    #expect(end.status == 2 && end.errors.count == 1 && end.errors[0].contains("is a file; choose another --output"))
  }

  @Test func whatCannotBeExportedIsNamed() throws {
    let model = RandomModel(.frames)
    var network = SweepConfiguration.Network()
    (network.width, network.identitySize) = (1, 16)
    try Directory.make(scratch("models"))
    try SafeTensors.write(
      RecognitionNetwork.idnet(network, classes: 3, seed: 1).state, to: scratch("models/idnet.safetensors"))
    try SafeTensors.write(model.contents(), to: scratch("bare.safetensors"))
    var metadata = model.description.metadata
    metadata["motionSize"] = "64"
    let attending = RandomModel(.frames, attention: true)
    try SafeTensors.write(attending.contents(), metadata: metadata, to: scratch("other.safetensors"))
    for (name, words) in [
      ("models/idnet.safetensors", "is IDNet's file"), ("models", "is a directory without a trained model"),
      ("bare.safetensors", "does not say its frames, motionSize, stem, classes (metadata)"),
      ("other.safetensors", "attention.mix.1.weight: is made for 4 positions; frames of 64 pixels have 16"),
    ] {
      let end = try export(scratch(name))
      #expect(end.status == 2 && end.errors.count == 1 && end.errors[0].contains(words), "\(name): \(end.errors)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }
}
