import Foundation
import Testing

@testable import Core

/// A store's own digest, and what a run compares.
@Suite struct StoreContentTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Three clips of four frames of 8 × 8 pixels.
  @discardableResult
  private func write(
    _ name: String, order: [Int] = [0, 1, 2], apex: Int = 2, change: (inout [UInt8], Int) -> Void = { _, _ in }
  ) throws -> ClipStore {
    let writer = try ClipStoreWriter(at: scratch(name))
    for index in order {
      let clip = Clip(
        name: "c\(index)", subject: "s\(index)", emotion: "joy", source: "test", fps: 50, onset: 0, apex: apex,
        offset: 3, frames: 4, height: 8, width: 8)
      var pixels = (0..<4 * 192).map { UInt8(truncatingIfNeeded: $0 * 7 + index) }
      change(&pixels, index)
      try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    return try ClipStore(opening: scratch(name))
  }

  /// The same clips as another program writes them.
  private func writeWithoutDigest(_ name: String, apex: Int = 2, pixel: UInt8 = 7) throws -> ClipStore {
    let text = #"{"subject":"s","emotion":"joy","source":"x","fps":50,"onset":0,"apex":\#(apex),"offset":3}"#
    var pixels = [UInt8](repeating: 0, count: 4 * 192)
    pixels[96] = pixel
    try SafeTensors.write(
      [.init("c", shape: [4, 8, 8, 3], bytes: pixels)], metadata: ["c": text], to: scratch(name))
    return try ClipStore(opening: scratch(name))
  }

  @Test func theSameClipsWrittenAgainAreTheSameContent() throws {
    #expect(try write("a").contentDigest() == write("b").contentDigest())
    #expect(try write("a").checkContent())
  }

  @Test func otherFramesOrAnotherApexAreOtherContent() throws {
    let first = try write("a").contentDigest()
    for position in [0, 191, 192, 400, 767] {
      let other = try write("b") { pixels, index in if index == 1 { pixels[position] ^= 1 } }
      #expect(try other.contentDigest() != first, "byte \(position)")
    }
    #expect(try write("b", apex: 1).contentDigest() != first)
  }

  /// Where no digest was left, samples tell.
  @Test func contentIsComparedAlsoWithoutADigest() throws {
    let first = try writeWithoutDigest("a").contentDigest()
    #expect(try writeWithoutDigest("b").contentDigest() == first)
    #expect(try writeWithoutDigest("b", pixel: 8).contentDigest() != first)
    #expect(try writeWithoutDigest("b", apex: 1).contentDigest() != first)
    #expect(try !writeWithoutDigest("b").checkContent())
  }

  @Test func aDigestDoesNotDependOnTheOrderOfClips() throws {
    func digest(_ path: String) throws -> String? { try SafeTensors(opening: path).metadata[StoreContent.key] }
    try write("a")
    try write("b", order: [2, 0, 1])
    #expect(try digest(scratch("a")) == digest(scratch("b")))
    #expect(try digest(scratch("a")).map(StoreContent.isDigest) == true)
  }

  @Test func everyFlippedByteOfAPictureIsFound() throws {
    try write("a")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch("a")))
    for position in stride(from: bytes.count - 3 * 768, to: bytes.count, by: 61) {
      var damaged = bytes
      damaged[position] ^= 1
      try scratch.file("b", damaged)
      let store = try ClipStore(opening: scratch("b"))
      #expect(throws: Fault.self, "byte \(position)") { try store.checkContent() }
    }
  }

  /// Two clips whose frames changed places: every byte is still there.
  @Test func swappedClipsAreFound() throws {
    try write("a")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch("a")))
    let start = bytes.count - 3 * 768
    let swapped = bytes[..<start] + bytes[(start + 768)..<(start + 1536)] + bytes[start..<(start + 768)]
    try scratch.file("b", Data(swapped + bytes[(start + 1536)...]))
    let store = try ClipStore(opening: scratch("b"))
    #expect(throws: Fault.self) { try store.checkContent() }
  }

  @Test func aClipCannotTakeTheDigestsName() throws {
    let writer = try ClipStoreWriter(at: scratch("a"))
    let clip = Clip(
      name: StoreContent.key, subject: "s", emotion: "joy", source: "test", fps: 50, onset: 0, apex: 0, offset: 0,
      frames: 1, height: 1, width: 1)
    let fault = #expect(throws: Fault.self) { try [1, 2, 3].withUnsafeBytes { try writer.append(clip, pixels: $0) } }
    #expect(fault?.description.contains("has a reserved name") == true, "\(String(describing: fault))")
    // One that another program gave it is a clip like any other.
    let text = #"{"subject":"s","emotion":"joy","source":"x","fps":50,"onset":0,"apex":0,"offset":0}"#
    try SafeTensors.write(
      [.init(StoreContent.key, shape: [1, 1, 1, 3], bytes: [1, 2, 3])], metadata: [StoreContent.key: text],
      to: scratch("b"))
    let store = try ClipStore(opening: scratch("b"))
    #expect(try store.clips.count == 1 && !store.checkContent())
  }
}

/// A store that is changed while it is open.
@Suite struct StoreReadingTests {
  private let scratch: Scratch
  private let store: ClipStore

  init() throws {
    scratch = try Scratch()
    try SmallStore.write(["a", "b"], to: scratch("s"))
    store = try ClipStore(opening: scratch("s"))
    // File systems count time in ticks of some milliseconds.
    usleep(30_000)
  }

  private func refusal() -> String {
    let fault = #expect(throws: Fault.self) { try store.pixels(of: 1) }
    return fault?.description ?? ""
  }

  @Test func framesAreReadAlone() throws {
    var frame = [UInt8](repeating: 0, count: 192)
    try frame.withUnsafeMutableBytes { try store.read(1..<2, of: 0, into: $0) }
    #expect(frame == [UInt8](repeating: 60, count: 192))
    #expect(try Array(store.pixels(of: 0)[192..<384]) == frame)
  }

  @Test func aStoreThatIsCutOffIsAFaultOfTheClip() throws {
    #expect(truncate(scratch("s"), 100) == 0)
    let said = refusal()
    #expect(said.hasPrefix("\(scratch("s")), clip `b`: cannot be read: the file was truncated while it was in use"))
    #expect(said.hasSuffix("restore it and run the same command again"))
  }

  @Test func aStoreThatIsWrittenToIsAFaultOfTheClip() throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch("s")))
    try file.seekToEnd()
    try file.seek(toOffset: file.offset() - 1)
    try file.write(contentsOf: Data([9]))
    #expect(refusal().contains("clip `b`: cannot be read: the file was changed while it was in use"))
  }

  /// What an import does: the old file goes on being read.
  @Test func aStoreThatIsReplacedIsReadAsItWas() throws {
    let before = try store.pixels(of: 1)
    try SmallStore.write(["a"], to: scratch("s"))
    #expect(try store.pixels(of: 1) == before)
    #expect(try ClipStore(opening: scratch("s")).clips.count == 1)
  }
}
