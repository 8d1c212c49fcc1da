import Synchronization

/// What a clip is described by, whatever fold it is in.
public protocol ClipFeatures: Sendable {
  /// Names the features and all settings that they depend on.
  var key: String { get }

  /// The features of one clip, as many for every clip; computed on the calling thread.
  ///
  /// - Parameter pixels: `[frames, height, width, 3]`, red, green, blue, as many as the clip says.
  func features(of clip: Clip, pixels: UnsafePointer<UInt8>) -> [Float]
}

/// Features of clips, computed once in a process and kept for all folds and seeds.
public final class FeatureStore: Sendable {
  private struct Key: Hashable {
    var features, store: String
    var clip: Int
  }

  private let known = Mutex<[Key: [Float]]>([:])

  public init() {}

  /// Clips that are computed between two calls of the boundary.
  private static let portion = 32

  /// The features of clips, a row a member, those that are missing computed on all threads.
  ///
  /// - Throws: what the clips' boundary throws.
  func rows(_ features: some ClipFeatures, of clips: MethodClips) throws -> [[Float]] {
    func key(_ member: MethodClips.Member) -> Key {
      Key(features: features.key, store: clips.store.path, clip: member.clip)
    }
    let missing = known.withLock { known in clips.members.filter { known[key($0)] == nil } }
    for start in stride(from: 0, to: missing.count, by: FeatureStore.portion) {
      let part = Array(missing[start..<min(missing.count, start + FeatureStore.portion)])
      Parallel.forEach(part.count) { index in
        let clip = part[index].clip
        guard let pixels = clips.store.pixels(of: clip).baseAddress else { return }
        let row = features.features(
          of: clips.store.clips[clip], pixels: pixels.assumingMemoryBound(to: UInt8.self))
        known.withLock { $0[key(part[index])] = row }
      }
      try clips.boundary()
    }
    return known.withLock { known in clips.members.map { known[key($0)] ?? [] } }
  }
}
