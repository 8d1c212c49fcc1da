/// The digest of a store's whole content, which its writer adds to the header's metadata.
///
/// It is the SHA-256 of names, descriptions, shapes and the XXH64 checksum of each clip's pixels, in the order of
/// names; so the order of clips in the file does not matter.
struct StoreContent {
  /// The digest's key in the metadata; no clip of a store written by MicroFold has this name.
  static let key = "microfold.content"
  /// The key of the text that says what a derived store was computed from; no clip has this name either.
  static let originKey = "microfold.origin"
  /// The key of the text that says how an import made squares of frames; no clip has this name either.
  static let fitKey = "microfold.fit"
  /// Names that no clip of a store has.
  static let keys = [key, originKey, fitKey]
  private static let prefix = "sha256-xxh64:"

  /// The digest's input for each clip, by its name.
  private var lines: [String: String] = [:]

  /// - Parameters:
  ///   - description: the clip's text in the header's metadata.
  ///   - pixels: all pixels of the clip.
  mutating func add(_ clip: Clip, description: String, pixels: UnsafeRawBufferPointer) {
    var sum = XXH64()
    sum.update(pixels)
    add(clip, description: description, sum: sum.value)
  }

  /// - Parameter sum: the checksum of all pixels of the clip.
  mutating func add(_ clip: Clip, description: String, sum: UInt64) {
    // Every text is preceded by its length, so that no two contents have the same lines.
    lines[clip.name] =
      "\(clip.name.utf8.count):\(clip.name) \(description.utf8.count):\(description) "
      + "\(clip.frames) \(clip.height) \(clip.width) \(sum)\n"
  }

  var digest: String {
    StoreContent.prefix + SHA256.hex(of: lines.sorted { $0.key < $1.key }.map(\.value).joined())
  }

  /// Whether a text is such a digest and not the description of a clip.
  static func isDigest(_ text: String) -> Bool { text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + 64 }
}

extension ClipStore {
  /// Bytes per read when a whole store is checked.
  private static let portion = 1 << 20
  /// Bytes per sample.
  private static let sample = 4096

  /// A digest of the header, which has all descriptions, and of a few samples of every clip's pixels. A run compares it
  /// at every start. Empty for a store in memory.
  ///
  /// It detects other frames even if the store has no digest of its whole content; it may miss a single changed byte,
  /// see `checkContent`. Reads the header and 12 KiB per clip.
  ///
  /// - Throws: a `Fault` naming the store, and the clip, when it cannot be read.
  public func contentDigest() throws -> String {
    guard let file else { return "" }
    var digest = SHA256()
    digest.update(try file.bytes(0..<8 + SafeTensorsHeader.length(of: file), location: path))
    let sums = try sums { clip in
      // Bytes from the middle of the first, the middle and the last frame; fewer if frames are small.
      let length = min(ClipStore.sample, frameBytes)
      return [0, clip.frames / 2, clip.frames - 1].map { frame in
        let start = frame * frameBytes + (frameBytes - length) / 2
        return start..<start + length
      }
    }
    digest.update(sums.flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } })
    return digest.hex
  }

  /// Reads all pixels and compares them and the descriptions with the digest in the store.
  ///
  /// - Returns: false if there is no digest, because MicroFold 0.1 or another program made the store.
  /// - Throws: a `Fault` naming the store when its content has changed, or it cannot be read.
  public func checkContent() throws -> Bool {
    guard let file else { return false }
    let header = try SafeTensorsHeader(of: file)
    guard let written = header.metadata[StoreContent.key], StoreContent.isDigest(written) else { return false }
    let sums = try sums { clip in
      let count = clip.frames * frameBytes
      return stride(from: 0, to: count, by: ClipStore.portion).map { $0..<min(count, $0 + ClipStore.portion) }
    }
    var content = StoreContent()
    for (clip, sum) in zip(clips, sums) {
      content.add(clip, description: header.metadata[clip.name] ?? "", sum: sum)
    }
    guard content.digest == written else {
      throw Fault(
        at: path, "its frames or descriptions differ from those that were written: it is damaged or was changed")
    }
    return true
  }

  /// For each clip the checksum of some parts of its pixels, in order; clips are distributed over the threads.
  ///
  /// - Parameter parts: returns the byte ranges of a clip.
  private func sums(_ parts: (Clip) -> [Range<Int>]) throws -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: clips.count)
    try sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      try Parallel.tryForEach(clips.count) { index in
        let parts = parts(clips[index])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: parts.map(\.count).max() ?? 0, alignment: 64)
        defer { buffer.deallocate() }
        var sum = XXH64()
        for part in parts {
          let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<part.count])
          try read(from: part.lowerBound, of: index, into: bytes)
          sum.update(UnsafeRawBufferPointer(bytes))
        }
        sums[index] = sum.value
      }
    }
    return sums
  }
}
