import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// What `--model` says of a path that is no MENet's file.
@Suite struct PredictModelTests {
  private let scratch: Scratch
  private let network: SweepConfiguration.Network

  init() throws {
    scratch = try Scratch()
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (1, 2, 16, 16)
    self.network = network
  }

  private func writeMENet(_ path: String, metadata: [String: String] = [:]) throws {
    try Directory.make((scratch(path) as NSString).deletingLastPathComponent)
    let menet = RecognitionNetwork.menet(network, attention: false, classes: 2, seed: 1)
    try SafeTensors.write(menet.state, metadata: metadata, to: scratch(path))
  }

  private func writeIDNet(_ path: String) throws {
    try Directory.make((scratch(path) as NSString).deletingLastPathComponent)
    try SafeTensors.write(RecognitionNetwork.idnet(network, classes: 3, seed: 1).state, to: scratch(path))
  }

  @Test func aDirectoryListsTheModelsInIt() throws {
    for fold in [10, 2, 1] { try writeMENet("run/a/fold-\(fold)/full/menet.safetensors") }
    try writeIDNet("run/a/fold-1/full/idnet.safetensors")
    try writeMENet("run/a/fold-1/elrcn/model.safetensors", metadata: ["method": "elrcn"])
    _ = try scratch.file("run/a/fold-3.safetensors", text: "damaged")
    let folder = scratch("run")
    #expect(
      "\(ModelFolder.fault(at: folder))"
        == """
        \(folder): is a directory; --model takes one of the models in it:
          \(folder)/a/fold-1/full/menet.safetensors
          \(folder)/a/fold-2/full/menet.safetensors
          \(folder)/a/fold-10/full/menet.safetensors
        """)
    try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: folder)
    #expect(ModelFolder.models(below: scratch("link/")).count == 3)
    #expect("\(ModelFolder.fault(at: scratch("run/a/fold-1/elrcn")))".contains("without a trained model"))
    let asked = try ProgramRun.microfold(["predict", "--model", folder, "--store", "none.safetensors"])
    #expect(asked.status == 2 && asked.complaints.count == 1)
    #expect(asked.complaints[0].hasPrefix("microfold: \(folder): is a directory"))
  }

  @Test func idnetsFileIsCalledSoAndMENetsBesideItIsNamed() throws {
    try writeIDNet("unit/idnet.safetensors")
    let path = scratch("unit/idnet.safetensors")
    func fault() -> String {
      do {
        _ = try NetworkFile(.menet, opening: path)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let start = "\(path): is IDNet's file, which knows people and no emotions; this needs MENet's file, "
    #expect(fault() == start + "menet.safetensors")
    try writeMENet("unit/menet.safetensors")
    #expect(fault() == start + "take \(scratch("unit/menet.safetensors"))")
    #expect { try NetworkFile(.idnet, opening: scratch("unit/menet.safetensors")) } throws: {
      "\($0)".contains("is MENet's file, which knows emotions") && "\($0)".hasSuffix("take \(path)")
    }
  }

  @Test func otherFilesOfAUnitAreCalledWhatTheyAre() throws {
    let tensor = SafeTensors.Content("fc1.weight", shape: [1], floats: [0])
    let other = SafeTensors.Content("fc2.weight", shape: [1], floats: [0])
    for (metadata, words) in [
      ([:], "is MINE's file"), (["format": "microfold checkpoint 2"], "is a checkpoint"),
      (["method": "elrcn"], "is what the method \"elrcn\" learned"),
    ] {
      try SafeTensors.write([tensor, other], metadata: metadata, to: scratch("file.safetensors"))
      #expect { try NetworkFile(.menet, opening: scratch("file.safetensors")) } throws: {
        "\($0)".contains("file.safetensors: \(words)")
      }
    }
  }
}
