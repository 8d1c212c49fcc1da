/// A picture that is composed of frames and written as PNG with the program ffmpeg.
struct Picture {
  let width, height: Int
  /// `[height, width, 3]`, red, green, blue; white where nothing was drawn.
  private(set) var pixels: [UInt8]

  /// A line of text, with its upper left corner in pixels.
  struct Label: Equatable {
    var text: String
    var x, y: Int
  }

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  /// Draws a square frame; parts outside the picture are left out.
  ///
  /// - Parameters:
  ///   - frame: `[size, size, 3]`, values from -1 to 1; values outside are clamped.
  ///   - x: of its upper left corner, pixels.
  mutating func draw(_ frame: [Float], size: Int, x: Int, y: Int) {
    for row in 0..<size where 0..<height ~= y + row {
      for column in 0..<size where 0..<width ~= x + column {
        let (source, target) = ((row * size + column) * 3, ((y + row) * width + x + column) * 3)
        for colour in 0..<3 {
          let value = frame[source + colour] / 2 + 0.5
          // NaN is drawn black.
          pixels[target + colour] = value > 0 ? UInt8((min(value, 1) * 255).rounded()) : 0
        }
      }
    }
  }

  /// Writes the picture.
  ///
  /// - Throws: a `Fault` when ffmpeg is missing or the path cannot be written.
  func write(to path: String, by ffmpeg: FFmpeg) throws {
    try AtomicFile.write(try ffmpeg.png(pixels, width: width, height: height), to: path)
  }

  /// Writes the picture with texts in black.
  ///
  /// - Returns: false, and writes nothing, if this ffmpeg cannot draw texts because the filter or a font is missing.
  /// - Throws: a `Fault` when ffmpeg is missing or the path cannot be written.
  func write(to path: String, labels: [Label], by ffmpeg: FFmpeg) throws -> Bool {
    guard let png = try ffmpeg.png(pixels, width: width, height: height, labels: labels) else { return false }
    try AtomicFile.write(png, to: path)
    return true
  }
}

extension ClipStore {
  /// A frame of a clip, scaled to a square, `[size, size, 3]`: values from -1 to 1, or flow as MENet sees it.
  ///
  /// - Parameter clip: index into `clips`.
  /// - Throws: a `Fault` when it cannot be read.
  func frame(_ frame: Int, of clip: Int, _ scaling: FrameScaling) throws -> [Float] {
    var scaled = [Float](repeating: 1, count: scaling.size * scaling.size * 3)
    try withFrame(frame, of: clip) { stored in
      switch content {
      case .frames: scaling.scale(stored, into: &scaled)
      case .flow:
        let pixels = clips[clip].height * clips[clip].width
        var flow = [Float](repeating: 0, count: pixels * 3)
        FlowQuantization.read(stored, count: pixels, into: &flow)
        scaling.scale(flow, into: &scaled)
      }
    }
    return scaled
  }
}
