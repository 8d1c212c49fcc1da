import Foundation
import Fuzz
import Testing

@testable import Core
@testable import Worker

@Suite(.serialized) struct CheckpointFuzzTests {
  /// A changed byte is found by the seal; here the header says anything, under a seal that fits.
  @Test func sealedCheckpoints() throws {
    // One channel: the header has all its tensors, and the data that are sealed again each time are few.
    let tiny = try TinyUnit { ($0.training.checkpointEverySteps, $0.network.width) = (4, 1) }
    _ = try tiny.run(in: "left", pauseAt: 5)
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tiny.checkpoint(5, in: "left"))))
    let start = good.withUnsafeBytes { 8 + Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
    let data = Array(good[start..<good.count - 8])
    let mutator = Mutator(
      "checkpoint", seeds: [Array(good[8..<start])],
      words: [
        "\"F32\"", "\"shape\":", "\"data_offsets\":", "[", "]", "{", "}", ",", ":", "\"", "\\\"batches\\\":",
        "\\\"epochs\\\":",
        "\\\"clips\\\":[]", "\\\"stage\\\":", "null", "\\u0000", "checksum", "\"format\"",
      ])
    let path = tiny.scratch("fuzz.safetensors")
    let trainer = try tiny.trainer(in: "elsewhere", LocalCommunicator())
    let clips = Set(trainer.data.training.map(\.name))
    let owner = CheckpointOwner(unit: tiny.unit, digest: tiny.configuration.digest)
    let figures = Fuzz.run(mutator, "checkpoint", quick: 300) { header in
      var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
      var sum = XXH64()
      file.withUnsafeBytes { sum.update($0) }
      withUnsafeBytes(of: sum.value.littleEndian) { file += Array($0) }
      try Fuzz.write(file, to: path)
      let said = try Inspection(ofCheckpointIn: SafeTensors(opening: path))
      _ = (said?.lines, said?.json)
      try trainer.state.load(path, steps: 5, trainer.schedule, clips: clips, owner)
    }
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(figures.slowest < 20)
    if let memory = figures.memory { #expect(memory < 48 << 20, "\(figures)") }
  }
}
