import Foundation
import Testing

@testable import Core

/// Landmarks on their way from files into a store.
@Suite(.enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct LandmarkImportTests {
  private let scratch: Scratch
  private let face = SketchedFace.points(width: 40, height: 40, x: 30, y: 10)

  /// The clips s/a and s/b of two frames, 100 × 60, and s/v.mkv.
  init() throws {
    scratch = try Scratch()
    for clip in ["a", "b"] { try make("s/\(clip)/img%d.png") }
    try make("s/v.mkv", "-c:v", "ffv1")
  }

  private func make(_ name: String, _ options: String...) throws {
    let path = scratch("data/\(name)")
    try Directory.make((path as NSString).deletingLastPathComponent)
    let process = Subprocess(
      program: "ffmpeg",
      arguments: ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=100x60,format=rgb24", "-frames:v", "2"] + options
        + [path])
    let ending = try process.run { _ in true }
    try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
  }

  private func settings(_ landmarks: String?, _ rows: String = "s/a joy\ns/b fear\ns/v.mkv joy\n") throws
    -> ImportSettings
  {
    var settings = ImportSettings(
      .list, source: scratch("data"), annotations: try scratch.file("list", text: rows), output: scratch("store"))
    (settings.size, settings.landmarks, settings.largestLostShare, settings.replaces) = (20, landmarks, 1, true)
    return settings
  }

  private func imported(_ settings: ImportSettings) throws -> (clips: [Clip], report: ImportReport) {
    let report = try settings.run()
    return (try ClipStore(opening: scratch("store")).clips, report)
  }

  private func folder() throws -> String {
    for clip in ["s/a", "s/b", "s/v.mkv"] { try scratch.file("marks/\(clip).csv", text: SketchedFace.table(face)) }
    return scratch("marks")
  }

  /// One row per clip.
  private func table(
    _ names: [String], columns: [Int] = Array(0..<68), size: String? = nil,
    _ change: (inout [SIMD2<Double>]) -> Void = { _ in }
  ) -> String {
    var points = face
    change(&points)
    var header: [String] = columns.map { "x_\($0)" } + columns.map { "y_\($0)" }
    var row: [String] = columns.map { "\(points[$0].x)" } + columns.map { "\(points[$0].y)" }
    if let size {
      header += ["width", "height"]
      row.append(size)
    }
    let rows = names.map { "\($0),\(row.joined(separator: ","))\n" }
    return "name,\(header.joined(separator: ","))\n" + rows.joined()
  }

  @Test func aFolderAndATableGiveTheSame() throws {
    let (clips, _) = try imported(settings(folder()))
    #expect(clips.map(\.name) == ["s/a", "s/b", "s/v.mkv"])
    // 100 × 60 squeezed to 20 × 20: point 30 is at 50 and 31.6, so (50.5 / 5) - 0.5 and (32.1 / 3) - 0.5.
    for clip in clips { #expect(clip.landmarks?.points[30] == SIMD2(9.6, 10.2)) }
    let path = try scratch.file("marks.csv", text: table(["s/a", "s/b", "s/v.mkv"], size: "100,60"))
    #expect(try imported(settings(path)).clips == clips)
  }

  @Test func pointsGoThroughTheSameBoxAndFitAsTheFrames() throws {
    var settings = try settings(folder())
    settings.crop = .box(CropBox(width: 50, height: 40, x: 25, y: 10))
    settings.fit = .pad
    let clip = try imported(settings).clips[0]
    // 50 × 40 in 20 × 20: 20 × 16, two black rows above.
    // (50 - 25 + 0.5) · 0.4 - 0.5 and (31.6 - 10 + 0.5) · 0.4 + 2 - 0.5.
    #expect(clip.landmarks?.points[30] == SIMD2(9.7, 10.34))
  }

  @Test func withoutLandmarksTheStoreHasNone() throws {
    let (clips, _) = try imported(settings(nil))
    #expect(clips.allSatisfy { $0.landmarks == nil })
    #expect(try SafeTensors(opening: scratch("store")).metadata["s/a"]?.contains("landmarks") == false)
  }

  /// EXIF turns the frames, and landmarks are those of the picture as it is seen.
  @Test func aTurnedFrameHasItsPointsAsItIsSeen() throws {
    let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch("data/s/a/img1.png"))))
    for number in 1...2 {
      try scratch.file("data/s/c/img\(number).png", png[..<33] + chunk("eXIf", exif(6)) + png[33...])
    }
    // 60 × 100 now: 40 × 40 from 10, 30.
    let turned = SketchedFace.points(width: 40, height: 40, x: 10, y: 30)
    try scratch.file("turned/s/c.csv", text: SketchedFace.table(turned))
    let clip = try imported(settings(scratch("turned"), "s/c joy\n")).clips[0]
    // Point 30 at 30 and 51.6: (30.5 / 3) - 0.5 and (52.1 / 5) - 0.5.
    #expect(clip.landmarks?.points[30] == SIMD2(9.667, 9.92))
  }

  @Test func aClipWithoutLandmarksIsLostAndNamed() throws {
    try FileManager.default.removeItem(atPath: "\(folder())/s/b.csv")
    let (clips, report) = try imported(settings(scratch("marks")))
    #expect(clips.map(\.name) == ["s/a", "s/v.mkv"])
    #expect(report.entries(.lost).map(\.place) == ["line 2, clip `s/b`"])
    #expect(report.entries(.lost)[0].what.contains("marks: has no landmarks of clip `s/b`: none of `s/b.csv`"))
    let path = try scratch.file("marks.csv", text: table(["s/a", "x", "s/v.mkv"]))
    let tabled = try imported(settings(path)).report
    #expect(
      tabled.entries(.lost).map(\.what) == ["\(path): has no landmarks of clip `s/b`; add a row of this name"])
    #expect(tabled.entries(.ignored).map(\.what) == ["the landmarks of `x` were not needed"])
  }

  @Test func whatIsWrongWithATableIsSaidOnceOrForItsClip() throws {
    func fault(_ text: String) throws -> String {
      let path = try scratch.file("marks.csv", text: text)
      do {
        return try imported(settings(path)).report.entries(.lost).map(\.what).joined(separator: "\n")
      } catch {
        return "\(error)"
      }
    }
    let all = ["s/a", "s/b", "s/v.mkv"]
    #expect(
      try fault(table(all, columns: Array(0..<5))).contains("line 1: has the columns of 5 landmarks; x_0, y_0 to"))
    let fromOne = table(all).replacing("x_0,", with: "x_68,").replacing("y_0,", with: "y_68,")
    #expect(try fault(fromOne).contains("has no column `x_0`, `y_0`; its columns are `name`, `x_68`, `x_1`, "))
    #expect(try fault("name,x\ns/a,1\n").contains("has no column `x_0`, `y_0`; its columns are `name`, `x`"))
    #expect(try fault("x,y\n1,1\n").contains("has no header in its first 100 rows; the columns are `name`, `x_0`"))
    #expect(try fault(table(["s/a", "s/a"])).contains("line 3: has landmarks of `s/a` again"))
    #expect(try fault(table(all, size: "640,480")).contains("line 2: has landmarks of a picture of 640 × 480"))
    #expect(try fault(table(all) { $0[4].x = .nan }).contains("line 2: has x_4 `nan`, which is not a number"))
    #expect(try fault(table(all) { $0 = SketchedFace.unit }).contains("multiply x by 100 and y by 60"))
    #expect(try fault(table(all) { $0[4].x = 640 }).contains("line 2: has landmark 4 at (640, "))
  }

  @Test func aFileThatIsMissingStopsTheImport() throws {
    #expect(throws: Fault.self) { try imported(settings(scratch("nowhere.csv"))) }
  }

  @Test func unitsThatCannotBeReadLoseNoClip() throws {
    var settings = try settings(nil, "path,subject,emotion,action_units\ns/a,1,joy,brow up\ns/b,1,joy,L4?\n")
    settings.layout = .csv
    let (clips, report) = try imported(settings)
    #expect(clips.map(\.actionUnits) == ["brow up", "L4?"] && clips.map { $0.codedUnits?.units.count } == [nil, 1])
    #expect(
      report.entries(.doubtful).map(\.what).contains(
        "action units `brow up` are stored as they are, but cannot be read: has `BROW UP`, which is not an action "
          + "unit; write units as `4+7`, `L14` or `R6 or R12`"))
  }
}
