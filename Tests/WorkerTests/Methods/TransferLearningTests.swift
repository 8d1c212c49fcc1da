import Foundation
import Testing

@testable import Core
@testable import Worker

/// Transfer Learning as a unit: pauses and ranks change nothing, and folds start from what was pretrained.
@Suite struct TransferLearningTests {
  private static let method = TransferLearning()

  private func tiny(_ change: (inout SweepConfiguration) -> Void = { _ in }) throws -> TinyUnit {
    try TinyUnit {
      $0.pretraining = SweepConfiguration.Pretraining()
      $0.pretraining?.epochs = 2
      change(&$0)
    }
  }

  @Test func aPauseAtEveryBoundaryChangesNothing() throws {
    let tiny = try tiny()
    let whole = try tiny.run(in: "whole", method: Self.method)
    let science = try tiny.science(of: "whole")
    #expect(science["model.safetensors"] != nil && whole.boundaries > 4)
    for boundary in 1..<whole.boundaries {
      let folder = "pause-\(boundary)"
      let left = try tiny.run(in: folder, ranks: [1, 2, 4][boundary % 3], pauseAt: boundary, method: Self.method)
      #expect(left.isPaused && left.result == nil, "boundary \(boundary)")
      let end = try tiny.run(in: folder, ranks: [4, 1, 2][boundary % 3], method: Self.method)
      #expect(end.notes.isEmpty, "\(end.notes)")
      #expect(try tiny.science(of: folder) == science, "boundary \(boundary)")
    }
  }

  /// Pretraining takes its own number of epochs; its file is what a fold starts from, with the classifier.
  @Test func foldsStartFromThePretrainedNetwork() throws {
    let tiny = try tiny()
    _ = try tiny.run(in: "before", method: TransferLearningPretraining())
    let metrics = try #require(try tiny.science(of: "before")["metrics.jsonl"])
    #expect(metrics.split(separator: UInt8(ascii: "\n")).count == 2)
    for ranks in [2, 4] {
      _ = try tiny.run(in: "\(ranks)", ranks: ranks, method: TransferLearningPretraining())
      #expect(try tiny.science(of: "\(ranks)") == tiny.science(of: "before"), "\(ranks) ranks")
    }
    let file = try SafeTensors(opening: tiny.scratch("before/model.safetensors"))
    #expect(file.metadata["motionSize"] == "32" && file.metadata["registration"] == nil)
    let started = try tiny.fitted(Self.method, pretraining: tiny.scratch("before")).models[0]
    let random = try tiny.fitted(Self.method).models[0]
    for (content, other) in zip(started.contents, random.contents) where !content.name.hasSuffix("tracked") {
      let values = try content.floats(in: tiny.scratch("started.safetensors"))
      #expect(try values == file.floats(content.name), "\(content.name)")
      let isLearned = !content.name.hasSuffix("downsample.1.weight")
      if isLearned { #expect(try values != other.floats(in: tiny.scratch("random.safetensors")), "\(content.name)") }
    }
  }

  @Test func aMissingPretrainedNetworkFailsTheUnit() throws {
    let tiny = try tiny()
    #expect(throws: Fault.self) { try tiny.fitted(Self.method, pretraining: tiny.scratch("nowhere")) }
  }
}

extension SafeTensors.Content {
  /// The values, by way of a file.
  fileprivate func floats(in path: String) throws -> [Float] {
    try SafeTensors.write([self], to: path)
    return try SafeTensors(opening: path).floats(name)
  }
}
