import Core

/// Makes the derived stores of a dataset: all ranks compute, the first one writes.
///
/// The ranks share the clips of a round, and each computes its own one after the other with all its threads; then the
/// first rank appends the round's clips in the order of the source. So the files have the same bytes on any number of
/// ranks.
public struct StoreDerivation {
  /// One store to make.
  public struct Target: Codable, Equatable, Sendable {
    public var content: DerivedContent
    /// The store's path; the first rank writes it.
    public var path: String

    public init(_ content: DerivedContent, path: String) { (self.content, self.path) = (content, path) }
  }

  private let source: ClipStore
  private let digest: String
  private let targets: [Target]
  private let world: any Communicator

  /// - Parameters:
  ///   - source: the clips as recorded.
  ///   - digest: its `contentDigest`.
  ///   - world: the ranks that compute; each has the same source.
  public init(_ source: ClipStore, digest: String, to targets: [Target], _ world: any Communicator) {
    (self.source, self.digest, self.targets, self.world) = (source, digest, targets, world)
  }

  /// Makes the stores. Every rank calls it.
  ///
  /// - Parameter progress: called on the first rank with the number of clips that are done.
  /// - Throws: a `Fault`, on all ranks, when a clip cannot be read or a store cannot be written; there is then no new
  ///   store.
  public func run(progress: (Int) -> Void) throws {
    var writers: [ClipStoreWriter] = []
    try world.onFirstRank {
      writers = try targets.map { try ClipStoreWriter(at: $0.path, of: $0.content.pixels) }
    }
    // A store that cannot be written is known on the first rank only, until all ranks agree the next time.
    var written = Result<Void, any Error>.success(())
    for round in DerivationRound.rounds(of: source.clips, bytesPerPixel: bytesPerPixel, ranks: world.size) {
      let own = round.clips.filter { round.rank(of: $0) == world.rank }
      let computed = try world.onEveryRank {
        try written.get()
        return Dictionary(uniqueKeysWithValues: try own.map { ($0, try derive($0)) })
      }
      if world.rank == 0 {
        written = try collect(computed, of: round, into: writers)
        progress(round.clips.upperBound)
      } else {
        for index in own { try send(computed[index] ?? []) }
      }
    }
    try world.onFirstRank {
      try written.get()
      for (target, writer) in zip(targets, writers) { try writer.commit(origin: target.content.origin(source: digest)) }
    }
  }

  /// Of a clip in all targets together.
  private var bytesPerPixel: Int { targets.reduce(0) { $0 + $1.content.pixels.bytesPerPixel } }

  private func derive(_ index: Int) throws -> [[UInt8]] {
    let clip = source.clips[index]
    return try source.derive(targets.map(\.content), of: index, frames: Array(clip.onset...clip.offset))
  }

  /// Sends the content of one clip to the first rank.
  private func send(_ computed: [[UInt8]]) throws {
    for bytes in computed {
      try bytes.withUnsafeBytes { try world.exchange($0, expecting: 0, with: 0) { _, _ in } }
    }
  }

  /// Receives the content of a round's clips from the ranks that computed them, and appends it to the stores.
  ///
  /// - Parameter own: that of this rank's clips, by their indices.
  /// - Returns: whether it could be written.
  /// - Throws: errors of the messages between ranks.
  private func collect(
    _ own: [Int: [[UInt8]]], of round: DerivationRound, into writers: [ClipStoreWriter]
  ) throws -> Result<Void, any Error> {
    var written = Result<Void, any Error>.success(())
    for index in round.clips {
      let clip = source.clips[index].motionOnly
      for (position, writer) in writers.enumerated() {
        let bytes = try own[index]?[position] ?? receive(clip, position, from: round.rank(of: index))
        if case .success = written {
          written = Result { try bytes.withUnsafeBytes { try writer.append(clip, pixels: $0) } }
        }
      }
    }
    return written
  }

  private func receive(_ clip: Clip, _ target: Int, from rank: Int) throws -> [UInt8] {
    let count = clip.frames * clip.height * clip.width * targets[target].content.pixels.bytesPerPixel
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { buffer in
      let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
      try world.exchange(nothing, expecting: count, with: rank) { part, offset in
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyMemory(from: part)
      }
    }
    return bytes
  }
}
