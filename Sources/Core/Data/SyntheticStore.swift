/// Writes synthetic datasets as clip stores.
public enum SyntheticStore {
  /// Generates a dataset of the synthetic suite and writes it.
  ///
  /// - Throws: a `Fault` for an unknown name, or if the store cannot be written.
  public static func write(
    _ name: String, _ settings: SweepConfiguration.Synthetic, to path: String
  ) throws {
    let writer = try ClipStoreWriter(at: path)
    try SyntheticDataset(name: name, settings: settings).append(to: writer)
    try writer.commit()
  }
}

extension SyntheticDataset {
  /// Generates all clips and appends them to a store.
  ///
  /// - Parameter change: of each clip's description.
  /// - Throws: a `Fault` if the store cannot be written.
  func append(to writer: ClipStoreWriter, _ change: (Clip) -> Clip = { $0 }) throws {
    let together = 16
    for start in stride(from: 0, to: clips.count, by: together) {
      let range = start..<min(clips.count, start + together)
      var frames = [[UInt8]](repeating: [], count: range.count)
      frames.withUnsafeMutableBufferPointer { frames in
        let frames = frames.baseAddress
        Parallel.forEach(range.count) { frames![$0] = self.frames(of: range.lowerBound + $0) }
      }
      for (index, pixels) in zip(range, frames) {
        try pixels.withUnsafeBytes { try writer.append(change(clips[index]), pixels: $0) }
      }
    }
  }
}
