/// A clip's frames at MENet's input, and below each the same frame in grey, coloured where attention is above average.
public struct AttentionPicture {
  private let maps: AttentionMaps
  private let title: String
  private let size: Int
  /// Each frame in its own colours, and in grey with the attention's colour: `[size, size, 3]`, values from -1 to 1.
  private let frames, heats: [[Float]]

  private static let gap = 2
  /// Pixels above the frames, for two lines of text.
  private static let top = 42

  /// - Parameters:
  ///   - clip: index into the store's clips.
  ///   - title: the text above the frames.
  ///   - size: height and width of a frame in the picture, pixels.
  /// - Throws: a `Fault` when a frame cannot be read.
  public init(of store: ClipStore, clip: Int, _ maps: AttentionMaps, title: String, size: Int = 160) throws {
    (self.maps, self.title, self.size) = (maps, title, size)
    let scaling = FrameScaling(height: store.clips[clip].height, width: store.clips[clip].width, to: size)
    let frames = try maps.frames.map { try store.frame($0, of: clip, scaling) }
    self.frames = frames
    heats = frames.indices.map { AttentionPicture.blend(frames[$0], maps.heat($0, size: size)) }
  }

  /// Writes the picture as PNG with the program ffmpeg; with texts if this ffmpeg can draw them.
  ///
  /// - Throws: a `Fault` when ffmpeg is missing or the path cannot be written.
  public func write(to path: String) throws { try write(to: path, by: FFmpeg()) }

  func write(to path: String, by ffmpeg: FFmpeg) throws {
    let step = size + AttentionPicture.gap
    let labels = maps.frames.enumerated().map { column, frame in
      Picture.Label(text: "frame \(frame)", x: column * step + 2, y: 24)
    }
    let all = [Picture.Label(text: title, x: 2, y: 4)] + labels
    if try !picture(top: AttentionPicture.top).write(to: path, labels: all, by: ffmpeg) {
      try picture(top: 0).write(to: path, by: ffmpeg)
    }
  }

  /// The frames in the upper row, the coloured grey frames in the lower.
  func picture(top: Int) -> Picture {
    let step = size + AttentionPicture.gap
    let gap = AttentionPicture.gap
    var picture = Picture(width: frames.count * step - gap, height: top + 2 * step - gap)
    for (column, (frame, heat)) in zip(frames, heats).enumerated() {
      picture.draw(frame, size: size, x: column * step, y: top)
      picture.draw(heat, size: size, x: column * step, y: top + step)
    }
    return picture
  }

  /// A frame in grey with colour over it, from yellow (weak attention) to red (strong).
  private static func blend(_ frame: [Float], _ heat: [Float]) -> [Float] {
    heat.indices.flatMap { position -> [Float] in
      let pixel = frame[position * 3..<position * 3 + 3]
      // Rec. 601.
      let grey = 0.299 * pixel[position * 3] + 0.587 * pixel[position * 3 + 1] + 0.114 * pixel[position * 3 + 2]
      let strength = heat[position]
      let colour: [Float] = [1, 0.7 - 1.6 * strength, -0.8]
      let cover = 0.85 * strength * (2 - strength)
      return colour.map { $0 * cover + grey * (1 - cover) }
    }
  }
}
