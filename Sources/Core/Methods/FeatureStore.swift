import Synchronization

/// Features that are computed from one clip, independent of its fold.
public protocol ClipFeatures: Sendable {
  /// Identifies the features and all settings that they depend on.
  var key: String { get }

  /// Number of features per clip, the same for every clip.
  var count: Int { get }

  /// How long one clip takes; nil where that was not measured.
  var cost: FeatureCost? { get }

  /// The features of one clip, `count` finite numbers; computed on the calling thread.
  ///
  /// - Throws: a `Fault` when the clip lacks what they need.
  func features(of clip: ClipFrames) throws -> [Float]
}

extension ClipFeatures {
  /// Not measured.
  public var cost: FeatureCost? { nil }
}

/// One clip with its frames, from which features are computed.
public struct ClipFrames {
  public let clip: Clip
  /// `[frames, height, width, 3]`, red, green, blue; the sizes are those of the clip.
  public let pixels: UnsafePointer<UInt8>
  /// Landmarks that the sweep file gives, in pixels of the stored frames; nil where it gives none.
  public let landmarks: FaceLandmarks?

  public init(_ clip: Clip, pixels: UnsafePointer<UInt8>, landmarks: FaceLandmarks? = nil) {
    (self.clip, self.pixels, self.landmarks) = (clip, pixels, landmarks)
  }

  /// The landmarks that the sweep file gives, otherwise those of the store.
  ///
  /// - Throws: a `Fault` where neither has any.
  func neededLandmarks() throws -> FaceLandmarks {
    guard let known = landmarks ?? clip.landmarks else {
      throw Fault(
        at: "clip `\(clip.name)`",
        "has no landmarks, which this method needs; import the clips again with --landmarks, or name a folder of "
          + "landmarks as datasets[].landmarks")
    }
    return known
  }

  /// The stored frame of this index in grey.
  func grey(_ frame: Int) -> GreyFrame {
    GreyFrame(height: clip.height, width: clip.width, pixels: pixels + frame * clip.height * clip.width * 3)
  }
}

/// Features of clips, computed once per process and kept for all folds and seeds, and for later processes on disk.
public final class FeatureStore: Sendable {
  private struct Key: Hashable {
    var features, store: String
    var clip: Int
    /// Two datasets may be one store with and without landmarks.
    var landmarks: FaceLandmarks?
  }

  /// It is written before it is stored, and afterwards only read.
  private struct Row: @unchecked Sendable { let tensor: Tensor }

  private let known = Mutex<[Key: Row]>([:])

  private let isOnDisk: Bool

  /// - Parameter isOnDisk: whether features are read from files beside the stores, and written there.
  public init(isOnDisk: Bool = false) { self.isOnDisk = isOnDisk }

  /// The end of the name of the folder beside a store, `STORE.features`.
  public static let folderSuffix = ".features"
  /// Hexadecimal digits in a file's name there.
  static let digits = 16

  /// Whether a file of features has this name.
  public static func isFileName(_ name: String) -> Bool {
    let stem = name.prefix { $0.isHexDigit }
    return stem.count == digits && name.dropFirst(digits) == ".safetensors"
  }

  /// Number of clips that are computed between two boundaries.
  private static let portion = 32

  /// The features of some clips, one row each; callers must not write to them. All ranks together compute those that
  /// one of them does not have, on all threads.
  ///
  /// - Parameter members: indices of clips in their store.
  /// - Throws: a `Fault` on all ranks when a clip cannot be read or lacks what the features need, and errors of the
  ///   group's boundary.
  func rows(_ features: some ClipFeatures, of members: [Int], in clips: MethodClips) throws -> [Tensor] {
    func key(_ clip: Int) -> Key {
      Key(
        features: features.key, store: clips.store.path, clip: clip,
        landmarks: clips.landmarks[clips.store.clips[clip].name])
    }
    func keep(_ rows: some Sequence<(key: Int, value: Tensor)>) {
      known.withLock { known in for (clip, row) in rows { known[key(clip)] = Row(tensor: row) } }
    }
    func findMissing() throws -> [Int] {
      try agree(members, clips.group.exchange) { clip in known.withLock { $0[key(clip)] == nil } }
    }
    var (missing, file) = (try findMissing(), FeatureFile?.none)
    if isOnDisk, !missing.isEmpty {
      file = try clips.group.onEveryRank { try FeatureFile(features, of: clips) }
      keep(file?.read() ?? [:])
      missing = try findMissing()
    }
    for start in stride(from: 0, to: missing.count, by: FeatureStore.portion) {
      let portion = Array(missing[start..<min(missing.count, start + FeatureStore.portion)])
      let rows = try compute(features, of: portion, clips)
      keep(zip(portion, rows).map { (key: $0, value: $1) })
      try clips.group.boundary()
    }
    if let file, !missing.isEmpty, clips.group.exchange.rank == 0 {
      let all = known.withLock { known in clips.store.clips.indices.map { known[key($0)] } }
      let rows = all.enumerated().compactMap { clip, row in row.map { (clip, $0.tensor) } }
      // The store may be where nobody can write; then the next start computes the features again.
      try? file.write(Dictionary(uniqueKeysWithValues: rows))
    }
    return known.withLock { known in members.compactMap { known[key($0)] } }.map(\.tensor)
  }

  /// The clips whose features at least one rank does not have.
  private func agree(
    _ clips: [Int], _ exchange: any LaneExchange, _ isLacking: (Int) -> Bool
  ) throws -> [Int] {
    var lacking = clips.map { isLacking($0) ? 1.0 : 0.0 }
    try lacking.withUnsafeMutableBufferPointer { try exchange.add($0) }
    return zip(clips, lacking).filter { $1 > 0 }.map(\.0)
  }

  /// Computes the features of some clips: each rank computes a part of them.
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
        let row = try clips.withFrames(of: members[own.lowerBound + index]) { try features.features(of: $0) }
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
