import Foundation
import Testing

@testable import Core

private let hasFFmpeg = (try? FFmpeg().check()) != nil

/// A still picture of one colour, in the format that the name says.
private func picture(_ path: String, red: Int, green: Int, blue: Int, width: Int = 40, height: Int = 20) throws {
  try FileManager.default.createDirectory(
    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  let color = String(format: "0x%02x%02x%02x", red, green, blue)
  let process = Subprocess(
    program: "ffmpeg",
    arguments: [
      "-v", "error", "-y", "-f", "lavfi", "-i", "color=c=\(color):s=\(width)x\(height)", "-frames:v", "1", "-q:v", "1",
      "-pix_fmt", path.hasSuffix("jpg") ? "yuvj444p" : path.hasSuffix("bmp") ? "bgr24" : "rgb24", "-update", "1", path,
    ])
  let ending = try process.run { _ in true }
  try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
}

private func isNear(_ bytes: some Sequence<UInt8>, _ expected: [Int]) -> Bool {
  zip(bytes, expected).allSatisfy { abs(Int($0) - $1) <= 3 }
}

@Suite(.enabled(if: hasFFmpeg, "ffmpeg is not installed: frames cannot be decoded here")) struct ImportTests {
  /// sub01/clip: frames 7 to 11, the red of each 20 times its number.
  private func tree(_ scratch: Scratch, _ format: String = "jpg") throws {
    for number in 7...11 {
      try picture(scratch("data/sub01/it's 100% clip/img\(number).\(format)"), red: 20 * number, green: 10, blue: 90)
    }
    try scratch.file("data/sub01/it's 100% clip/Thumbs.db", text: "x")
  }

  private func settings(_ scratch: Scratch, _ annotations: String) throws -> ImportSettings {
    var settings = ImportSettings(
      source: scratch("data"), annotations: try scratch.file("a", text: annotations), output: scratch("store"))
    settings.size = 16
    return settings
  }

  @Test(arguments: ["jpg", "png", "bmp"]) func aTableOfFoldersBecomesAStore(_ format: String) throws {
    let scratch = try Scratch()
    try tree(scratch, format)
    var settings = try settings(
      scratch,
      """
      path,name,subject,emotion,onset,apex,offset,fps,action_units
      sub01/it's 100% clip,one,1,Surprise,8,10,11,200,1+2
      sub01/it's 100% clip,two,1,surprise,2,/,3,200,
      sub01/it's 100% clip,three,1,fear,8,10,11,200,
      """)
    settings.classes = ClassMap([["happiness"], ["surprise"]])
    var steps: [Int] = []
    let report = try CSVImport(settings).run { done, _ in steps.append(done) }
    let store = try ClipStore(opening: scratch("store"))
    #expect(
      store.clips == [
        Clip(
          name: "one", subject: "1", emotion: "surprise", source: "sub01/it's 100% clip", fps: 200, onset: 0, apex: 2,
          offset: 3, actionUnits: "1+2", frames: 4, height: 16, width: 16),
        Clip(
          name: "two", subject: "1", emotion: "surprise", source: "sub01/it's 100% clip", fps: 200, onset: 0, apex: 0,
          offset: 1, frames: 2, height: 16, width: 16),
      ])
    for (frame, number) in (8...11).enumerated() {
      #expect(isNear(try store.pixels(of: 0)[(frame * 768)..<(frame * 768 + 3)], [20 * number, 10, 90]))
    }
    #expect(isNear(try store.pixels(of: 1).prefix(3), [160, 10, 90]))
    #expect(steps == [0, 1, 2])
    #expect(report.rows == 3 && report.stored == 2 && report.skippedEmotions == ["fear": 1])
    #expect(report.lines[0] == "3 rows: 2 stored (1 repaired), 1 skipped, 0 lost")
    // Once for all rows of a folder.
    #expect(report.entries(.ignored).filter { $0.what == "not frames: Thumbs.db" }.count == 1)
    // As many rows fit the numbers of files as count from 1.
    #expect(
      report.entries(.doubtful).map(\.what).contains(
        "frame numbers 2 to 3 do not fit the clip as those of the table do: they are counted from its first frame, "
          + "which is 1"))
    let lines = report.lines
    #expect(lines.contains("repaired: line 3, clip `two`: apex `/` is not a frame number, the middle is used"))
    #expect(lines.contains("skipped: line 4, clip `three`: emotion `fear` is in no class"))
    #expect(lines.contains { $0.hasPrefix("doubtful: line 3, clip `two`: frame numbers 2 to 3") })
    #expect(report.lines.contains("skipped: 1 row of emotion `fear`, which is in no class"))
  }

  @Test func aListOfFoldersBecomesAStore() throws {
    let scratch = try Scratch()
    try tree(scratch)
    let report = try ListImport(settings(scratch, "sub01/it's 100% clip surprise\n")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["sub01/it's 100% clip"])
    #expect(store.clips[0].fps == 50 && store.clips[0].frames == 5 && store.clips[0].apex == 2)
    #expect(report.stored == 1)
  }

  @Test func theCropBoxIsWhatIsStored() throws {
    let scratch = try Scratch()
    // Left half black, right half white: PNG, made from two pictures.
    try picture(scratch("l.png"), red: 0, green: 0, blue: 0, width: 20)
    try picture(scratch("r.png"), red: 255, green: 255, blue: 255, width: 20)
    try scratch.file("data/s/c/readme.txt", text: "")
    let process = Subprocess(
      program: "ffmpeg",
      arguments: [
        "-v", "error", "-i", scratch("l.png"), "-i", scratch("r.png"), "-filter_complex", "hstack",
        scratch("data/s/c/1.png"),
      ])
    #expect(try process.run { _ in true }?.status == 0)
    var settings = try settings(scratch, "s/c joy")
    settings.crop = .box(CropBox(width: 20, height: 20, x: 20, y: 0))
    _ = try ListImport(settings).run()
    #expect(try ClipStore(opening: scratch("store")).pixels(of: 0).allSatisfy { $0 == 255 })
    settings.replaces = true
    settings.crop = .box(CropBox(width: 21, height: 20, x: 20, y: 0))
    let outside = #expect(throws: Faults.self) { try ListImport(settings).run() }
    #expect(outside?.description.contains("1.png: is 40 × 20 as it is seen; the crop box 21:20:20:0 lies") == true)
    settings.crop = .table(try scratch.file("boxes.csv", text: "name,width,height,x,y\ns,21,20,20,0\n"))
    let named = #expect(throws: Faults.self) { try ListImport(settings).run() }
    let box = "the crop box 21:20:20:0 (\(scratch("boxes.csv")), line 2) lies outside"
    #expect(named?.description.contains(box) == true)
  }

  @Test func aVideoIsCutByItsFrameIndices() throws {
    let scratch = try Scratch()
    try tree(scratch)
    try FileManager.default.createDirectory(atPath: scratch("data/s"), withIntermediateDirectories: true)
    let process = Subprocess(
      program: "ffmpeg",
      arguments: [
        "-v", "error", "-start_number", "7", "-i", scratch("data/sub01/it's 100%% clip/img%d.jpg"),
        "-c:v", "ffv1", "-pix_fmt", "bgr0", scratch("data/s/v.mkv"),
      ])
    let ending = try process.run { _ in true }
    #expect(ending?.status == 0, "\(ending?.complaint ?? "")")
    let report = try CSVImport(
      settings(
        scratch,
        """
        path,name,subject,emotion,onset,apex,offset,fps
        s/v.mkv,part,1,joy,1,2,3,25
        s/v.mkv,end,1,joy,3,4,9,25
        s/v.mkv,whole,1,joy,,,,25
        """)
    ).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["end", "part", "whole"])
    #expect(store.clips.map(\.frames) == [2, 3, 5])
    #expect(store.clips.map(\.apex) == [1, 1, 2])
    #expect(isNear(try store.pixels(of: 1).prefix(3), [160, 10, 90]))
    #expect(isNear(try store.pixels(of: 0).prefix(3), [200, 10, 90]))
    #expect(report.entries(.repaired).map(\.what) == ["offset 9 does not exist, 4 is used"])
  }

  @Test func aDamagedFrameIsNamedAndLosesItsRow() throws {
    for damage in ["truncated", "headless", "size", "empty", "table"] {
      let scratch = try Scratch()
      try tree(scratch)
      let path = scratch("data/sub01/it's 100% clip/img9.jpg")
      let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
      switch damage {
      case "truncated": try Data(bytes.dropLast(40)).write(to: URL(fileURLWithPath: path))
      case "headless":
        // Nothing after the frame header (FF C0 and 17 bytes) but the end of the image.
        let header = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0]) })
        try Data(bytes[..<(header + 19)] + [0xFF, 0xD9]).write(to: URL(fileURLWithPath: path))
      case "size": try picture(path, red: 0, green: 0, blue: 0, width: 42)
      case "empty": try Data().write(to: URL(fileURLWithPath: path))
      default:
        // All segments stay, but the code lengths of a Huffman table (FF C4) are impossible: only the decoder notices.
        let table = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC4]) })
        var spoilt = bytes
        for byte in table + 5..<table + 21 { spoilt[byte] = 0xFF }
        try Data(spoilt).write(to: URL(fileURLWithPath: path))
        #expect(try ImageHeader(of: path).width == 40)
      }
      var settings = try settings(scratch, "sub01/it's 100% clip joy\n")
      let faults = #expect(throws: Faults.self) { try ListImport(settings).run() }
      #expect(faults?.description.contains("img9.jpg") == true, "\(damage): \(String(describing: faults))")
      #expect(faults?.description.contains("1 of 1 rows are lost") == true)
      settings.largestLostShare = 1
      #expect(throws: Faults.self) { try ListImport(settings).run() }
      #expect(!scratch.names.contains { $0.contains("store") })
    }
  }

  @Test func aStoreThatExistsIsReplacedOnlyOnDemand() throws {
    let scratch = try Scratch()
    try tree(scratch)
    var settings = try settings(scratch, "sub01/it's 100% clip joy\n")
    try scratch.file("store", text: "somebody's work")
    let fault = Fault(at: scratch("store"), "exists already; give --force to replace it, or another --output")
    #expect(throws: Faults([fault])) { try ListImport(settings).run() }
    #expect(try String(contentsOfFile: scratch("store"), encoding: .utf8) == "somebody's work")
    _ = try ListImport(settings).check(withPictures: false, progress: { _, _ in }, isStopped: { false })
    settings.replaces = true
    #expect(try ListImport(settings).run().stored == 1)
    #expect(try ClipStore(opening: scratch("store")).clips.count == 1)
  }

  @Test func aTableNeedsPathSubjectAndEmotionAlone() throws {
    let scratch = try Scratch()
    try tree(scratch)
    let settings = try settings(scratch, "emotion,path,subject\nJoy,sub01/it's 100% clip,1\n")
    let report = try CSVImport(settings).run()
    let clip = try ClipStore(opening: scratch("store")).clips[0]
    #expect(clip.name == "sub01/it's 100% clip" && clip.fps == 50)
    #expect(clip.onset == 0 && clip.apex == 2 && clip.offset == 4 && clip.frames == 5)
    #expect(report.lines[0] == "1 row: 1 stored (0 repaired), 0 skipped, 0 lost")
    #expect(
      report.entries(.assumed).map(\.what) == [
        "has no column `onset`, `apex`, `offset`: a clip's first frame is the onset, the middle is the apex, "
          + "its last frame is the offset",
        "has no column `fps`: 50 frames per second, unless --fps says otherwise",
      ])
  }

  @Test func fewLostRowsAreReportedAndManyStopTheImport() throws {
    let scratch = try Scratch()
    try tree(scratch)
    let list = "sub01/it's 100% clip joy\nsub01/none joy\nsub01/../../x joy\nalone joy\nsub01/it's 100% clip fear\n"
    var settings = try settings(scratch, list)
    let faults = #expect(throws: Faults.self) { try ListImport(settings).run() }
    #expect(faults?.faults.count == 5)
    settings.largestLostShare = 0.8
    let report = try ListImport(settings).run()
    #expect(report.stored == 1 && report.entries(.lost).count == 4 && report.rows == 5)
  }
}

@Suite struct ImportWithoutDecoderTests {
  @Test func aMissingDecoderIsSaidInOneLine() throws {
    let scratch = try Scratch()
    let list = try scratch.file("a", text: "s/c joy")
    var settings = ImportSettings(source: scratch.path, annotations: list, output: scratch("o"))
    settings.ffmpeg.program = "no-such-decoder"
    #expect(throws: FFmpeg.missing("no-such-decoder")) { try ListImport(settings).run() }
  }

  @Test func wrongSettingsAreAllListed() throws {
    var settings = ImportSettings(source: "/nowhere", annotations: "a", output: "o")
    (settings.size, settings.fps, settings.largestLostShare) = (4, -.infinity, .nan)
    let faults = #expect(throws: Faults.self) { try settings.check() }
    #expect(faults?.faults.count == 4)
  }

  @Test func aStoreOfNoRowSaysWhichClassesWouldFit() throws {
    let scratch = try Scratch()
    var settings = ImportSettings(
      source: scratch.path, annotations: try scratch.file("a", text: "s/a positive\ns/b negative\n"),
      output: scratch("o"))
    settings.ffmpeg.program = "true"
    settings.classChoice = try ClassChoice("sdu-6")
    let faults = #expect(throws: Faults.self) { try ListImport(settings).run() }
    #expect(
      faults?.faults.first?.problem
        == "no row could be stored: 2 of 2 rows have an emotion that is in none of the classes; of all presets "
        + "`smic-3` has the most rows, 2")
  }

  @Test func aCropBoxIsReadFromText() {
    #expect(CropBox("900:800:48:60") == CropBox(width: 900, height: 800, x: 48, y: 60))
    for text in ["", "1:2:3", "0:1:1:1", "1:1:-1:0", "a:1:1:1", "1:1:1:99999999999999999999"] {
      #expect(CropBox(text) == nil, "\(text)")
    }
  }
}
