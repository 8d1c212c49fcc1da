import Foundation

extension FFmpeg {
  /// Encodes a picture as PNG.
  ///
  /// - Parameter pixels: `[height, width, 3]`, red, green, blue.
  /// - Throws: a `Fault` when ffmpeg is missing or fails.
  func png(_ pixels: [UInt8], width: Int, height: Int) throws -> [UInt8] {
    let (png, ending) = try encode(pixels, width: width, height: height, filters: [])
    guard ending.status == 0, !png.isEmpty else {
      throw Fault(at: program, "could not write a PNG picture: \(firstLine(ending.complaint))")
    }
    return png
  }

  /// Draws texts into a picture and encodes it as PNG.
  ///
  /// - Returns: nil if this ffmpeg has no filter for texts or finds no font.
  /// - Throws: a `Fault` when ffmpeg is missing.
  func png(_ pixels: [UInt8], width: Int, height: Int, labels: [Picture.Label]) throws -> [UInt8]? {
    // Texts are passed in files, because texts in a filter need quoting; the folder's name needs none.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("microfold-\(UUID().uuidString)").path
    guard folder.utf8.allSatisfy(\.isPlainInPaths), mkdir(folder, 0o700) == 0 else { return nil }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let filters = try labels.enumerated().map { index, label in
      let file = "\(folder)/\(index)"
      try Data(printable(label.text).utf8).write(to: URL(fileURLWithPath: file))
      return "drawtext=textfile=\(file):expansion=none:fontsize=14:fontcolor=black"
        // The same baseline for texts with and without descenders.
        + ":x=\(label.x):y=\(label.y + 12)-max_glyph_a"
    }
    let (png, ending) = try encode(pixels, width: width, height: height, filters: filters)
    return ending.status == 0 && !png.isEmpty ? png : nil
  }

  /// Puts frames side by side, scales them and encodes the picture as JPEG.
  ///
  /// - Parameters:
  ///   - pixels: `[frames, height, width, 3]`, red, green, blue.
  ///   - size: height of the picture, pixels.
  /// - Throws: a `Fault` when ffmpeg is missing or fails.
  func jpeg(_ pixels: [UInt8], width: Int, height: Int, frames: Int, scaledTo size: Int) throws -> [UInt8] {
    let (jpeg, ending) = try encode(
      pixels, width: width, height: height,
      filters: ["tile=\(frames)x1", "scale=-2:\(size):flags=area+accurate_rnd+bitexact"],
      to: ["mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "4"])
    guard ending.status == 0, !jpeg.isEmpty else {
      throw Fault(at: program, "could not write a JPEG picture: \(firstLine(ending.complaint))")
    }
    return jpeg
  }

  /// - Parameter codec: the encoder and its options.
  private func encode(
    _ pixels: [UInt8], width: Int, height: Int, filters: [String], to codec: [String] = ["png", "-pix_fmt", "rgb24"]
  ) throws -> ([UInt8], Subprocess.Ending) {
    let arguments =
      FFmpeg.quiet + [
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "\(width)x\(height)", "-i", "pipe:0",
      ] + (filters.isEmpty ? [] : ["-vf", filters.joined(separator: ",")]) + [
        "-flags", "bitexact", "-f", "image2pipe", "-c:v",
      ] + codec + ["pipe:1"]
    var png: [UInt8] = []
    let ending = try pixels.withUnsafeBytes { bytes in
      try start(arguments, input: bytes) {
        png += $0
        return true
      }
    }
    return (png, ending)
  }
}
