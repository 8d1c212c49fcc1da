@testable import Core

/// A store of small clips whose pixels are known.
enum SmallStore {
  /// Clips of four frames of 8 × 8 pixels, onset 0, apex 2, offset 3: frame t is 40 + 20 t everywhere, and in the
  /// lower half of the apex 10 more.
  static func write(_ names: [String], subject: String = "s1", emotion: String = "joy", to path: String) throws {
    let writer = try ClipStoreWriter(at: path)
    let pixels = (0..<4 * 8 * 8 * 3).map { index in
      let (frame, row) = (index / 192, index / 24 % 8)
      return UInt8(40 + 20 * frame + (frame == 2 && row >= 4 ? 10 : 0))
    }
    for name in names {
      let clip = Clip(
        name: name, subject: subject, emotion: emotion, source: "test", fps: 50, onset: 0, apex: 2, offset: 3,
        actionUnits: "1+2", frames: 4, height: 8, width: 8)
      try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
  }
}
