import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold predict` with the `model.safetensors` of every method of the catalogue but MENet.
@Suite(.serialized) struct PredictMethodTests {
  private let scratch: Scratch
  private var run: String { scratch("run") }
  private var store: String { "\(run)/synth-samm/store.safetensors" }

  init() throws { scratch = try Scratch() }

  private static let methods = Catalogue.names.filter { $0 != DualBranchMethod.name }

  private func sweep(_ methods: [String], _ settings: String = "") throws {
    let file = try scratch.file(
      "sweep.json",
      text: """
        {"output": "\(run)", "datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 64}}],
         "folds": {"count": 2}, "methods": \(methods), "network": {"width": 1, "motionSize": 32, "identitySize": 16},
         "training": {"batch": 4, "identityEpochs": 1, "motionEpochs": 1}\(settings)}
        """)
    let ended = try ProgramRun.microfold(["sweep", "--config", file, "--quiet", "--fresh"])
    try #require(ended.status == 0, "\(ended.complaints)")
  }

  private func model(_ method: String) -> String { "\(run)/synth-samm/fold-0/\(method)/model.safetensors" }

  private func predictsAsTheSweep(_ method: String) throws {
    try expectPredictionsOfTheSweep(
      unit: "\(run)/synth-samm/fold-0/\(method)", model: "model.safetensors", store: store, clips: 12)
  }

  @Test func everyMethodPredictsAsInTheSweep() throws {
    try sweep(PredictMethodTests.methods)
    for method in PredictMethodTests.methods { try predictsAsTheSweep(method) }
    #expect(ModelFolder.models(below: run).count == 2 * PredictMethodTests.methods.count)
    for (option, value) in [("--attention", scratch("a")), ("--size", "64"), ("--frames", "3"), ("--stem", "code")] {
      let refused = try ProgramRun.microfold(
        ["predict", "--model", model("lbp-top"), "--store", store, option, value])
      #expect(refused.status == 2 && refused.complaints.count == 1)
      #expect(refused.complaints[0].hasPrefix("microfold: \(option): is for MENet; "), "\(refused.complaints)")
    }
    let refused = try ProgramRun.microfold(
      ["predict", "--model", model("mdmo"), "--store", store, "--landmarks", scratch("")])
    #expect(refused.complaints.first?.contains("was trained without landmarks") == true)
  }

  /// Frames are registered before a method looks at them, also those of a single clip.
  @Test func registeredFramesArePredictedAsInTheSweep() throws {
    try sweep(["lbp-top", "bdcnn"], #", "registration": "similarity""#)
    for method in ["lbp-top", "bdcnn"] {
      #expect(try MethodModel(opening: model(method)).description.registration == .similarity)
      try predictsAsTheSweep(method)
    }
  }

  @Test func whatIsWrongWithAFileIsSaid() throws {
    let store = ClipStore([], pixels: [], at: "store")
    func fault(_ tensors: [SafeTensors.Content], _ metadata: [String: String]) -> String {
      do {
        try SafeTensors.write(tensors, metadata: metadata, to: scratch("model.safetensors"))
        _ = try MethodModel(opening: scratch("model.safetensors")).probabilities(of: [], in: store)
        return ""
      } catch { return "\(error)" }
    }
    let shares = SafeTensors.Content("shares", shape: [2], floats: [0.5, 0.5])
    let classes = #"["one","two"]"#
    #expect(fault([shares], ["method": "majority", "classes": classes]) == "")
    #expect(fault([shares], [:]).contains("does not say which method it is of"))
    #expect(fault([shares], ["method": "mine", "classes": classes]).contains("is of the method \"mine\", which"))
    #expect(fault([shares], ["method": "full", "classes": classes]).contains("is of the method \"full\", which"))
    #expect(fault([shares], ["method": "majority"]).contains("does not say its classes"))
    #expect(fault([shares], ["method": "majority", "classes": "two"]).contains("it is a JSON list of names"))
    #expect(fault([shares], ["method": "majority", "classes": #"["one"]"#]).contains("shares: has shape [2]"))
    let broken = SafeTensors.Content("shares", shape: [2], floats: [.nan, 0.5])
    #expect(fault([broken], ["method": "majority", "classes": classes]).contains("not finite"))
    let other = SafeTensors.Content("more", shape: [1], floats: [0])
    #expect(fault([shares, other], ["method": "majority", "classes": classes]).contains("more: is not a tensor"))
    #expect(fault([shares], ["method": "sparse-mdmo", "classes": classes]).contains("no tensor `rows`"))
    let rows = SafeTensors.Content("rows", shape: [2, 3], floats: [0, 0, 0, 0, 0, 0])
    let said = fault([rows], ["method": "mdmo", "classes": classes])
    #expect(said.contains("rows: has shape [2, 3]; this method needs"), "\(said)")
  }
}
