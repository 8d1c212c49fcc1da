import Foundation

/// A row of annotations whose clip was found on disk.
struct LocatedClip: Sendable {
  var row: ImportRow
  /// Below the source directory.
  var path: String
  var name: String
  var fps: Double
  var emotion: String
  var isFolder: Bool
  /// The part of each frame that is stored; nil for all of it.
  var crop: CropBox?
}

/// Reads the frames of located clips; a value, so that several threads may use it at once.
struct ClipDecoder: Sendable {
  private let ffmpeg: FFmpeg
  /// Height and width of the frames, pixels.
  private let size: Int
  /// Whether a frame number that does not exist is a fault; else the nearest is taken.
  private let isStrict: Bool

  init(_ ffmpeg: FFmpeg, size: Int, isStrict: Bool = false) {
    (self.ffmpeg, self.size, self.isStrict) = (ffmpeg, size, isStrict)
  }

  /// A clip and its pixels `[frames, size, size, 3]`.
  struct Decoded: Sendable {
    var clip: Clip
    var pixels: [UInt8]
    var repairs: [String]
    /// Names in the clip's folder that are not frames.
    var strays: [String]
  }

  /// Whether a clip is a folder of frames; a video otherwise.
  ///
  /// - Throws: a `Fault` at `location` when it is neither, or does not exist.
  static func isFolder(_ path: String, at location: String) throws -> Bool {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Fault(at: location, "`\(printable(path))` does not exist")
    }
    guard isDirectory.boolValue || videoSuffixes.contains((path as NSString).pathExtension.lowercased()) else {
      let suffixes = videoSuffixes.sorted().joined(separator: ", ")
      throw Fault(at: location, "`\(printable(path))` is neither a folder of frames nor a video (\(suffixes))")
    }
    return isDirectory.boolValue
  }

  private static let videoSuffixes: Set<String> = ["avi", "mp4", "m4v", "mov", "mkv", "mpg", "mpeg", "wmv", "webm"]

  /// A clip's frames.
  ///
  /// - Parameter path: where it is.
  /// - Throws: a `Fault` naming the path when it cannot be decoded or has no such frames.
  func decode(_ found: LocatedClip, at path: String) throws -> Decoded {
    if let onset = found.row.onset, let offset = found.row.offset, offset < onset {
      throw Fault(at: path, "has offset \(offset) before onset \(onset)")
    }
    return found.isFolder ? try folder(path, found) : try video(path, found)
  }

  private func folder(_ path: String, _ found: LocatedClip) throws -> Decoded {
    let row = found.row
    let folder = try FrameFolder(path)
    guard let span = folder.span(onset: row.onset, offset: row.offset),
      !isStrict || span.base != nil || span.repairs.isEmpty
    else {
      throw Fault(
        at: path,
        "has no frames from \(row.onset.map { "onset \($0)" } ?? "its first") to "
          + "\(row.offset.map { "offset \($0)" } ?? "its last"); its files are numbered \(folder.frames[0].number) to "
          + "\(folder.frames[folder.frames.count - 1].number)")
    }
    let frames = try ffmpeg.decode(
      images: folder.frames[span.onset...span.offset].map(\.path), crop: found.crop, size: size)
    let apex = row.apex.flatMap { number in
      span.base.map { number - $0 } ?? folder.index(of: number)
    }
    return try decoded(found, frames, apex: apex.map { $0 - span.onset }, repairs: span.repairs, strays: folder.strays)
  }

  private func video(_ path: String, _ found: LocatedClip) throws -> Decoded {
    let row = found.row
    let onset = row.onset ?? 0
    let isWhole = row.onset == nil && row.offset == nil
    let frames = try ffmpeg.decode(
      video: path, frames: isWhole ? nil : onset...(row.offset ?? Int(Int32.max)), crop: found.crop, size: size)
    guard frames.count > 0 else {
      throw Fault(at: path, "has no frames from onset \(onset) on; they are counted from 0")
    }
    var repairs: [String] = []
    if let offset = row.offset, frames.count < offset - onset + 1 {
      guard !isStrict else {
        throw Fault(at: path, "ends with frame \(onset + frames.count - 1); offset \(offset) does not exist")
      }
      repairs.append("offset \(offset) does not exist, \(onset + frames.count - 1) is used")
    }
    return try decoded(found, frames, apex: row.apex.map { $0 - onset }, repairs: repairs)
  }

  /// - Parameter apex: among the stored frames; nil when not known.
  private func decoded(
    _ found: LocatedClip, _ frames: FFmpeg.Frames, apex: Int?, repairs: [String], strays: [String] = []
  ) throws -> Decoded {
    var repairs = repairs
    let middle = (frames.count - 1) / 2
    if apex.map({ !(0..<frames.count ~= $0) }) ?? (found.row.apex != nil) {
      // An apex that was not a number was reported where it was read.
      let apex = "apex \(found.row.apex.map(String.init) ?? "")"
      guard !isStrict else { throw Fault(at: found.path, "\(apex) is not between onset and offset") }
      repairs.append("\(apex) is not between onset and offset, the middle is used")
    }
    let clip = Clip(
      name: found.name, subject: found.row.subject, emotion: found.emotion, source: found.path, fps: found.fps,
      onset: 0, apex: apex.flatMap { 0..<frames.count ~= $0 ? $0 : nil } ?? middle, offset: frames.count - 1,
      actionUnits: found.row.actionUnits, frames: frames.count, height: size, width: size)
    return Decoded(clip: clip, pixels: frames.pixels, repairs: repairs, strays: strays)
  }
}
