import Foundation
import Testing

@testable import Core

private let hasFFmpeg = (try? FFmpeg().check()) != nil

/// Runs ffmpeg to make an image.
private func make(_ path: String, _ source: String, _ format: String) throws {
  try FileManager.default.createDirectory(
    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  let process = Subprocess(
    program: "ffmpeg",
    arguments: [
      "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", "1", "-q:v", "1", "-pix_fmt", format, "-update",
      "1",
      path,
    ])
  let ending = try process.run { _ in true }
  try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
}

private func color(_ level: Int, width: Int = 16, height: Int = 16) -> String {
  "color=c=" + String(format: "0x%06x", level * 0x10101) + ":s=\(width)x\(height),format=rgb24"
}

private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

/// What an import makes of the frames of a clip.
@Suite(.enabled(if: hasFFmpeg, "ffmpeg is not installed: frames cannot be decoded here")) struct ClipFramesTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func settings(_ rows: String) throws -> ImportSettings {
    let table = "path,name,subject,emotion,onset,apex,offset,fps\n" + rows
    var settings = ImportSettings(
      source: scratch("data"), annotations: try scratch.file("a.csv", text: table), output: scratch("store"))
    settings.size = 16
    return settings
  }

  /// The grey level of each stored frame of a clip.
  private func levels(_ store: ClipStore, _ clip: Int = 0) throws -> [Int] {
    let pixels = try store.pixels(of: clip)
    return stride(from: 0, to: pixels.count, by: 768).map { Int(pixels[pixels.startIndex + $0]) }
  }

  /// Frames whose grey level is twice their number.
  private func frames(_ folder: String, _ numbers: [Int]) throws {
    for number in numbers { try make(scratch("data/\(folder)/img\(number).png"), color(2 * number), "gray") }
  }

  @Test func aTableThatCountsFromOneMovesAllItsClips() throws {
    try frames("s/a", Array(0...9))
    try frames("s/b", Array(0...9))
    let report = try CSVImport(settings("s/a,a,1,joy,1,5,10,25\ns/b,b,1,joy,3,5,6,25\n")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(try levels(store, 0) == (0...9).map { 2 * $0 } && levels(store, 1) == [4, 6, 8, 10])
    #expect(store.clips.map(\.apex) == [4, 2])
    let doubts = report.entries(.doubtful)
    #expect(doubts.count == 1 && doubts[0].location == scratch("a.csv"))
    #expect(doubts[0].what.hasPrefix("frame numbers are read as counts from 1, each clip's first frame"))
  }

  @Test func lostFramesAreListedAndTheNearestIsUsed() throws {
    try frames("s/a", Array(1...19) + Array(24...40))
    let report = try CSVImport(settings("s/a,a,1,joy,1,21,40,25\ns/a,b,1,joy,1,40,19,25\n")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.apex) == [18, 9])
    #expect(
      report.entries(.repaired) == [
        .init(kind: .repaired, location: "line 2", what: "apex 21 is not there, 19 is used", clip: "a"),
        .init(
          kind: .repaired, location: "line 3", what: "apex 40 is not between onset and offset, the middle is used",
          clip: "b"),
      ])
    #expect(
      report.entries(.doubtful) == [
        .init(
          kind: .doubtful, location: "line 2", what: "4 of 40 frames from onset to offset are not there: 20 to 23",
          clip: "a")
      ])
  }

  @Test func framesNamedByTimeAreInOrder() throws {
    for (index, name) in ["12-00-30-800", "12-00-30-900", "12-00-31-000", "12-00-31-100"].enumerated() {
      try make(scratch("data/s/a/cam_\(name).png"), color(10 * index), "gray")
    }
    let report = try CSVImport(settings("s/a,a,1,joy,,,,25\ns/a,b,1,joy,2,3,4,25\n")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(try levels(store) == [0, 10, 20, 30] && levels(store, 1) == [10, 20, 30])
    #expect(report.entries(.doubtful).filter { $0.location == scratch("data/s/a") }.count == 1)
  }

  @Test func clipsWithoutMotionAreStoredAndDoubtful() throws {
    for number in 1...3 { try make(scratch("data/s/a/\(number).png"), color(9), "gray") }
    let report = try CSVImport(settings("s/a,a,1,joy,,,,25\ns/a,b,1,joy,2,2,2,25\n")).run()
    #expect(report.stored == 2)
    #expect(
      report.entries(.doubtful).map(\.what) == ["no pixel changes in its 3 frames", "has one frame, so nothing moves"])
  }

  /// Every kind of image gives the same grey level as 8 bit RGB, alone or among others, in its place.
  @Test func framesOfSeveralKindsAreStoredInTheirPlaces() throws {
    let kinds = [
      ("png", "rgb24"), ("png", "gray"), ("png", "rgba"), ("png", "rgb48be"), ("png", "ya8"), ("png", "gray16be"),
      ("jpg", "yuvj420p"), ("jpg", "yuvj444p"), ("jpg", "yuvj422p"), ("bmp", "bgr24"), ("bmp", "bgra"),
      ("png", "rgb24"),
    ]
    for (index, kind) in kinds.enumerated() {
      try make(scratch("data/s/a/\(index + 1).\(kind.0)"), color(20 + 10 * index), kind.1)
    }
    let report = try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run()
    let levels = try levels(try ClipStore(opening: scratch("store")))
    for (index, level) in levels.enumerated() {
      #expect(abs(level - 20 - 10 * index) <= 1, "\(kinds[index]): \(level)")
    }
    #expect(levels.count == kinds.count && report.entries(.doubtful).count == 1)
    #expect(report.entries(.doubtful).first?.what.hasPrefix("its frames are of 11 kinds: 2 are PNG RGB") == true)
  }

  /// A half of black and a half of white lines, scaled to half the size, is grey.
  @Test func blackAndWhiteImagesAreScaledAsOthers() throws {
    let source = "nullsrc=s=32x32,format=gray,geq=lum='255*mod(Y,2)'"
    for (number, format) in ["gray", "monob", "rgb24"].enumerated() {
      try make(scratch("data/s/a/\(number).png"), source, format)
    }
    _ = try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run()
    #expect(try levels(ClipStore(opening: scratch("store"))).allSatisfy { 127...128 ~= $0 })
  }

  @Test func transparencyIsDroppedAndColoursStay() throws {
    let source = "color=c=red@0.2:s=16x16,format=rgba"
    try make(scratch("data/s/a/1.png"), source, "rgba")
    _ = try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run()
    let pixels = try ClipStore(opening: scratch("store")).pixels(of: 0)
    #expect(pixels[pixels.startIndex] >= 253 && pixels[pixels.startIndex + 1] <= 1)
  }

  /// Left to right and top to bottom, the four quarters are 10, 60, 110, 160 as stored.
  @Test(
    arguments: [
      (1, [10, 60, 110, 160]), (2, [60, 10, 160, 110]), (3, [160, 110, 60, 10]), (4, [110, 160, 10, 60]),
      (5, [10, 110, 60, 160]), (6, [110, 10, 160, 60]), (7, [160, 60, 110, 10]), (8, [60, 160, 10, 110]),
    ] as [(UInt8, [Int])]) func aPictureIsStoredAsItIsSeen(_ orientation: UInt8, _ quarters: [Int]) throws
  {
    let levels = "10+50*gte(X,W/2)+100*gte(Y,H/2)"
    let source = "nullsrc=s=32x16,format=gray,geq=lum='\(levels)'"
    try make(scratch("u.png"), source, "gray")
    try make(scratch("u.jpg"), source, "gray")
    let (png, jpg) = (try bytes(scratch("u.png")), try bytes(scratch("u.jpg")))
    // After the signature and IHDR; after the start of image.
    try scratch.file("data/s/png/1.png", png[..<33] + chunk("eXIf", exif(orientation)) + png[33...])
    try scratch.file(
      "data/s/jpg/1.jpg", jpg[..<2] + segment(0xE1, Array("Exif\0\0".utf8) + exif(orientation)) + jpg[2...])
    var settings = try settings("s/png,a,1,joy,,,,25\ns/jpg,b,1,joy,,,,25\n")
    // The whole frame as it is seen.
    settings.crop = .box(
      orientation < 5 ? CropBox(width: 32, height: 16, x: 0, y: 0) : CropBox(width: 16, height: 32, x: 0, y: 0))
    _ = try CSVImport(settings).run()
    let store = try ClipStore(opening: scratch("store"))
    for clip in 0..<2 {
      let pixels = Array(try store.pixels(of: clip))
      let found = [(2, 2), (2, 13), (13, 2), (13, 13)].map { Int(pixels[($0 * 16 + $1) * 3]) }
      #expect(zip(found, quarters).allSatisfy { abs($0 - $1) <= 3 }, "\(store.clips[clip].name): \(found)")
    }
  }

  /// Two images of 8 × 8 pixels, one colour (cyan 32, magenta 96, yellow 160, black 48 of 255), written by Pillow,
  /// which reads them as red 181, green 129, blue 77.
  @Test(arguments: [
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYI"
      + "CwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkHCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/"
      + "2gAOBEMATQBZAEsAAD8AXxfGeyeP/9k=",
    "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYI"
      + "CwwLCgwJCgoK/8AAFAgACAAIBAERAAIRAAMRAAQRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAgJ/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/a"
      + "AA4EAQACAAMABAAAPwAnlQM6nj//2Q==",
  ]) func fourColoursBecomeRGB(_ text: String) throws {
    try scratch.file("data/s/a/1.jpg", [UInt8](try #require(Data(base64Encoded: text))))
    _ = try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run()
    let pixels = try ClipStore(opening: scratch("store")).pixels(of: 0)
    #expect(zip(pixels.prefix(3), [181, 129, 77]).allSatisfy { abs(Int($0) - $1) <= 3 }, "\(Array(pixels.prefix(3)))")
  }

  @Test func aDamagedFrameAmongOtherKindsIsNamedWithTheReason() throws {
    try frames("s/a", [1, 2, 4])
    try make(scratch("data/s/a/img3.png"), color(6), "rgb24")
    let whole = try bytes(scratch("data/s/a/img3.png"))
    try scratch.file("data/s/a/img3.png", whole.prefix(50))
    let faults = #expect(throws: Faults.self) { try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run() }
    #expect(faults?.description.contains("img3.png: cannot be decoded") == true)
    let words = faults?.description.replacing(scratch.path, with: "") ?? ""
    #expect(!words.contains("microfold-") && !words.contains("0x"), "\(words)")
  }

  @Test func aPNGNamedAsJPEGIsReadAsWhatItIs() throws {
    for number in 1...3 { try make(scratch("data/s/a/\(number).jpg"), color(40 * number), "yuvj444p") }
    try make(scratch("x.png"), color(80), "rgb24")
    try scratch.file("data/s/a/2.jpg", try bytes(scratch("x.png")))
    let report = try CSVImport(settings("s/a,a,1,joy,,,,25\n")).run()
    #expect(try levels(ClipStore(opening: scratch("store"))) == [40, 80, 120])
    #expect(
      report.entries(.doubtful).map(\.what) == ["its frames are of 2 kinds: 2 are JPG YCbCr 4:4:4, `2.jpg` is PNG RGB"])
  }
}
