/// Writes synthetic datasets as clip stores.
public enum SyntheticStore {
  /// Generates a dataset of the synthetic suite and writes it.
  ///
  /// - Throws: a `Fault` for an unknown name, or if the store cannot be written.
  public static func write(
    _ name: String, _ settings: SweepConfiguration.Synthetic, to path: String
  ) throws {
    let dataset = try SyntheticDataset(name: name, settings: settings)
    let writer = try ClipStoreWriter(at: path)
    let together = 16
    for start in stride(from: 0, to: dataset.clips.count, by: together) {
      let range = start..<min(dataset.clips.count, start + together)
      var frames = [[UInt8]](repeating: [], count: range.count)
      frames.withUnsafeMutableBufferPointer { frames in
        let frames = frames.baseAddress
        Parallel.forEach(range.count) { frames![$0] = dataset.frames(of: range.lowerBound + $0) }
      }
      for (index, pixels) in zip(range, frames) {
        try pixels.withUnsafeBytes { try writer.append(dataset.clips[index], pixels: $0) }
      }
    }
    try writer.commit()
  }
}
