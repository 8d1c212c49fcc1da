/// A clip that is in no store: a video, or a folder of frames.
public struct SingleClip: Equatable, Sendable {
  public var path: String
  /// Frame numbers, as `CSVImport` takes them; nil for the first frame, the middle and the last.
  public var onset, apex, offset: Int?
  /// The part of each frame that is used; nil for all of it.
  public var crop: CropBox?
  /// How a frame that is not square becomes a square.
  public var fit = FrameFit.squash

  public init(_ path: String) { self.path = path }

  /// A store of this clip alone, decoded as an import does, except that a frame which does not exist is a fault.
  ///
  /// The clip is named by its path; its subject and emotion are empty, its onset is the first stored frame.
  /// - Parameter size: height and width of its frames, pixels.
  /// - Throws: a `Fault` when there is no such clip or frame, it cannot be decoded, or ffmpeg is missing.
  public func store(size: Int) throws -> ClipStore { try read(size: size).store }

  /// As `store`, with what a person should know about frames that are not square; nil for square ones.
  public func read(size: Int) throws -> (store: ClipStore, remark: String?) {
    let folder = try ClipDecoder.isFolder(path, at: "clip") ? FrameFolder(path) : nil
    let row = ImportRow(
      location: path, path: path, subject: "", emotion: "", onset: onset, apex: apex, offset: offset)
    // Frames are spread over the clip, so their rate does not matter.
    let located = LocatedClip(row: row, path: path, name: path, fps: 25, emotion: "", folder: folder, crop: crop)
    let decoder = ClipDecoder(FFmpeg(), to: FrameForm(size: size, fit: fit), isStrict: true)
    let decoded = try decoder.decode(located, at: path)
    let remark = decoded.shape.isSquare ? nil : "\(path): frames of \(decoded.shape.text) pixels are \(fit.described)"
    return (ClipStore([decoded.clip], pixels: [decoded.pixels], at: path), remark)
  }
}
