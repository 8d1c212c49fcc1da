import Foundation
import Testing

@testable import Core

private func clip(_ name: String, frames: Int = 2, size: Int = 4) -> Clip {
  Clip(
    name: name, subject: "sub01", emotion: "surprise", source: "test", fps: 200, onset: 0, apex: frames / 2,
    offset: frames - 1, actionUnits: name == "a" ? "1+2" : nil, frames: frames, height: size, width: size)
}

private func description(_ changes: [String: String] = [:]) -> String {
  var parts = [
    "subject": "\"s\"", "emotion": "\"e\"", "source": "\"x\"", "fps": "50", "onset": "0", "apex": "0", "offset": "1",
  ]
  for (key, value) in changes { parts[key] = value.isEmpty ? nil : value }
  return "{" + parts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
}

@Suite struct ClipStoreTests {
  @Test func clipsComeBackSortedWithTheirPixels() throws {
    let scratch = try Scratch()
    let writer = try ClipStoreWriter(at: scratch("s"))
    let pixels = (0..<3).map { clip in (0..<(2 + clip) * 48).map { UInt8(truncatingIfNeeded: $0 * 7 + clip) } }
    for (index, name) in ["b", "c", "a"].enumerated() {
      try pixels[index].withUnsafeBytes { try writer.append(clip(name, frames: 2 + index), pixels: $0) }
    }
    try writer.commit()
    let store = try ClipStore(opening: scratch("s"))
    #expect(store.clips == [clip("a", frames: 4), clip("b", frames: 2), clip("c", frames: 3)])
    #expect(try store.pixels(of: 0) == pixels[2])
    #expect(try store.pixels(of: 1) == pixels[0])
    #expect(try store.pixels(of: 2) == pixels[1])
    #expect(scratch.names == ["s"])
  }

  @Test func wrongClipsAreNotWritten() throws {
    let scratch = try Scratch()
    let writer = try ClipStoreWriter(at: scratch("s"))
    let bytes = [UInt8](repeating: 0, count: 2 * 48)
    try bytes.withUnsafeBytes { bytes in
      try writer.append(clip("a"), pixels: bytes)
      #expect(throws: Fault.self) { try writer.append(clip("a"), pixels: bytes) }
      #expect(throws: Fault.self) { try writer.append(clip("b", size: 5), pixels: bytes) }
      #expect(throws: Fault.self) { try writer.append(clip("b", frames: 0), pixels: bytes) }
      #expect(throws: Fault.self) { try writer.append(clip("b", frames: 3), pixels: bytes) }
      var endless = clip("b")
      endless.fps = .infinity
      #expect(throws: Fault.self) { try writer.append(endless, pixels: bytes) }
    }
    try writer.commit()
    #expect(try ClipStore(opening: scratch("s")).clips.map(\.name) == ["a"])
    #expect(throws: Fault.self) { try ClipStoreWriter(at: scratch("e")).commit() }
    #expect(scratch.names == ["s"])
  }

  @Test func anyOtherMetadataIsWelcome() throws {
    let scratch = try Scratch()
    let tensor = SafeTensors.Content("a", shape: [2, 1, 1, 3], bytes: [1, 2, 3, 4, 5, 6])
    try SafeTensors.write([tensor], metadata: ["a": description(["more": "[1]"]), "format": "pt"], to: scratch("s"))
    #expect(try ClipStore(opening: scratch("s")).clips.count == 1)
  }

  @Test(arguments: [
    (["onset": "1"], "must ascend"), (["offset": "2"], "must ascend"), (["onset": "-1"], "must ascend"),
    (["apex": "2"], "must ascend"), (["fps": "0"], "frames per second"), (["fps": "-1"], "frames per second"),
    (["fps": "1e999"], "`c`"), (["fps": "null"], "`fps`"), (["fps": "\"50\""], "`fps`"), (["fps": ""], "no `fps`"),
    (["subject": "\"\""], "no subject"), (["subject": "7"], "`subject`"), (["emotion": ""], "no `emotion`"),
    (["onset": "99999999999999999999"], "`onset`"), (["x": "{"], "the text ends before the }"),
    (["apex": "0.5"], "its `apex` is 0.5; a whole number is needed"),
    (["apex": "\"1\""], "its `apex` is \"1\"; a whole number is needed"),
    (["actionUnits": "12"], "its `actionUnits` is 12; a text is needed"),
  ])
  func aWrongDescriptionIsAFaultOfItsClip(_ changes: [String: String], _ says: String) throws {
    let scratch = try Scratch()
    let tensor = SafeTensors.Content("c", shape: [2, 1, 1, 3], bytes: [1, 2, 3, 4, 5, 6])
    try SafeTensors.write([tensor], metadata: ["c": description(changes)], to: scratch("s"))
    let faults = #expect(throws: Faults.self) { try ClipStore(opening: scratch("s")) }
    #expect(faults?.faults.count == 1)
    #expect(faults?.description.contains(says) == true, "\(String(describing: faults))")
  }

  @Test func aFrameNumberMayHaveADecimalPoint() throws {
    let scratch = try Scratch()
    let tensor = SafeTensors.Content("c", shape: [2, 1, 1, 3], bytes: [1, 2, 3, 4, 5, 6])
    try SafeTensors.write(
      [tensor], metadata: ["c": description(["offset": "1.0", "actionUnits": "null"])], to: scratch("s"))
    let clip = try ClipStore(opening: scratch("s")).clips[0]
    #expect(clip.offset == 1 && clip.actionUnits == nil)
  }

  @Test func allWrongClipsAreListed() throws {
    let scratch = try Scratch()
    try SafeTensors.write(
      [
        .init("a", shape: [2, 1, 1, 3], bytes: [1, 2, 3, 4, 5, 6]),
        .init("b", shape: [2, 1, 3], bytes: [1, 2, 3, 4, 5, 6]),
        .init("c", shape: [1, 1, 2, 3], bytes: [1, 2, 3, 4, 5, 6]), .init("d", shape: [1], floats: [1]),
        .init("e", shape: [0, 1, 1, 3], bytes: []),
      ], metadata: ["a": description(), "c": description(["offset": "0"])], to: scratch("s"))
    let faults = #expect(throws: Faults.self) { try ClipStore(opening: scratch("s")) }
    #expect(faults?.faults.count == 4)
    #expect(faults?.description.contains("a store has one size") == true)
  }
}
