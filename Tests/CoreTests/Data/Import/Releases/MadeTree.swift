import Foundation
import Testing

@testable import Core

/// Trees in the shapes of the releases, with frames of one grey each.
enum MadeTree {
  static let canImport = (try? FFmpeg().check()) != nil

  /// Frames of one grey each, 8 times the frame's place in the folder and 16, named by a pattern with a number.
  static func frames(_ scratch: Scratch, _ pattern: String, from first: Int, count: Int) throws {
    let path = scratch("data/\(pattern)")
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let process = Subprocess(
      program: "ffmpeg",
      arguments: [
        "-v", "error", "-f", "lavfi", "-i", "color=c=gray:s=40x20:r=25", "-vf",
        "format=gray,geq=lum='16+8*N'", "-frames:v", "\(count)", "-start_number", "\(first)", "-pix_fmt",
        pattern.hasSuffix(".bmp") ? "bgr24" : "yuvj444p", "-q:v", "1", path,
      ])
    let ending = try process.run { _ in true }
    try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
  }

  static func settings(_ scratch: Scratch, _ sheet: String, _ preset: String) throws -> ImportSettings {
    var settings = ImportSettings(source: scratch("data"), annotations: sheet, output: scratch("store"))
    settings.size = 16
    settings.replaces = true
    settings.preset = try ClassPreset.named(preset, at: "test")
    settings.classes = settings.preset?.classes
    return settings
  }

  /// The place of a stored frame in its folder, from its grey.
  static func position(_ store: ClipStore, _ clip: Int, _ frame: Int) throws -> Int {
    Int(((Double(try store.pixels(of: clip)[frame * 768]) - 16) / 8).rounded())
  }
}
