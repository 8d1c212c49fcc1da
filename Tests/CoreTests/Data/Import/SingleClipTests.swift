import Foundation
import Testing

@testable import Core

private let hasFFmpeg = (try? FFmpeg().check()) != nil

/// A clip outside of any store is read as an import reads it.
@Suite(.enabled(if: hasFFmpeg, "ffmpeg is not installed: frames cannot be decoded here")) struct SingleClipTests {
  private let scratch: Scratch

  /// `data/s/c` is a folder of frames 7 to 14, `data/s/v.mkv` the same as a video.
  init() throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch("data/s/c"), withIntermediateDirectories: true)
    for output in [
      ["-pix_fmt", "rgb24", "-start_number", "7", scratch("data/s/c/img%d.png")],
      ["-pix_fmt", "bgr0", "-c:v", "ffv1", scratch("data/s/v.mkv")],
    ] {
      let process = Subprocess(
        program: "ffmpeg",
        arguments: ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=48x40:r=25", "-frames:v", "8"] + output)
      try #require(try process.run { _ in true }?.status == 0)
    }
  }

  private func clip(_ name: String, _ onset: Int? = nil, _ apex: Int? = nil, _ offset: Int? = nil) -> SingleClip {
    var clip = SingleClip(scratch("data/s/\(name)"))
    (clip.onset, clip.apex, clip.offset) = (onset, apex, offset)
    return clip
  }

  private func pixels(_ store: ClipStore) throws -> [UInt8] { try store.pixels(of: 0) }

  @Test func itsPixelsAreThoseOfAnImport() throws {
    let list = try scratch.file(
      "list.csv",
      text: "path,name,subject,emotion,onset,apex,offset,fps\ns/c,a,1,joy,8,9,12,25\ns/v.mkv,b,1,joy,1,2,5,25\n")
    var settings = ImportSettings(source: scratch("data"), annotations: list, output: scratch("store"))
    let box = CropBox(width: 32, height: 32, x: 8, y: 4)
    (settings.size, settings.crop) = (16, .box(box))
    _ = try CSVImport(settings).run()
    let store = try ClipStore(opening: scratch("store"))
    for (index, var clip) in [clip("c", 8, 9, 12), clip("v.mkv", 1, 2, 5)].enumerated() {
      clip.crop = box
      let single = try clip.store(size: 16)
      #expect(try pixels(single) == store.pixels(of: index) && single.clips[0].frames == 5)
      #expect(single.clips[0].onset == 0 && single.clips[0].apex == 1 && single.clips[0].offset == 4)
    }
  }

  @Test(arguments: FrameFit.plain) func itIsFittedAsTheClipsOfAnImport(_ fit: FrameFit) throws {
    let list = try scratch.file("list.csv", text: "path,subject,emotion\ns/c,a,joy\ns/v.mkv,b,joy\n")
    var settings = ImportSettings(source: scratch("data"), annotations: list, output: scratch("store"))
    (settings.size, settings.fit) = (16, fit)
    _ = try CSVImport(settings).run()
    let store = try ClipStore(opening: scratch("store"))
    for (index, var clip) in [clip("c"), clip("v.mkv")].enumerated() {
      clip.fit = fit
      let (single, remark) = try clip.read(size: 16)
      #expect(try pixels(single) == store.pixels(of: index))
      #expect(remark == "\(clip.path): frames of 48 × 40 pixels are \(fit.described)")
    }
    var square = clip("c")
    square.crop = CropBox(width: 40, height: 40, x: 0, y: 0)
    #expect(try square.read(size: 16).remark == nil)
  }

  @Test func withoutNumbersItIsAllOfItsFrames() throws {
    for name in ["c", "v.mkv"] {
      let known = try clip(name).store(size: 16).clips[0]
      #expect(known.frames == 8 && known.apex == 3 && known.offset == 7)
      #expect(known.name == scratch("data/s/\(name)"))
    }
    #expect(try clip("c", 9).store(size: 16).clips[0].frames == 6)
    #expect(try clip("v.mkv", nil, nil, 2).store(size: 16).clips[0].frames == 3)
    // Counted from the first frame, where no file has such a number.
    #expect(try clip("c", 1, 2, 3).store(size: 16).clips[0].frames == 3)
  }

  @Test func aFrameThatIsNotThereIsAFault() throws {
    for (clip, words) in [
      (clip("c", 8, nil, 40), "has no frames from onset 8 to offset 40; its files are numbered 7 to 14"),
      (clip("c", 30), "has no frames from onset 30 to its last; its files are numbered 7 to 14"),
      (clip("c", 12, nil, 9), "has offset 9 before onset 12"),
      (clip("v.mkv", 5, nil, 2), "has offset 2 before onset 5"),
      (clip("c", 8, 13, 12), "apex 13 is not between onset and offset"),
      (clip("v.mkv", 1, nil, 8), "ends with frame 7; offset 8 does not exist"),
      (clip("v.mkv", 8), "has no frames from onset 8 on; they are counted from 0"),
      (clip("v.mkv", nil, 8), "apex 8 is not between onset and offset"),
    ] {
      #expect(throws: Fault(at: clip.path, words)) { try clip.store(size: 16) }
    }
  }

  @Test func whatIsNoClipIsOneFault() throws {
    try scratch.file("data/s/bad.mp4", text: "no video")
    try scratch.file("data/s/notes.txt", text: "x")
    try FileManager.default.createDirectory(atPath: scratch("data/s/empty"), withIntermediateDirectories: true)
    var wide = clip("v.mkv")
    wide.crop = CropBox(width: 49, height: 1, x: 0, y: 0)
    for (clip, words) in [
      (clip("none.mp4"), "does not exist"), (clip("notes.txt"), "neither a folder of frames nor a video"),
      (clip("empty"), "has no frames"), (clip("bad.mp4"), "cannot be decoded"),
      (wide, "smaller than the crop box 49:1"),
    ] {
      let fault = #expect(throws: Fault.self) { try clip.store(size: 16) }
      #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
      #expect(fault?.description.contains("0x") == false && fault?.description.contains("\n") == false)
    }
  }
}
