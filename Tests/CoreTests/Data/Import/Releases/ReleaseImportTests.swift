import Foundation
import Testing

@testable import Core

@Suite(
  .enabled(
    if: MadeTree.canImport && hasUnzip, "ffmpeg or unzip is not installed: releases cannot be imported here"))
struct ReleaseImportTests {
  private func casme2(_ scratch: Scratch) throws {
    try MadeTree.frames(scratch, "Cropped/sub01/EP02_01f/reg_img%d.jpg", from: 44, count: 16)
    try MadeTree.frames(scratch, "Cropped/sub01/EP03_02/reg_img%d.jpg", from: 131, count: 12)
    try MadeTree.frames(scratch, "Cropped/sub02/EP02_01f/reg_img%d.jpg", from: 20, count: 11)
    try MadeTree.frames(scratch, "Cropped/sub05/EP09_05f/reg_img%03d.jpg", from: 13, count: 7)
    try MadeTree.frames(scratch, "Cropped/sub17/EP05_03f/reg_img%d.jpg", from: 81, count: 12)
    try MadeTree.frames(scratch, "Cropped/sub17/EP99_99/reg_img%d.jpg", from: 1, count: 1)
    for name in ["Cropped/a.lnk", "Cropped/sub01/Thumbs.db", "Cropped/sub01/EP02_01f/Thumbs.db"] {
      try scratch.file("data/\(name)", text: "x")
    }
  }

  @Test func casme2IsReadWithAllItsTypingFaults() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    var settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    settings.workers = 3
    let report = try ReleaseImport(.casme2, settings).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(
      store.clips.map(\.name) == [
        "sub01/EP02_01f", "sub01/EP03_02", "sub02/EP02_01f", "sub05/EP09_05f", "sub17/EP05_03f",
      ])
    #expect(store.clips.map(\.frames) == [11, 11, 11, 7, 11])
    #expect(store.clips.map(\.apex) == [3, 5, 4, 3, 3])
    #expect(store.clips.map(\.emotion) == ["disgust", "happiness", "others", "repression", "others"])
    #expect(store.clips.allSatisfy { $0.fps == 200 } && store.clips[0].actionUnits == "4+L10")
    #expect(
      try MadeTree.position(store, 0, 0) == 2 && MadeTree.position(store, 0, 10) == 12,
      "from onset 46 of frames from 44")
    let sheet = Fixture.path("workbooks/casme2.xlsx")
    let expected: [String] = [
      "61 rows: 5 stored (3 repaired), 55 skipped, 1 lost", "read: \(sheet), sheet `Sheet1`, header in row 1",
      "lost: row 6: the folder of clip `sub05/EP10_10` is not below \(scratch("data"))",
      "doubtful: \(sheet): 55 of 60 rows have an emotion that is in none of the classes; of all presets "
        + "`casme2-basic5` has the most rows, 57",
      "doubtful: \(sheet): the frames of 5 clips are not square (`sub01/EP02_01f`: 40 × 20) and are squeezed to a "
        + "square; choose with --fit: `crop` takes the square in the middle, `pad` adds black, `squash` squeezes",
      "doubtful: \(sheet): frames of 40 × 20 are wide, so that faces are small in them; "
        + "use --crop to cut out the faces",
      "repaired: row 3, clip `sub01/EP03_02`: apex `/` is not a frame number, the middle is used",
      "repaired: row 5, clip `sub05/EP09_05f`: apex 13 is the onset itself, the middle is used",
      "repaired: row 62, clip `sub17/EP05_03f`: offset 31 is a known typing error, 91 is used",
      "skipped: row 7, clip `sub06/EP11_01`: emotion `fear` is in no class",
      "skipped: row 8, clip `sub09/EP18_00`: emotion `sadness` is in no class",
      "skipped: row 9, clip `sub09/EP18_01`: emotion `sadness` is in no class",
      "skipped: row 10, clip `sub09/EP18_02`: emotion `sadness` is in no class",
    ]
    #expect(report.lines.prefix(13) == expected[...])
    let ignored = report.entries(.ignored).map { "\($0.location): \($0.what)" }
    #expect(ignored.contains("row 65: has no Filename: `A remark of the coders`"))
    #expect(ignored.contains("Cropped/sub17/EP99_99: a folder that no row of the sheet names"))
    #expect(ignored.contains("\(scratch("data"))/Cropped/sub01/EP02_01f: not frames: Thumbs.db"))
    #expect(
      report.lines.suffix(9) == [
        "class      stored  published",
        "happiness       1         32  differs",
        "disgust         1         63  differs",
        "repression      1         27  differs",
        "surprise        0         25  differs",
        "others          2         99  differs",
        "all clips       5        246  differs",
        "subjects        4         26",
        "clips per subject: sub01 2, sub02 1, sub05 1, sub17 1",
      ])
  }

  @Test func theSameStoreComesOfAnyNumberOfWorkers() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    var stores: [Data] = []
    for workers in [1, 2, 7] {
      var settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
      settings.workers = workers
      _ = try ReleaseImport(.casme2, settings).run()
      stores.append(try Data(contentsOf: URL(fileURLWithPath: scratch("store"))))
    }
    #expect(stores[0] == stores[1] && stores[0] == stores[2])
  }

  @Test func theRawTreeIsReadFromTheFolderAboveIt() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    try FileManager.default.moveItem(atPath: scratch("data/Cropped"), toPath: scratch("data/CASME2_RAW_selected"))
    let settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    #expect(try ReleaseImport(.casme2, settings).run().stored == 5)
    let clip = try #require(try ClipStore(opening: scratch("store")).clips.first { $0.subject == "sub02" })
    #expect(clip.source == "CASME2_RAW_selected/sub02/EP02_01f")
  }

  @Test func aClipOfAnotherEmotionMayBeThereTwice() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    for folder in ["a", "b"] {
      try MadeTree.frames(scratch, "Cropped/\(folder)/sub06/EP11_01/reg_img%d.jpg", from: 7, count: 9)
    }
    let settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    let report = try ReleaseImport(.casme2, settings).run()
    #expect(report.entries(.lost).map(\.location) == ["row 6"])
    #expect(report.entries(.skipped).first?.location == "row 7")
    #expect(!report.entries(.ignored).contains { $0.location.contains("EP11_01") }, "the sheet names them")
  }

  @Test func twoVersionsInOneSourceAreOneFault() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    try FileManager.default.copyItem(atPath: scratch("data/Cropped"), toPath: scratch("data/CASME2_RAW_selected"))
    let settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    let fault = #expect(throws: Fault.self) { try ReleaseImport(.casme2, settings).run() }
    #expect(fault?.problem.contains("several times") == true && fault?.problem.contains("Cropped/sub01") == true)
    var other = settings
    other.source = scratch("data/CASME2_RAW_selected")
    #expect(try ReleaseImport(.casme2, other).run().stored == 5)
    other.source = scratch("data/Cropped/sub01")
    let none = #expect(throws: Fault.self) { try ReleaseImport(.casme2, other).run() }
    #expect(none?.problem.contains("sub01, sub02") == true)
  }

  @Test func sammIsCutByATableOfBoxes() throws {
    let scratch = try Scratch()
    try MadeTree.frames(scratch, "006/006_1_2/006_%05d.jpg", from: 5560, count: 15)
    try MadeTree.frames(scratch, "006/006_1_3/006_%05d.jpg", from: 10, count: 7)
    try MadeTree.frames(scratch, "007/007_3_1/007_%05d.jpg", from: 5, count: 8)
    try MadeTree.frames(scratch, "011/011_6_1/011_%05d.jpg", from: 20, count: 6)
    var settings = try MadeTree.settings(scratch, Fixture.path("workbooks/samm.xlsx"), "samm-5")
    let wide = try ReleaseImport(.samm, settings).run()
    #expect(wide.entries(.doubtful).contains { $0.what.contains("squeezed to a square; choose with --fit") })
    #expect(wide.entries(.doubtful).contains { $0.what.hasPrefix("frames of 40 × 20 are wide") })

    let boxes = "name,width,height,x,y\n006,20,20,0,0\n006/006_1_2,16,16,4,4\n099,1,1,0,0\n*,20,20.0,20,0\n"
    settings.crop = .table(try scratch.file("boxes.csv", text: boxes))
    let report = try ReleaseImport(.samm, settings).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["006/006_1_2", "006/006_1_3", "007/007_3_1", "011/011_6_1"])
    #expect(store.clips.map(\.emotion) == ["anger", "other", "others", "happiness"])
    #expect(store.clips.map(\.subject) == ["006", "006", "007", "011"])
    #expect(try MadeTree.position(store, 0, 0) == 2, "from onset 5562 of frames from 5560")
    let repairs = report.entries(.repaired).map(\.what)
    #expect(repairs == ["apex 30 is not between onset 10 and offset 16, the middle is used"])
    #expect(
      report.entries(.ignored).map(\.what) == [
        "has the columns too; to read it instead, name it with --sheet", "the box of `099` was not needed",
      ])

    settings.crop = .table(
      try scratch.file("boxes.csv", text: "name,width,height,x,y\n006,20,20,0,0\n007,21,20,20,0\n"))
    let faults = #expect(throws: Faults.self) { try ReleaseImport(.samm, settings).run() }
    #expect(faults?.description.contains("clip `011/011_6_1` has no box") == true)
    settings.largestLostShare = 1
    #expect(try ReleaseImport(.samm, settings).run().stored == 2, "007's box does not fit its frames")
  }

  @Test(arguments: ["Micro_Expression/%E", "%S/%E"]) func mmewIsReadByEmotionOrBySubject(_ layout: String) throws {
    let scratch = try Scratch()
    for (subject, emotion, name, count) in [
      ("S03", "happiness", "S03-01-001", 8), ("S03", "surprise", "S03-02-001", 6),
      ("S11", "repression", "S11-05-002", 5), ("S11", "disgust", "S11-04-001", 6),
    ] {
      let folder = layout.replacingOccurrences(of: "%E", with: emotion).replacingOccurrences(of: "%S", with: subject)
      // The last clip's files keep the numbers of the recording.
      try MadeTree.frames(scratch, "\(folder)/\(name)/%d.jpg", from: name == "S11-04-001" ? 101 : 1, count: count)
    }
    var settings = try MadeTree.settings(scratch, Fixture.path("workbooks/mmew.xlsx"), "mmew-6")
    settings.classes = ClassMap([["happiness"], ["surprise"], ["disgust"], ["others"]])
    let report = try ReleaseImport(.mmew, settings).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["S03/S03-01-001", "S03/S03-02-001", "S11/S11-04-001", "S11/S11-05-002"])
    #expect(store.clips.map(\.frames) == [8, 5, 6, 5])
    #expect(store.clips.map(\.apex) == [3, 2, 2, 2])
    #expect(store.clips.allSatisfy { $0.fps == 90 })
    #expect(
      report.entries(.repaired).map(\.what) == [
        "apex 9 is not between onset 2 and offset 6, the middle is used",
        "offset `` is not a frame number, the clip's last frame is used",
      ])
    // One clip's files begin with 101; the numbers of all clips fit a count from 1.
    let numbering = report.entries(.doubtful).first { $0.location == settings.annotations }
    #expect(numbering?.what.hasPrefix("frame numbers are read as counts from 1") == true)
    #expect(report.counts?.lines.contains("disgust         1          -") == true, "other classes than the preset's")
  }

  @Test func aCSVExportIsAsGoodAsTheWorkbook() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    let sheet = try AnnotationSheet.candidates(Fixture.path("workbooks/casme2.xlsx"))[0]
    let lines = sheet.rows.map { row in
      (row.cells + Array(repeating: "", count: 9 - row.cells.count)).joined(separator: ";")
    }
    let csv = try scratch.file("sheet.csv", text: "\u{FEFF}" + lines.joined(separator: "\r\n"))
    let settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    _ = try ReleaseImport(.casme2, settings).run()
    let store = try Data(contentsOf: URL(fileURLWithPath: scratch("store")))
    let report = try ReleaseImport(.casme2, MadeTree.settings(scratch, csv, "casme2-5")).run()
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch("store"))) == store)
    #expect(report.entries(.repaired)[0].location == "line 3")
  }

  @Test func aStoppedImportLeavesNothing() throws {
    let scratch = try Scratch()
    try casme2(scratch)
    var settings = try MadeTree.settings(scratch, Fixture.path("workbooks/casme2.xlsx"), "casme2-5")
    let calls = Calls()
    settings.workers = 2
    #expect(throws: ImportStopped.self) {
      try ReleaseImport(.casme2, settings).run(isStopped: { calls.next() == 3 })
    }
    #expect(scratch.names == ["data"])
  }
}

/// Counts calls from one thread.
private final class Calls: @unchecked Sendable {
  private var count = 0
  func next() -> Int {
    count += 1
    return count
  }
}
