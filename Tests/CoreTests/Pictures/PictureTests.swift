import Foundation
import Testing

@testable import Core

private let hasFFmpeg = (try? FFmpeg().check()) != nil

@Suite struct ContactSheetTests {
  private func sheet(_ scratch: Scratch) throws -> ContactSheet {
    try SmallStore.write(["a", "b"], to: scratch("store"))
    return try ContactSheet(of: try ClipStore(opening: scratch("store")), clips: [0, 1])
  }

  @Test func aRowIsOnsetApexOffsetAndTheirDifferences() throws {
    let scratch = try Scratch()
    let sheet = try sheet(scratch)
    let picture = sheet.picture(left: 0, top: 0)
    // Five frames of 8 pixels with 2 between, two rows of them.
    #expect(picture.width == 48 && picture.height == 18)
    func red(_ column: Int, _ y: Int) -> Int { Int(picture.pixels[(y * picture.width + column * 10) * 3]) }
    #expect(red(0, 0) == 40 && red(1, 0) == 80 && red(2, 0) == 100)
    #expect(red(1, 7) == 90, "the apex's lower half")
    // Changes are 40 and 50 to the apex, 20 and 10 from it; grey is 127.5, so 50 fits twice.
    #expect(sheet.rows.map(\.scale) == ["differences × 2", "differences × 2"])
    #expect(abs(red(3, 0) - (128 + 80)) <= 1 && abs(red(3, 7) - (128 + 100)) <= 1)
    #expect(abs(red(4, 0) - (128 + 40)) <= 1 && abs(red(4, 7) - (128 + 20)) <= 1)
    #expect(red(0, 8) == 255 && red(0, 9) == 255 && red(0, 10) == 40, "a gap, then the next row")
    #expect(sheet.legend[0] == "columns: onset, apex, offset, apex - onset, offset - apex")
    #expect(sheet.legend[1] == "row 1: a, subject s1, joy, frames 0, 2, 3, differences × 2")
  }

  @Test func landmarksAreGreenPointsOnTheOnsetFrame() throws {
    let points = (0..<68).map { (index: Int) -> SIMD2<Double> in SIMD2(index % 2 == 0 ? 1 : 5, index < 36 ? 1 : 5) }
    var clip = Clip(
      name: "a", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 1, offset: 1, frames: 2, height: 8,
      width: 8)
    func sheet() throws -> ContactSheet {
      try ContactSheet(
        of: ClipStore([clip], pixels: [[UInt8](repeating: 51, count: 2 * 192)], at: "memory"), clips: [0])
    }
    let plain = try sheet().picture(left: 0, top: 0)
    clip.landmarks = FaceLandmarks(points)
    let drawn = try sheet().picture(left: 0, top: 0)
    var green: Set<[Int]> = []
    for index in 0..<drawn.width * drawn.height {
      let pixel = 3 * index..<3 * index + 3
      guard drawn.pixels[pixel] != plain.pixels[pixel] else { continue }
      #expect(Array(drawn.pixels[pixel]) == [0, 255, 0])
      green.insert([index % drawn.width, index / drawn.width])
    }
    #expect(green == [[1, 1], [5, 1], [1, 5], [5, 5]], "in the first column, and no difference is drawn over")
  }

  @Test func landmarksAreScaledWithTheFrame() {
    var frame = [Float](repeating: 0, count: 128 * 128 * 3)
    frame.draw(
      FaceLandmarks([SIMD2<Double>](repeating: SIMD2(99.5, 0), count: 68)), of: (height: 100, width: 200), size: 128)
    // (99.5 + 0.5) · 0.64 = 64 and 0.5 · 1.28 = 0.64; points of two pixels begin one before.
    let green = (0..<128 * 128).filter { frame[3 * $0 + 1] == 1 }.map { [$0 % 128, $0 / 128] }
    #expect(green == [[63, 0], [64, 0], [63, 1], [64, 1]])
  }

  @Test func oneClipOfEachSubjectComesFirst() {
    let clips = ["b", "a", "b", "b", "c", "a"].enumerated().map { index, subject in
      Clip(
        name: "\(index)", subject: subject, emotion: "joy", source: "s", fps: 50, onset: 0, apex: 0, offset: 0,
        frames: 1, height: 1, width: 1)
    }
    #expect(ContactSheet.selection(of: clips, count: 3) == [0, 1, 4])
    #expect(ContactSheet.selection(of: clips, count: 12) == [0, 1, 4, 2, 5, 3])
    #expect(ContactSheet.selection(of: [], count: 12) == [])
  }

  @Test func differencesAreMultipliedSixteenTimesAtMost() {
    #expect(ContactSheet.gain([]) == 1 && ContactSheet.gain([0, 0]) == 1)
    #expect(ContactSheet.gain([0.001]) == 16)
    #expect(ContactSheet.gain([0.3]) == 3 && ContactSheet.gain([2]) == 1)
    // One value in 200 may go too far.
    #expect(ContactSheet.gain(Array(repeating: 0.5, count: 199) + [2]) == 2)
    #expect(ContactSheet.gain(Array(repeating: 0.5, count: 198) + [2, 2]) == 1)
  }

  @Test(.enabled(if: hasFFmpeg, "ffmpeg is not installed: pictures cannot be written here"))
  func withoutTextsThePictureIsWrittenAllTheSame() throws {
    let scratch = try Scratch()
    let sheet = try sheet(scratch)
    // A decoder that knows no drawtext, as some are built.
    let words = "#!/bin/sh\ncase \"$*\" in *drawtext*) exit 1;; esac\nexec ffmpeg \"$@\"\n"
    var plain = FFmpeg()
    plain.program = try scratch.program("plain", text: words)
    try sheet.write(to: scratch("plain.png"), by: plain)
    let kind = ImageKind(format: .png, colours: .rgb, bits: 8)
    #expect(try ImageHeader(of: scratch("plain.png")) == ImageHeader(kind, width: 48, height: 18))
    let pixels = try FFmpegFrames.rgb(scratch("plain.png"))
    #expect(pixels == sheet.picture(left: 0, top: 0).pixels)
    try sheet.write(to: scratch("sheet.png"))
    let width = try ImageHeader(of: scratch("sheet.png")).width
    #expect(width == 48 || width == 248, "with room for texts where they can be drawn")
  }
}

/// A PNG's pixels.
private enum FFmpegFrames {
  static func rgb(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let process = Subprocess(
      program: "ffmpeg", arguments: ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
    _ = try process.run {
      bytes += $0
      return true
    }
    return bytes
  }
}

@Suite struct AttentionPictureTests {
  @Test func heatIsWhatIsAboveAnEvenSpread() {
    // Two frames of 2 × 2 positions; uniform attention is 0.25, the strongest position 0.75.
    let maps = AttentionMaps(frames: [0, 3], side: 2, values: [0.25, 0.25, 0.25, 0.25, 0.75, 0.25, 0, 0])
    #expect(maps.strongest == 0.75)
    #expect(maps.heat(0, size: 4) == Array(repeating: 0, count: 16))
    // Of four pixels the outer ones are at the positions, the inner ones a quarter from them. The cubic's four parts
    // there are -9/128, 111/128, 29/128 and -3/128; beyond the edge the nearest position counts: 102/128 and 26/128.
    let heat = maps.heat(1, size: 4)
    #expect(abs(heat[0] - 1) < 1e-6 && heat[3] == 0)
    #expect(abs(heat[1] - 102 / 128) < 1e-6 && abs(heat[2] - 26 / 128) < 1e-6)
    // Downwards from 1 to -0.5, and never below nothing.
    #expect(abs(heat[4] - (102 - 13) / 128) < 1e-6 && heat[12] == 0 && heat[15] == 0)
  }

  @Test func weakMapsAreNotBlownUp() {
    let maps = AttentionMaps(frames: [0], side: 2, values: [0.26, 0.25, 0.25, 0.24])
    #expect(maps.strongest == 0.5, "twice an even spread")
    #expect(abs(maps.heat(0, size: 2)[0] - 0.04) < 1e-6)
  }

  @Test func framesStandAboveTheirHeat() throws {
    let scratch = try Scratch()
    try SmallStore.write(["a"], to: scratch("store"))
    let maps = AttentionMaps(frames: [0, 3], side: 2, values: [0.25, 0.25, 0.25, 0.25, 1, 0, 0, 0])
    let picture = try AttentionPicture(of: try ClipStore(opening: scratch("store")), clip: 0, maps, title: "a", size: 8)
      .picture(top: 0)
    #expect(picture.width == 18 && picture.height == 18)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(picture.pixels[(y * 18 + x) * 3..<(y * 18 + x) * 3 + 3]) }
    #expect(pixel(0, 0) == [40, 40, 40] && pixel(10, 0) == [100, 100, 100])
    #expect(pixel(0, 10) == [40, 40, 40], "no heat where attention is even")
    let hot = pixel(10, 10)
    #expect(hot[0] > 200 && hot[1] < 60 && hot[2] < 60, "full heat is red")
    #expect(pixel(17, 17) == [100, 100, 100])
  }
}
