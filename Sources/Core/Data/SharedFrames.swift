/// Finds clips that have a frame in common, under whatever names.
///
/// A few bytes of every frame are read; frames in which these are equal are compared whole. Frames whose bytes are all
/// the same, as black ones, are passed over: they say nothing about where a clip is from.
public enum SharedFrames {
  /// Bytes that are read of a frame, from its middle.
  private static let sample = 4096

  /// A clip of one of several stores.
  public struct Member: Hashable, Comparable, Sendable {
    /// Index of the store, and of the clip in it.
    public var store, clip: Int

    public static func < (one: Member, other: Member) -> Bool {
      (one.store, one.clip) < (other.store, other.clip)
    }
  }

  private struct Position {
    var member: Member
    var frame: Int
  }

  /// - Returns: groups of clips that share a frame with the first of them; indices of the store's clips, ascending.
  /// - Throws: a `Fault` naming the store and the clip when it cannot be read.
  public static func groups(in store: ClipStore) throws -> [[Int]] {
    try groups(in: [store]).map { $0.map(\.clip) }
  }

  /// The same for the clips of several stores; frames of different sizes are different.
  public static func groups(in stores: [ClipStore]) throws -> [[Member]] {
    var first: [UInt64: Position] = [:]
    var groups: [Member: Set<Member>] = [:]
    for (index, store) in stores.enumerated() {
      for (clip, sums) in try sums(of: store).enumerated() {
        let member = Member(store: index, clip: clip)
        for (frame, sum) in sums.enumerated() {
          guard let sum else { continue }
          guard let earlier = first[sum] else {
            first[sum] = Position(member: member, frame: frame)
            continue
          }
          guard earlier.member != member, groups[earlier.member]?.contains(member) != true else { continue }
          if try areEqual(earlier, Position(member: member, frame: frame), in: stores) {
            groups[earlier.member, default: []].insert(member)
          }
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

  private static func areEqual(_ one: Position, _ other: Position, in stores: [ClipStore]) throws -> Bool {
    let (store, second) = (stores[one.member.store], stores[other.member.store])
    guard store.frameBytes == second.frameBytes else { return false }
    return try store.withFrame(one.frame, of: one.member.clip) { own in
      try second.withFrame(other.frame, of: other.member.clip) { others in
        (0..<store.frameBytes).allSatisfy { own[$0] == others[$0] }
      }
    }
  }
}
