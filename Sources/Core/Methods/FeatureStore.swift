import Synchronization

/// What a clip is described by, whatever fold it is in.
public protocol ClipFeatures: Sendable {
  /// Names the features and all settings that they depend on.
  var key: String { get }

  /// Numbers of a clip, as many for every clip.
  var count: Int { get }

  /// The features of one clip, `count` finite numbers; computed on the calling thread.
  func features(of clip: ClipFrames) -> [Float]
}

/// One clip with its frames, as features are computed from it.
public struct ClipFrames {
  public let clip: Clip
  /// `[frames, height, width, 3]`, red, green, blue, as many as the clip says.
  public let pixels: UnsafePointer<UInt8>
  /// In pixels of the stored frames, where they are known.
  public let landmarks: FaceLandmarks?

  public init(_ clip: Clip, pixels: UnsafePointer<UInt8>, landmarks: FaceLandmarks? = nil) {
    (self.clip, self.pixels, self.landmarks) = (clip, pixels, landmarks)
  }

  /// One frame in grey, by its index among the stored ones.
  func grey(_ frame: Int) -> GreyFrame {
    GreyFrame(height: clip.height, width: clip.width, pixels: pixels + frame * clip.height * clip.width * 3)
  }
}

/// Features of clips, computed once in a process and kept for all folds and seeds.
public final class FeatureStore: Sendable {
  private struct Key: Hashable {
    var features, store: String
    var clip: Int
  }

  /// Written before it is kept, then only read.
  private struct Row: @unchecked Sendable { let tensor: Tensor }

  private let known = Mutex<[Key: Row]>([:])

  public init() {}

  /// Clips that are computed between two boundaries.
  private static let portion = 32

  /// The features of some clips, one row each, not to be written to. Those that one of the ranks lacks are computed by
  /// all of them, on all threads.
  ///
  /// - Parameter members: indices into the clips' store.
  /// - Throws: a `Fault`, on all ranks alike, when a clip cannot be read, and what the group's boundary throws.
  func rows(_ features: some ClipFeatures, of members: [Int], in clips: MethodClips) throws -> [Tensor] {
    func key(_ clip: Int) -> Key { Key(features: features.key, store: clips.store.path, clip: clip) }
    let missing = try missing(members, clips.group.exchange) { clip in known.withLock { $0[key(clip)] == nil } }
    for start in stride(from: 0, to: missing.count, by: FeatureStore.portion) {
      let portion = Array(missing[start..<min(missing.count, start + FeatureStore.portion)])
      let rows = try compute(features, of: portion, clips)
      known.withLock { known in
        for (clip, row) in zip(portion, rows) { known[key(clip)] = Row(tensor: row) }
      }
      try clips.group.boundary()
    }
    return known.withLock { known in members.compactMap { known[key($0)] } }.map(\.tensor)
  }

  /// The clips whose features one of the ranks lacks.
  private func missing(
    _ clips: [Int], _ exchange: any LaneExchange, _ isLacking: (Int) -> Bool
  ) throws -> [Int] {
    var lacking = clips.map { isLacking($0) ? 1.0 : 0.0 }
    try lacking.withUnsafeMutableBufferPointer { try exchange.add($0) }
    return zip(clips, lacking).filter { $1 > 0 }.map(\.0)
  }

  /// The features of some clips, computed by each rank for its part of them.
  private func compute(
    _ features: some ClipFeatures, of members: [Int], _ clips: MethodClips
  ) throws -> [Tensor] {
    let exchange = clips.group.exchange
    let (count, size) = (features.count, exchange.size)
    let parts = (0..<size).map { $0 * members.count / size..<($0 + 1) * members.count / size }
    let all = Tensor([members.count, count])
    let own = parts[exchange.rank]
    try clips.group.onEveryRank {
      try Parallel.tryForEach(own.count) { index in
        let row = try clips.withFrames(of: members[own.lowerBound + index]) { features.features(of: $0) }
        precondition(row.count == count, "\(features.key) has \(row.count) numbers, not \(count)")
        all.row(own.lowerBound + index).update(from: row, count: count)
      }
    }
    try exchange.gather(all.buffer, parts: parts.map { $0.lowerBound * count..<$0.upperBound * count })
    return members.indices.map { index in
      let row = Tensor([count])
      row.pointer.update(from: all.row(index), count: count)
      return row
    }
  }
}
