import Foundation

/// The program ffmpeg, which decodes frames, and encodes pictures (`FFmpeg+Picture.swift`).
struct FFmpeg: Equatable, Sendable {
  var program = "ffmpeg"

  /// Frames `[count, size, size, 3]`, red, green, blue; `size` is that of their `FrameForm`.
  struct Frames: Equatable {
    var pixels: [UInt8]
    var count: Int
  }

  /// More bytes than any clip has: the limit for a damaged or foreign video.
  static let largestClip = 1 << 33

  /// Decodes frames of a video.
  ///
  /// - Parameters:
  ///   - range: indices of frames, from 0; nil for all. Fewer are returned where the video ends earlier.
  ///   - part: of each frame, which is used.
  ///   - form: of the frames it gives.
  /// - Throws: a `Fault` naming the file when it cannot be decoded.
  func decode(
    video path: String, frames range: ClosedRange<Int>?, part: FramePart = .whole, to form: FrameForm
  ) throws -> Frames {
    let trim = range.map { "trim=start_frame=\($0.lowerBound):end_frame=\($0.upperBound + 1)," } ?? ""
    let (frames, ending) = try run(FFmpeg.input(video: path), trim, part, form, at: path)
    guard ending.status == 0, let frames else {
      let box = part.text.map { ", or is smaller than the \($0)" } ?? ""
      throw Fault(at: path, "cannot be decoded\(box): \(firstLine(ending.complaint))")
    }
    return frames
  }

  /// Width and height of a video's frames as they are seen.
  ///
  /// - Throws: a `Fault` naming the file when its first frame cannot be decoded.
  func shape(ofVideo path: String) throws -> FrameShape {
    // The header of a PPM picture: `P6`, width and height, the largest value, a line each.
    var header: [UInt8] = []
    let output = ["-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "pipe:1"]
    let ending = try start(FFmpeg.quiet + FFmpeg.localFiles + FFmpeg.input(video: path) + output) {
      header += $0.prefix(64)
      return header.count < 64
    }
    let words = String(decoding: header.prefix(64), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count > 2, words[0] == "P6", let width = Int(words[1]), let height = Int(words[2]) else {
      throw Fault(at: path, "its first frame cannot be decoded: \(firstLine(ending.complaint))")
    }
    return FrameShape(width: width, height: height)
  }

  private static func input(video path: String) -> [String] {
    ["-i", "file:\(path)", "-map", "0:v:0"]
  }

  /// A playlist must not name files of other hosts.
  private static let localFiles = ["-protocol_whitelist", "file,pipe"]
  static let quiet = ["-nostdin", "-hide_banner", "-v", "error", "-xerror"]

  /// - Parameter before: filters that go before the others, with a comma; or nothing.
  /// - Returns: the frames, nil when the output is not a whole number of frames, and how ffmpeg ended.
  func run(
    _ input: [String], _ before: String, _ part: FramePart, _ form: FrameForm, at location: String
  ) throws -> (Frames?, Subprocess.Ending) {
    // Frames are counted, not timed: each gets the next tick of 1/25 s, so none is dropped or doubled to keep time.
    let filters = before + part.filters(form) + ",settb=1/25,setpts=N"
    let arguments =
      FFmpeg.quiet + FFmpeg.localFiles + ["-flags", "bitexact"] + input
      + ["-vf", filters, "-r", "25", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    var pixels: [UInt8] = []
    let ending = try start(arguments) {
      pixels += $0
      return pixels.count <= FFmpeg.largestClip
    }
    guard pixels.count <= FFmpeg.largestClip else { throw FFmpeg.tooLong(location) }
    let frame = form.bytes
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

  static func tooLong(_ location: String) -> Fault {
    Fault(
      at: location,
      "is longer than any clip: over \(largestClip >> 30) GiB of pixels; give onset and offset")
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
