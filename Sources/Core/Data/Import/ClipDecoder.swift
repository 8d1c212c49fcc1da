import Foundation

/// A row of annotations whose clip was found on disk.
struct LocatedClip: Sendable {
  var row: ImportRow
  /// Below the source directory.
  var path: String
  var name: String
  var fps: Double
  var emotion: String
  /// Nil for a video.
  var folder: FrameFolder?
  /// How the frame numbers of the whole table are read; nil where this does not fit the row.
  var rule: FrameNumbering.Rule?
  /// The part of each frame that is stored; nil for all of it.
  var crop: CropBox?
  /// What gave the box, for people; nil where one box is given for all clips.
  var cropOrigin: String?
}

/// Reads the frames of located clips; a value, so that several threads may use it at once.
struct ClipDecoder: Sendable {
  private let ffmpeg: FFmpeg
  private let form: FrameForm
  /// Whether a frame number that does not exist is a fault; else the nearest is taken.
  private let isStrict: Bool
  private let landmarks: (any LandmarkReader)?

  /// - Parameters:
  ///   - form: of the frames.
  ///   - landmarks: reads the clips' landmarks; nil for none.
  init(_ ffmpeg: FFmpeg, to form: FrameForm, landmarks: (any LandmarkReader)? = nil, isStrict: Bool = false) {
    (self.ffmpeg, self.form, self.landmarks, self.isStrict) = (ffmpeg, form, landmarks, isStrict)
  }

  /// A clip and its pixels `[frames, size, size, 3]`.
  struct Decoded: Sendable {
    var clip: Clip
    var pixels: [UInt8]
    var repairs: [String]
    /// What a person should look at.
    var doubts: [String]
    /// Of its frames, or of the box that was cut out of them, before they became squares.
    var shape: FrameShape
  }

  /// Whether a clip is a folder of frames; a video otherwise.
  ///
  /// - Throws: a `Fault` at `location` when it is neither, or does not exist.
  static func isFolder(_ path: String, at location: String) throws -> Bool {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Fault(at: location, "`\(printable(path))` does not exist\(Fault.lookedIn(for: path))")
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
    return try found.folder.map { try decode($0, found) } ?? video(path, found)
  }

  private func decode(_ folder: FrameFolder, _ found: LocatedClip) throws -> Decoded {
    let (marks, numbers) = (found.row.marks, folder.numbers)
    guard let span = numbers.span(of: marks, by: found.rule) else { throw noFrames(folder, marks) }
    if isStrict, !span.replaced.isEmpty || span.reading == .recording {
      let hasEnds = [marks.onset, marks.offset].allSatisfy { $0.map { numbers.index(of: $0) != nil } ?? true }
      guard span.reading == .files, hasEnds, let apex = marks.apex else { throw noFrames(folder, marks) }
      throw Fault(at: folder.path, "has no frame \(apex), which is the apex")
    }
    let stills = try StillFrames(folder.paths(span.indices))
    if let crop = found.crop { try stills.check(crop, from: found.cropOrigin) }
    let whole = FrameShape(width: stills.width, height: stills.height)
    let (part, landmarks) = try placed(
      found, onset: span.onset, file: (stills.files[0] as NSString).lastPathComponent, in: folder.files, whole)
    let frames = try ffmpeg.decode(stills, part: part, to: form)
    var (repairs, doubts) = ([String](), [stills.doubt, numbers.gaps(in: span.indices)].compactMap { $0 })
    if found.rule != nil || marks.range == nil {
      repairs = span.replaced
    } else if span.reading == .recording, let range = marks.range {
      repairs.append(
        "frames \(range.lowerBound) to \(range.upperBound) are those of the recording; all \(numbers.count) of the "
          + "clip are used")
    } else if let doubt = span.doubt(of: marks, numbers) {
      doubts.insert(doubt, at: 0)
    }
    return try decoded(
      found, frames, part.shape ?? whole, apex: span.apex.map { $0 - span.onset }, repairs: repairs, doubts: doubts,
      landmarks: landmarks)
  }

  private func noFrames(_ folder: FrameFolder, _ marks: FrameMarks) -> Fault {
    Fault(
      at: folder.path,
      "has no frames from \(marks.onset.map { "onset \($0)" } ?? "its first") to "
        + "\(marks.offset.map { "offset \($0)" } ?? "its last"); its files are numbered \(folder.numbers.first) to "
        + "\(folder.numbers.last)")
  }

  private func video(_ path: String, _ found: LocatedClip) throws -> Decoded {
    let row = found.row
    let onset = row.onset ?? 0
    let isWhole = row.onset == nil && row.offset == nil
    // A frame's shape takes another start of ffmpeg.
    let whole = try landmarks == nil ? nil : ffmpeg.shape(ofVideo: path)
    let (part, landmarks) = try whole.map { try placed(found, onset: onset, $0) } ?? (FramePart(found.crop), nil)
    let frames = try ffmpeg.decode(
      video: path, frames: isWhole ? nil : onset...(row.offset ?? Int(Int32.max)), part: part, to: form)
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
    let shape = try part.shape ?? whole ?? ffmpeg.shape(ofVideo: path)
    return try decoded(
      found, frames, shape, apex: row.apex.map { $0 - onset }, repairs: repairs, landmarks: landmarks)
  }

  /// The part of a clip's frames that is stored, and the landmarks of its onset frame in the stored pixels; nil where
  /// the import is given none.
  ///
  /// - Parameters:
  ///   - onset: the onset frame among all of the clip's, from 0.
  ///   - file: its name.
  ///   - files: the names of all frames of the clip, in the order of their numbers; none for a video.
  ///   - frame: width and height of the recording's frames.
  private func placed(
    _ found: LocatedClip, onset: Int, file: String? = nil, in files: [String] = [], _ frame: FrameShape
  ) throws -> (FramePart, FaceLandmarks?) {
    guard let landmarks else { return (FramePart(found.crop), nil) }
    let points = try landmarks.points(
      of: LandmarkRequest(name: found.name, path: found.path, onset: onset, file: file, files: files))
    let recorded = try points.checked(in: frame)
    let part = form.fit == .align ? FramePart.turned(TurnedSquare(around: recorded)) : FramePart(found.crop)
    return (part, try points.stored(recorded, in: part, of: frame, to: form))
  }

  /// - Parameter apex: among the stored frames; nil when not known.
  private func decoded(
    _ found: LocatedClip, _ frames: FFmpeg.Frames, _ shape: FrameShape, apex: Int?, repairs: [String],
    doubts: [String] = [], landmarks: FaceLandmarks?
  ) throws -> Decoded {
    var (repairs, doubts) = (repairs, doubts)
    let middle = (frames.count - 1) / 2
    if apex.map({ !(0..<frames.count ~= $0) }) ?? (found.row.apex != nil) {
      // An apex that was not a number was reported where it was read.
      let apex = "apex \(found.row.apex.map(String.init) ?? "")"
      guard !isStrict else { throw Fault(at: found.path, "\(apex) is not between onset and offset") }
      repairs.append("\(apex) is not between onset and offset, the middle is used")
    }
    if frames.count == 1 {
      doubts.append("has one frame, so nothing moves")
    } else if !frames.hasMotion {
      doubts.append("no pixel changes in its \(frames.count) frames")
    }
    let clip = Clip(
      name: found.name, subject: found.row.subject, emotion: found.emotion, source: found.path, fps: found.fps,
      onset: 0, apex: apex.flatMap { 0..<frames.count ~= $0 ? $0 : nil } ?? middle, offset: frames.count - 1,
      actionUnits: found.row.actionUnits, landmarks: landmarks, frames: frames.count, height: form.size,
      width: form.size)
    return Decoded(clip: clip, pixels: frames.pixels, repairs: repairs, doubts: doubts, shape: shape)
  }
}

extension FFmpeg.Frames {
  /// Whether any frame differs from the first.
  fileprivate var hasMotion: Bool {
    guard count > 1 else { return false }
    let frame = pixels.count / count
    return pixels.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      return (1..<count).contains { memcmp(start, start + $0 * frame, frame) != 0 }
    }
  }
}
