/// Finds clips that have a frame in common, under whatever names.
///
/// A few bytes of every frame are read; frames in which these are equal are compared whole. Frames whose bytes are all
/// the same, as black ones, are passed over: they say nothing about where a clip is from.
public enum SharedFrames {
  /// Bytes that are read of a frame, from its middle.
  private static let sample = 4096

  private struct Position {
    var clip, frame: Int
  }

  /// - Returns: groups of clips that share a frame with the first of them; indices of the store's clips, ascending.
  /// - Throws: a `Fault` naming the store and the clip when it cannot be read.
  public static func groups(in store: ClipStore) throws -> [[Int]] {
    let sums = try sums(of: store)
    var first: [UInt64: Position] = [:]
    var groups: [Int: Set<Int>] = [:]
    for (clip, sums) in sums.enumerated() {
      for (frame, sum) in sums.enumerated() {
        guard let sum else { continue }
        guard let earlier = first[sum] else {
          first[sum] = Position(clip: clip, frame: frame)
          continue
        }
        guard earlier.clip != clip, groups[earlier.clip]?.contains(clip) != true else { continue }
        if try areEqual(earlier, Position(clip: clip, frame: frame), in: store) {
          groups[earlier.clip, default: []].insert(clip)
        }
      }
    }
    return groups.map { [$0.key] + $0.value.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// A checksum of each frame's sample, clip by clip; nil for a sample of equal bytes.
  private static func sums(of store: ClipStore) throws -> [[UInt64?]] {
    let length = min(sample, store.frameBytes)
    var sums = [[UInt64?]](repeating: [], count: store.clips.count)
    try sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      try Parallel.tryForEach(store.clips.count) { clip in
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 64)
        defer { bytes.deallocate() }
        sums[clip] = try (0..<store.clips[clip].frames).map { frame in
          let start = frame * store.frameBytes + (store.frameBytes - length) / 2
          try store.read(from: start, of: clip, into: bytes)
          guard bytes.contains(where: { $0 != bytes[0] }) else { return nil }
          var sum = XXH64()
          sum.update(UnsafeRawBufferPointer(bytes))
          return sum.value
        }
      }
    }
    return sums
  }

  private static func areEqual(_ one: Position, _ other: Position, in store: ClipStore) throws -> Bool {
    try store.withFrame(one.frame, of: one.clip) { first in
      try store.withFrame(other.frame, of: other.clip) { second in
        (0..<store.frameBytes).allSatisfy { first[$0] == second[$0] }
      }
    }
  }
}
