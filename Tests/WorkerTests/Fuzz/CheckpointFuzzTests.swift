import Foundation
import Fuzz
import Testing

@testable import Core
@testable import Worker

@Suite(.serialized) struct CheckpointFuzzTests {
  /// The checksum detects a changed byte; here the header has any content, with a correct checksum.
  @Test func sealedCheckpoints() throws {
    // One channel: the header has all tensors, and there is little data for the checksum.
    let tiny = try TinyUnit { ($0.training.checkpointEverySteps, $0.network.width) = (4, 1) }
    _ = try tiny.run(in: "left", pauseAt: 5)
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tiny.checkpoint(5, in: "left"))))
    var fitted = try tiny.fitted()
    try expectSound("checkpoint", good, tiny) { _ = try Checkpoint.load($0, steps: 5, tiny.owner, into: &fitted) }
  }

  /// The same for a checkpoint of another method: a network with the moments of Adam.
  @Test func sealedMethodCheckpoints() throws {
    let tiny = try TinyUnit { $0.training.motionEpochs = 2 }
    let method = try #require(Catalogue.method(named: "rcn-a"))
    _ = try tiny.run(in: "left", pauseAt: 14, method: method)
    let name = try #require(tiny.checkpoints(in: "left").last)
    let steps = try #require(CheckpointFolder.steps(of: name))
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tiny.scratch("left/checkpoint/\(name)"))))
    var fitted = try tiny.fitted(method)
    try expectSound("method checkpoint", good, tiny) {
      _ = try Checkpoint.load($0, steps: steps, tiny.owner, into: &fitted)
    }
  }

  /// Changes headers and writes correct checksums: each file is loaded or refused with a fault, quickly and with little
  /// memory.
  private func expectSound(
    _ kind: String, _ good: [UInt8], _ tiny: TinyUnit, load: (_ path: String) throws -> Void
  ) throws {
    let start = good.withUnsafeBytes { 8 + Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
    let data = Array(good[start..<good.count - 8])
    let mutator = Mutator(
      kind, seeds: [Array(good[8..<start])],
      words: [
        "\\\"steps\\\":",
        "\"F32\"", "\"shape\":", "\"data_offsets\":", "[", "]", "{", "}", ",", ":", "\"", "\\\"records\\\":",
        "\\\"epochs\\\":",
        "\\\"clips\\\":[]", "\\\"stage\\\":", "null", "\\u0000", "checksum", "\"format\"",
      ])
    let path = tiny.scratch("fuzz.safetensors")
    let figures = Fuzz.run(mutator, kind, quick: 300) { header in
      var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
      var sum = XXH64()
      file.withUnsafeBytes { sum.update($0) }
      withUnsafeBytes(of: sum.value.littleEndian) { file += Array($0) }
      try Fuzz.write(file, to: path)
      let said = try Inspection(ofCheckpointIn: SafeTensors(opening: path))
      _ = (said?.lines, said?.json)
      try load(path)
    }
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(figures.slowest < 20)
    if let memory = figures.memory { #expect(memory < 48 << 20, "\(figures)") }
  }
}
