import Foundation
import Testing

@testable import Core
@testable import Worker

@Suite struct CheckpointInspectionTests {
  @Test func aCheckpointNamesItsUnitAndItsProgress() throws {
    let tiny = try TinyUnit { ($0.training.checkpointEverySteps, $0.network.width) = (4, 1) }
    _ = try tiny.run(in: "left", pauseAt: 5)
    let path = tiny.checkpoint(5, in: "left")
    let said = try #require(try Inspection(ofCheckpointIn: SafeTensors(opening: path)))
    #expect(said.kind == "checkpoint")
    #expect(said.lines.contains("unit:       synth-samm fold 0, full, seed 2022"))
    #expect(said.lines.contains("checksum:   fits"))
    #expect(said.tables.map(\.name) == ["epochs", "parts", "tensors"])
    #expect(said.tables[1].rows.map { $0[0] }.contains(.text("menet.adam")))
    let steps = try #require(said.facts.first { $0.label == "progress" })
    #expect(steps.values["epochsEnded"] == .count(said.tables[0].rows.count))
    let json = try JSONNode.parse(Array(said.json.canonicalText().utf8), location: "test")
    #expect(json["fold"]?.integer == 0 && json["variant"]?.text == "full" && json["checksumFits"] == .bool(true))
  }

  @Test func aChangedByteIsReported() throws {
    let tiny = try TinyUnit { ($0.training.checkpointEverySteps, $0.network.width) = (4, 1) }
    _ = try tiny.run(in: "left", pauseAt: 5)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: tiny.checkpoint(5, in: "left")))
    bytes[bytes.count - 100] ^= 1
    let path = try tiny.scratch.file("changed", bytes)
    let said = try #require(try Inspection(ofCheckpointIn: SafeTensors(opening: path)))
    #expect(said.lines.contains("checksum:   DOES NOT FIT: the file is incomplete or was changed"))
    #expect(try Inspection(ofCheckpointIn: Fixture("layers/linear").file) == nil)
  }
}
