import Foundation
import Testing

@testable import Core

/// Clips that have frames in common.
@Suite struct SharedFramesTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A store of clips; `seeds` says of each frame of each clip which picture it is, 0 a black one.
  private func store(_ seeds: [[Int]], size: Int = 40) throws -> ClipStore {
    let writer = try ClipStoreWriter(at: scratch("store.safetensors"))
    for (index, seeds) in seeds.enumerated() {
      let clip = Clip(
        name: "c\(1000 + index)", subject: "s\(index)", emotion: "joy", source: "test", fps: 50, onset: 0, apex: 0,
        offset: seeds.count - 1, frames: seeds.count, height: size, width: size)
      let pixels = seeds.flatMap { seed -> [UInt8] in
        let random = CounterRandom(UInt64(seed), 5)
        return (0..<size * size * 3 / 8).flatMap { word -> [UInt8] in
          seed == 0 ? [UInt8](repeating: 0, count: 8) : withUnsafeBytes(of: random.bits(at: UInt64(word))) { Array($0) }
        }
      }
      try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    return try ClipStore(opening: scratch("store.safetensors"))
  }

  @Test func oneCommonFrameIsEnough() throws {
    let store = try store([[1, 2, 3], [4, 5, 6], [7, 3, 8], [9], [6, 10], [3]])
    #expect(try SharedFrames.groups(in: store) == [[0, 2, 5], [1, 4]])
  }

  @Test func differentClipsAndBlackFramesAreNone() throws {
    let store = try store([[0, 1, 2, 2], [0, 3, 4], [5, 0]])
    #expect(try SharedFrames.groups(in: store) == [])
  }

  /// The sample in a frame's middle is the same, a pixel at its edge is not.
  @Test func framesThatDifferOutsideTheSampleAreDifferent() throws {
    let store = try store([[1], [1]], size: 64)
    #expect(try SharedFrames.groups(in: store) == [[0, 1]])
    var bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: scratch("other.safetensors")))
    #expect(try SharedFrames.groups(in: ClipStore(opening: scratch("other.safetensors"))) == [])
  }
}
