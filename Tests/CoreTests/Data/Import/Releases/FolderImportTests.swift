import Foundation
import Testing

@testable import Core

/// SMIC, whose folders are its annotation.
@Suite struct FolderImportTests {
  private func read(
    _ paths: [String], source: String = "s", change: (inout ImportSettings) -> Void = { _ in }
  ) throws -> ([ImportRow], ImportReport) {
    var settings = ImportSettings(source: source, annotations: source, output: "o")
    change(&settings)
    var report = ImportReport()
    var folders: Set<[String]> = []
    for path in paths {
      let names = path.split(separator: "/").map(String.init)
      for count in 1...names.count { folders.insert(Array(names.prefix(count))) }
    }
    return (try FolderImport(settings).rows(ReleaseTree(folders: Array(folders)), &report), report)
  }

  private let cropped = [
    "HS/s1/micro/negative/s1_ne_01", "HS/s1/micro/surprise/s1_sur_01", "HS/s2/micro/positive/s2_po_01",
    "HS/s11/micro/negative/s11_ne_01",
  ]

  @Test func theFoldersSayEmotionAndSubject() throws {
    let (rows, report) = try read(cropped)
    #expect(rows.map(\.name) == ["s01/s1_ne_01", "s01/s1_sur_01", "s02/s2_po_01", "s11/s11_ne_01"])
    #expect(rows.map(\.emotion) == ["negative", "surprise", "positive", "negative"])
    #expect(rows.map(\.subject) == ["s01", "s01", "s02", "s11"])
    #expect(rows.allSatisfy { $0.fps == 100 && $0.doubts.isEmpty && $0.marks.range == nil })
    #expect(rows[0].path == cropped[0])
    #expect(report.entries.map(\.what) == ["SMIC has no apex: the middle of a clip is the apex"])
    #expect(report.entries(.assumed).count == 1)
  }

  @Test func ofSeveralCamerasOneIsChosen() throws {
    let all = cropped + ["VIS/s11/micro/negative/s11_ne_01", "NIR/s11/micro/negative/s11_ne_01"]
    let fault = #expect(throws: Fault.self) { try read(all) }
    #expect(fault?.problem == "holds clips of several cameras: HS, VIS, NIR; choose one with --camera")
    let (rows, report) = try read(all) { $0.camera = .vis }
    #expect(rows.map(\.path) == ["VIS/s11/micro/negative/s11_ne_01"] && rows[0].fps == 25)
    #expect(report.entries(.ignored).map(\.what) == ["5 clips are not of VIS"])
    let missing = #expect(throws: Fault.self) { try read(cropped) { $0.camera = .nir } }
    #expect(missing?.problem == "has no folder NIR; its cameras are HS")
  }

  @Test func theSourceItselfMayBeACamerasFolder() throws {
    let below = cropped.map { String($0.dropFirst(3)) }
    #expect(try read(below, source: "SMIC/vis").0[0].fps == 25)
    #expect(try read(below, source: "SMIC/HS/").0[0].fps == 100)
    #expect(try read(below) { $0.camera = .nir }.0[0].fps == 25)
    #expect(try read(below) { $0.fps = 50 }.0[0].fps == 50)
    let other = #expect(throws: Fault.self) { try read(below, source: "SMIC/VIS") { $0.camera = .hs } }
    #expect(other?.problem == "is the folder of VIS, not of HS")
    let unknown = #expect(throws: Fault.self) { try read(below) }
    #expect(unknown?.problem.hasPrefix("has no folder HS, VIS or NIR; say with --camera") == true)
  }

  @Test func twoVersionsInOneSourceAreOneFault() throws {
    let fault = #expect(throws: Fault.self) {
      try read(cropped.map { "SMIC_all_raw/\($0)" } + cropped.map { "SMIC_all_cropped/\($0)" })
    }
    #expect(fault?.problem.contains("(`s01/s1_ne_01` as `SMIC_all_cropped/HS/s1/micro") == true)
    let (rows, report) = try read(cropped + ["HS/s01/negative/S1_NE_01", "HS/s1/x/negative/s1_ne_01"])
    #expect(rows.count == 4, "the first differs in capitals")
    #expect(report.entries(.lost).map(\.what).first?.hasPrefix("clip `s01/s1_ne_01` exists several times") == true)
  }

  @Test func whatTheNameOfAClipDeniesIsDoubtful() throws {
    let (rows, _) = try read(["HS/s3/micro/negative/s3_po_02", "HS/s3/micro/surprise/s4_sur_01"])
    #expect(rows[0].doubts == ["its name says positive, its folder negative, which is used"])
    #expect(rows[1].doubts == ["its name says subject s04, its folder s03, which is used"])
  }

  @Test func foldersOfOtherShapesAreNoClips() throws {
    let (rows, report) = try read(
      cropped + ["HS/s1/non_micro/s1_non_01", "HS/micro/negative/loose", "HS/s1/micro/negative/s1_ne_02/again"])
    #expect(rows.count == 4)
    #expect(report.entries(.lost).map(\.location) == ["HS/micro/negative/loose"])
    for paths in [[], ["HS/s1/s1_ne_01"], ["negative"]] {
      let fault = #expect(throws: Fault.self) { try read(paths) }
      #expect(fault?.problem.hasPrefix("has no clips of SMIC: folders in `negative`") == true, "\(paths)")
    }
  }

  @Test(.enabled(if: MadeTree.canImport, "ffmpeg is not installed: frames cannot be decoded here"))
  func allFramesOfAFolderAreTheClip() throws {
    let scratch = try Scratch()
    try MadeTree.frames(scratch, "SMIC/HS/s1/micro/negative/s1_ne_01/reg_image%06d.bmp", from: 58_000, count: 9)
    try MadeTree.frames(scratch, "SMIC/HS/s2/micro/positive/s2_po_01/reg_image%06d.bmp", from: 12, count: 6)
    try MadeTree.frames(scratch, "SMIC/HS/s2/non_micro/surprise/s2_sur_01/reg_image%06d.bmp", from: 1, count: 3)
    try FileManager.default.removeItem(
      atPath: scratch("data/SMIC/HS/s1/micro/negative/s1_ne_01/reg_image058003.bmp"))
    try scratch.file("data/SMIC/HS/s1/micro/negative/s1_ne_01/Thumbs.db", text: "x")
    var settings = try MadeTree.settings(scratch, scratch("data"), "smic-3")
    settings.layout = .release(.smic)
    let report = try settings.run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["s01/s1_ne_01", "s02/s2_po_01"])
    #expect(store.clips.map(\.frames) == [8, 6] && store.clips.map(\.apex) == [3, 2])
    #expect(store.clips.allSatisfy { $0.fps == 100 })
    #expect(store.clips[0].source == "SMIC/HS/s1/micro/negative/s1_ne_01")
    #expect(try MadeTree.position(store, 0, 3) == 4, "one frame is not there")
    #expect(
      report.entries(.doubtful).contains { $0.what == "1 of 9 frames from onset to offset are not there: 58003" })
    #expect(report.entries(.ignored).contains { $0.what == "not frames: Thumbs.db" })
    let lines = report.counts?.lines ?? []
    #expect(lines.contains("negative        1         70  differs"))
    #expect(lines.contains("all clips       2        164  differs"))
  }
}
