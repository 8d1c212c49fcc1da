import Foundation

@testable import Core

/// A clip store with pixels of a known pattern, in a directory that is removed with the object.
final class PatternStore {
  let path: String
  let store: ClipStore
  private let scratch: Scratch

  /// Six frames of 8 × 8 pixels per clip; two classes, `subjects` subjects in turn.
  init(clips: Int = 12, subjects: Int = 4) throws {
    scratch = try Scratch()
    path = scratch("store.safetensors")
    let writer = try ClipStoreWriter(at: path)
    for index in 0..<clips {
      let clip = Clip(
        name: "clip-\(String(format: "%02d", index))", subject: "s\(index % subjects)",
        emotion: index / subjects % 2 == 0 ? "anger" : "fear", source: "test", fps: 100, onset: 0, apex: 2, offset: 5,
        frames: 6, height: 8, width: 8)
      try PatternStore.pixels(of: index).withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    store = try ClipStore(opening: path)
  }

  /// Frame t of clip c is c + 10 t everywhere, plus 100 in the lower half: `[frames, height, width, 3]`.
  static func pixels(of clip: Int) -> [UInt8] {
    (0..<6 * 8 * 8 * 3).map { index in
      let (frame, row) = (index / (8 * 8 * 3), index / (8 * 3) % 8)
      return UInt8(clip + 10 * frame + (row < 4 ? 0 : 100))
    }
  }

  var classes: ClassMap { ClassMap([["anger"], ["fear"]]) }

  func split(_ count: Int = 2) throws -> FoldFile.Dataset {
    var folds = SweepConfiguration.Folds()
    folds.count = count
    let input = FoldFile.Input(name: "small", clips: store.clips, classes: classes)
    return try FoldFile.make(for: [input], folds: folds, seed: 1, digest: { "\($0.count)" }).datasets[0]
  }
}
