import Foundation

/// The program ffmpeg, which decodes frames, and encodes pictures (`FFmpeg+Picture.swift`).
struct FFmpeg: Equatable, Sendable {
  var program = "ffmpeg"

  /// Frames `[count, size, size, 3]`, red, green, blue.
  struct Frames: Equatable {
    var pixels: [UInt8]
    var count: Int
  }

  /// More bytes than any clip has: the limit for a damaged or foreign video.
  private static let largestClip = 1 << 33

  /// Decodes still images, one frame per file, in the order given.
  ///
  /// - Parameters:
  ///   - files: paths of images of one format and size.
  ///   - crop: the part of each frame that is used; nil for all of it.
  ///   - size: height and width of the frames it gives, pixels.
  /// - Throws: a `Fault` naming the file that differs from the first, is smaller than the crop box or damaged.
  func decode(images files: [String], crop: CropBox? = nil, size: Int) throws -> Frames {
    let headers = try files.map { try ImageHeader(of: $0) }
    guard let first = headers.first else { return Frames(pixels: [], count: 0) }
    for (header, file) in zip(headers, files) where header != first {
      throw Fault(
        at: file, "is \(header), the clip's first frame \(first); the frames of a clip have one format and size")
    }
    if let crop, crop.x + crop.width > first.width || crop.y + crop.height > first.height {
      throw Fault(at: files[0], "is \(first), too small for the crop box \(crop.text)")
    }
    if let frames = try sequence(files, first.format, crop, size) { return frames }
    // Something is wrong with one of them: find out which. Only failing clips pay for this.
    for file in files where try sequence([file], first.format, crop, size) == nil {
      throw Fault(at: file, "cannot be decoded: the image is damaged")
    }
    throw Fault(at: files[0], "cannot be decoded together with the other frames of its clip")
  }

  /// Decodes frames of a video.
  ///
  /// - Parameters:
  ///   - range: indices of frames, from 0; nil for all. Fewer are returned where the video ends earlier.
  ///   - crop: the part of each frame that is used; nil for all of it.
  ///   - size: height and width of the frames it gives, pixels.
  /// - Throws: a `Fault` naming the file when it cannot be decoded.
  func decode(
    video path: String, frames range: ClosedRange<Int>?, crop: CropBox? = nil, size: Int
  ) throws -> Frames {
    let trim = range.map { "trim=start_frame=\($0.lowerBound):end_frame=\($0.upperBound + 1)," } ?? ""
    let (frames, ending) = try run(["-i", "file:\(path)", "-map", "0:v:0"], trim, crop, size, at: path)
    guard ending.status == 0, let frames else {
      let box = crop.map { ", or is smaller than the crop box \($0.text)" } ?? ""
      throw Fault(at: path, "cannot be decoded\(box): \(firstLine(ending.complaint))")
    }
    return frames
  }

  static let quiet = ["-nostdin", "-hide_banner", "-v", "error", "-xerror"]

  /// Decodes images through a folder of links with plain numbered names, so that no name needs quoting; nil when
  /// ffmpeg fails or frames are missing.
  private func sequence(
    _ files: [String], _ format: ImageHeader.Format, _ crop: CropBox?, _ size: Int
  ) throws -> Frames? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString)").path
    guard mkdir(folder, 0o700) == 0 else { throw Fault.system(at: folder, "cannot be made") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (index, file) in files.enumerated() {
      let target = URL(fileURLWithPath: file).path
      guard symlink(target, "\(folder)/\(index).\(format.rawValue)") == 0 else {
        throw Fault.system(at: folder, "a link cannot be made")
      }
    }
    // In a sequence's name % begins a number; a temporary directory may have one in its name.
    let pattern = folder.replacingOccurrences(of: "%", with: "%%") + "/%d.\(format.rawValue)"
    let input = [
      "-threads", "1", "-err_detect", "explode", "-f", "image2", "-framerate", "25", "-start_number", "0",
      "-i", pattern,
    ]
    let (frames, ending) = try run(input, "", crop, size, at: files[0])
    return ending.status == 0 && frames?.count == files.count ? frames : nil
  }

  /// - Parameter trim: a filter that goes before the others, with its comma; or nothing.
  /// - Returns: the frames, nil when the output is not a whole number of frames, and how ffmpeg ended.
  private func run(
    _ input: [String], _ trim: String, _ crop: CropBox?, _ size: Int, at location: String
  ) throws -> (Frames?, Subprocess.Ending) {
    // Frames are counted, not timed: each gets the next tick of 1/25 s, so none is dropped or doubled to keep time.
    let filters =
      trim + (crop.map { $0.filter + "," } ?? "")
      + "scale=\(size):\(size):flags=area+accurate_rnd+full_chroma_int+bitexact,settb=1/25,setpts=N"
    let arguments =
      FFmpeg.quiet + ["-protocol_whitelist", "file,pipe", "-flags", "bitexact"] + input
      + ["-vf", filters, "-r", "25", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    var pixels: [UInt8] = []
    let ending = try start(arguments) {
      pixels += $0
      return pixels.count <= FFmpeg.largestClip
    }
    guard pixels.count <= FFmpeg.largestClip else {
      throw Fault(
        at: location, "is longer than any clip: over \(FFmpeg.largestClip >> 30) GiB of pixels; give onset and offset")
    }
    let frame = size * size * 3
    return (pixels.count % frame == 0 ? Frames(pixels: pixels, count: pixels.count / frame) : nil, ending)
  }

  func start(
    _ arguments: [String], input: UnsafeRawBufferPointer = .init(start: nil, count: 0),
    receive: (UnsafeRawBufferPointer) -> Bool
  ) throws -> Subprocess.Ending {
    let process = Subprocess(program: program, arguments: arguments)
    guard let ending = try process.run(input: input, receive: receive) else { throw FFmpeg.missing(program) }
    return ending
  }

  /// What a missing program is reported as.
  static func missing(_ program: String) -> Fault {
    Fault(at: program, "is not installed; it decodes frames: `apt install ffmpeg` or `dnf install ffmpeg`")
  }

  /// Checks that the program is installed.
  ///
  /// - Throws: a `Fault` saying how to install it.
  func check() throws {
    _ = try start(["-version"]) { _ in true }
  }

  /// The first line of ffmpeg, without the name of its component, whose memory address changes from run to run.
  func firstLine(_ complaint: String) -> String {
    guard let line = complaint.split(separator: "\n").first else { return "ffmpeg gave no reason" }
    let words = line.hasPrefix("[") ? line.drop { $0 != "]" }.dropFirst().drop { $0 == " " } : line
    return printable(String(words.isEmpty ? line : words))
  }
}
