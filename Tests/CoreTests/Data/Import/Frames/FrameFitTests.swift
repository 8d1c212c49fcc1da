import Foundation
import Testing

@testable import Core

/// How frames that are not square become squares.
@Suite(.enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct FrameFitTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// One frame or a video: white with a red stripe of a quarter at both ends of the longer side.
  private func make(_ path: String, width: Int, height: Int, _ options: String...) throws {
    try Directory.make((path as NSString).deletingLastPathComponent)
    let (wide, tall) = width >= height ? (width / 4, height) : (width, height / 4)
    let boxes = [(0, 0), (width - wide, height - tall)].map { "drawbox=\($0.0):\($0.1):\(wide):\(tall):red:fill" }
    let process = Subprocess(
      program: "ffmpeg",
      arguments: [
        "-v", "error", "-f", "lavfi", "-i",
        "color=white:s=\(width)x\(height),format=rgb24," + boxes.joined(separator: ","), "-frames:v", "2",
      ] + options + [path])
    let ending = try process.run { _ in true }
    try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
  }

  private func imported(_ fit: FrameFit?, size: Int = 16, crop: CropBox? = nil) throws -> (ClipStore, ImportReport) {
    let path = scratch("\(UUID())")
    let paths = try FileManager.default.contentsOfDirectory(atPath: scratch("data/s")).sorted()
    let table = "path,subject,emotion\n" + paths.map { "s/\($0),s,joy\n" }.joined()
    var settings = ImportSettings(
      source: scratch("data"), annotations: try scratch.file("a.csv", text: table), output: path)
    (settings.size, settings.fit) = (size, fit)
    if let crop { settings.crop = .box(crop) }
    let report = try CSVImport(settings).run()
    return (try ClipStore(opening: path), report)
  }

  /// Red, white or black of the pixels along the middle of the first frame, from left to right or top to bottom.
  private func colours(_ store: ClipStore, isTall: Bool, size: Int = 16) throws -> String {
    let pixels = try store.pixels(of: 0)
    return (0..<size).map { index in
      let start = (isTall ? index * size + size / 2 : size / 2 * size + index) * 3
      let (red, green) = (pixels[start], pixels[start + 1])
      return red < 40 ? "." : green < 128 ? "r" : "w"
    }.joined()
  }

  @Test(arguments: [(64, 32), (32, 64)]) func aLongFrameIsSquashedPaddedOrCropped(_ width: Int, _ height: Int) throws {
    try make(scratch("data/s/a/img%d.png"), width: width, height: height)
    let isTall = height > width
    for (fit, along, across) in [
      (FrameFit.squash, "rrrrwwwwwwwwrrrr", "wwwwwwwwwwwwwwww"), (.pad, "rrrrwwwwwwwwrrrr", "....wwwwwwww...."),
      (.crop, "wwwwwwwwwwwwwwww", "wwwwwwwwwwwwwwww"),
    ] {
      let (store, report) = try imported(fit)
      #expect(try colours(store, isTall: isTall) == along, "\(fit)")
      #expect(try colours(store, isTall: !isTall) == across, "\(fit)")
      #expect(store.fit == fit)
      #expect(!report.lines.contains { $0.contains("squeezed") }, "it was asked for")
    }
  }

  @Test func squareFramesAreTheSameBytesHoweverTheyAreFitted() throws {
    try make(scratch("data/s/a/img%d.png"), width: 50, height: 50)
    try make(scratch("data/s/b/img%d.jpg"), width: 50, height: 50, "-pix_fmt", "yuvj420p")
    try make(scratch("data/s/c.mkv"), width: 50, height: 50, "-c:v", "ffv1", "-pix_fmt", "yuv420p")
    let (plain, report) = try imported(nil)
    #expect(!report.lines.contains { $0.contains("--fit") })
    for fit in FrameFit.plain {
      let store = try imported(fit).0
      #expect(store.clips == plain.clips)
      for clip in plain.clips.indices { #expect(try store.pixels(of: clip) == plain.pixels(of: clip), "\(fit)") }
    }
  }

  /// A store of squashed frames has the bytes that it had before there was a choice.
  @Test func onlyAChoiceOtherThanSquashIsKeptInTheStore() throws {
    try make(scratch("data/s/a/img%d.png"), width: 64, height: 32)
    func metadata(_ fit: FrameFit?) throws -> String? {
      try SafeTensors(opening: imported(fit).0.path).metadata["microfold.fit"]
    }
    #expect(try [nil, .squash, .pad, .crop].map(metadata) == [nil, nil, "pad", "crop"])
    let facts = Inspection(of: try imported(.pad).0).lines
    #expect(facts.contains { $0.hasPrefix("fit:") && $0.hasSuffix("padded to squares with black") })
  }

  @Test func withoutAChoiceFramesAreSquashedAndTheReportSaysSo() throws {
    try make(scratch("data/s/a/img%d.png"), width: 40, height: 44)
    try make(scratch("data/s/b/img%d.png"), width: 40, height: 60)
    try make(scratch("data/s/c.mkv"), width: 40, height: 42, "-c:v", "ffv1")
    try make(scratch("data/s/d/img%d.png"), width: 40, height: 40)
    let doubts = try imported(nil).1.entries(.doubtful).map(\.what)
    #expect(
      doubts.contains(
        "the frames of 3 clips are not square (`s/b`: 40 × 60) and are squeezed to a square; choose with --fit: "
          + "`crop` takes the square in the middle, `pad` adds black, `squash` squeezes"))
    // What counts is the box that is cut out.
    let cut = try imported(nil, crop: CropBox(width: 40, height: 40, x: 0, y: 0)).1
    #expect(!cut.lines.contains { $0.contains("not square") })
    let box = try imported(nil, crop: CropBox(width: 40, height: 20, x: 0, y: 0)).1
    #expect(box.lines.contains { $0.contains("4 clips are not square (`s/a`: 40 × 20)") })
  }

  @Test(arguments: FrameFit.plain) func framesOfOddSizesAndOfFewColourSamplesAreFitted(_ fit: FrameFit) throws {
    try make(scratch("data/s/a/img%d.jpg"), width: 61, height: 37, "-pix_fmt", "yuvj420p")
    try make(scratch("data/s/b/img%d.png"), width: 37, height: 61, "-pix_fmt", "gray16be")
    try make(scratch("data/s/c/img%d.png"), width: 37, height: 61, "-pix_fmt", "rgba")
    let (store, report) = try imported(fit, size: 33)
    #expect(report.stored == 3 && report.entries(.lost).isEmpty)
    #expect(store.clips.allSatisfy { $0.height == 33 && $0.width == 33 })
  }

  @Test func aStoreWithAnUnknownFitIsRefused() throws {
    try make(scratch("data/s/a/img%d.png"), width: 64, height: 32)
    let store = try imported(.pad).0
    let bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
    let start = try #require(bytes.range(of: Data(#""microfold.fit":"pad""#.utf8)))
    let changed = bytes.replacingCharacters(start, with: #""microfold.fit":"pat""#)
    try changed.write(to: URL(fileURLWithPath: store.path))
    let fault = Fault(at: "\(store.path): metadata `microfold.fit`", #"is "pat"; it is squash, pad, crop or align"#)
    #expect(throws: fault) { try ClipStore(opening: store.path) }
  }
}

extension Data {
  fileprivate func replacingCharacters(_ range: Range<Int>, with text: String) -> Data {
    var data = self
    data.replaceSubrange(range, with: Data(text.utf8))
    return data
  }
}
