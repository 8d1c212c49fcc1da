import Foundation

/// Other programs that may be installed here.
public enum InstalledProgram {
  /// The first line that a program prints; nil when it is not installed or fails.
  public static func firstLine(_ program: String, _ arguments: [String]) -> String? {
    var output: [UInt8] = []
    let ending = try? Subprocess(program: program, arguments: arguments).run {
      output += $0
      return output.count < 1 << 16
    }
    guard ending?.status == 0 else { return nil }
    return String(decoding: output, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// Whether ffmpeg can do what imports and pictures need: a picture is encoded and decoded again.
  ///
  /// - Throws: a `Fault` saying what is wrong.
  public static func checkFFmpeg() throws {
    let side = 8
    let ffmpeg = FFmpeg()
    try ffmpeg.check()
    let pixels = (0..<side * side * 3).map { UInt8(truncatingIfNeeded: $0) }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString).png").path
    defer { unlink(file) }
    let png = try ffmpeg.png(pixels, width: side, height: side)
    guard FileManager.default.createFile(atPath: file, contents: Data(png)) else {
      throw Fault.system(at: file, "cannot be written")
    }
    guard try ffmpeg.decode(StillFrames([file]), to: FrameForm(size: side)).pixels == pixels else {
      throw Fault(at: "ffmpeg", "changes pixels when it writes and reads a PNG picture; install another version")
    }
  }
}
