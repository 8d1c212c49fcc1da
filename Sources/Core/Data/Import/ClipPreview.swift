/// What a person needs to see of a clip before it is imported.
public struct ClipPreview: Equatable, Sendable {
  /// Its row in the annotation file: `line 12`.
  public var location: String
  /// Its description, as a store would have it.
  public var clip: Clip
  /// Onset, apex and offset side by side, as JPEG; nil without pictures.
  public var strip: [UInt8]?

  /// Height of a strip, pixels.
  static let height = 96

  init(_ clip: Clip, strip: [UInt8]? = nil, location: String) {
    (self.clip, self.strip, self.location) = (clip, strip, location)
  }

  /// - Parameter pixels: `[frames, height, width, 3]`, red, green, blue; nil for no picture.
  /// - Throws: a `Fault` when ffmpeg is missing or fails.
  init(_ clip: Clip, pixels: [UInt8]?, location: String, _ ffmpeg: FFmpeg) throws {
    self.init(clip, location: location)
    guard let pixels else { return }
    let frame = clip.height * clip.width * 3
    let shown = [clip.onset, clip.apex, clip.offset].flatMap { pixels[$0 * frame..<($0 + 1) * frame] }
    strip = try ffmpeg.jpeg(shown, width: clip.width, height: clip.height, frames: 3, scaledTo: ClipPreview.height)
  }
}
