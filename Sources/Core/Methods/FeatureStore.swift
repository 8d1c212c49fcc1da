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

  /// Clips that are computed between two calls of the boundary.
  private static let portion = 32

  /// The features of clips, a row a member, not to be written to. Those that one of the ranks lacks are computed by all
  /// of them, on all threads.
  ///
  /// - Throws: a `Fault`, on all ranks alike, when a clip cannot be read, and what the clips' boundary and exchange throw.
  func rows(_ features: some ClipFeatures, of clips: MethodClips) throws -> [Tensor] {
    func key(_ member: MethodClips.Member) -> Key {
      Key(features: features.key, store: clips.store.path, clip: member.clip)
    }
    let missing = try missing(clips) { member in known.withLock { $0[key(member)] == nil } }
    for start in stride(from: 0, to: missing.count, by: FeatureStore.portion) {
      let members = Array(missing[start..<min(missing.count, start + FeatureStore.portion)])
      let rows = try compute(features, of: members, clips)
      known.withLock { known in
        for (member, row) in zip(members, rows) { known[key(member)] = Row(tensor: row) }
      }
      try clips.boundary()
    }
    return known.withLock { known in clips.members.compactMap { known[key($0)] } }.map(\.tensor)
  }

  /// The members that one of the ranks lacks.
  private func missing(
    _ clips: MethodClips, _ isLacking: (MethodClips.Member) -> Bool
  ) throws -> [MethodClips.Member] {
    var lacking = clips.members.map { isLacking($0) ? 1.0 : 0.0 }
    try lacking.withUnsafeMutableBufferPointer { try clips.exchange.add($0) }
    return zip(clips.members, lacking).filter { $1 > 0 }.map(\.0)
  }

  /// The features of some clips, computed by each rank for its part of them.
  private func compute(
    _ features: some ClipFeatures, of members: [MethodClips.Member], _ clips: MethodClips
  ) throws -> [Tensor] {
    let (count, size) = (features.count, clips.exchange.size)
    let parts = (0..<size).map { $0 * members.count / size..<($0 + 1) * members.count / size }
    let all = Tensor([members.count, count])
    let own = parts[clips.exchange.rank]
    var fault: Fault?
    do {
      try Parallel.tryForEach(own.count) { index in
        let row = try clips.withFrames(of: members[own.lowerBound + index].clip) { features.features(of: $0) }
        precondition(row.count == count, "\(features.key) has \(row.count) numbers, not \(count)")
        all.row(own.lowerBound + index).update(from: row, count: count)
      }
    } catch let found as Fault {
      fault = found
    }
    try clips.agree(fault)
    try clips.exchange.gather(all.buffer, parts: parts.map { $0.lowerBound * count..<$0.upperBound * count })
    return members.indices.map { index in
      let row = Tensor([count])
      row.pointer.update(from: all.row(index), count: count)
      return row
    }
  }
}
