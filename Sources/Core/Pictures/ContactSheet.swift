/// A picture of the clips of a store: a row a clip, frames evenly spread from onset to offset.
public struct ContactSheet: Sendable {
  public let width: Int
  public let height: Int
  /// `[height, width, 3]`, red, green, blue.
  let pixels: [UInt8]

  /// - Parameters:
  ///   - clips: number of clips shown, from the first; at most 100 are.
  ///   - frames: frames a clip, 1 to 32.
  ///   - size: height and width of a frame in the picture, pixels, 8 to 512; frames are never enlarged.
  public init(of store: ClipStore, clips: Int = 12, frames: Int = 6, size: Int = 128) {
    let shown = store.clips.prefix(min(max(clips, 1), 100))
    let frames = min(max(frames, 1), 32)
    let (tall, wide) = (store.clips[0].height, store.clips[0].width)
    let size = min(max(size, 8), 512, max(tall, wide))
    let scaling = FrameScaling(height: tall, width: wide, to: size)
    let gap = 2
    width = frames * (size + gap) - gap
    height = shown.count * (size + gap) - gap
    var pixels = [UInt8](repeating: 255, count: width * height * 3)
    var cell = [Float](repeating: 0, count: size * size * 3)
    for (row, clip) in shown.enumerated() {
      guard let stored = store.pixels(of: row).bindMemory(to: UInt8.self).baseAddress else { continue }
      for (column, frame) in FrameSampler.evaluation(clip, count: frames).enumerated() {
        scaling.scale(stored + frame * tall * wide * 3, into: &cell)
        for y in 0..<size {
          let start = ((row * (size + gap) + y) * width + column * (size + gap)) * 3
          for i in 0..<size * 3 {
            pixels[start + i] = UInt8(min(max((cell[y * size * 3 + i] / 2 + 0.5) * 255, 0), 255).rounded())
          }
        }
      }
    }
    self.pixels = pixels
  }

  /// Writes the picture as PNG, by the program ffmpeg.
  ///
  /// - Throws: a `Fault` when ffmpeg is missing or the path cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(try FFmpeg().png(pixels, width: width, height: height), to: path)
  }
}
