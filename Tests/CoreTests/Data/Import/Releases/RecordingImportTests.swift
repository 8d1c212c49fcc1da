import Foundation
import Testing

@testable import Core

/// Releases whose folders are recordings with several expressions: CAS(ME)² and CAS(ME)³.
@Suite(
  .enabled(
    if: MadeTree.canImport && hasUnzip, "ffmpeg or unzip is not installed: releases cannot be imported here"))
struct RecordingImportTests {
  private let workbook = Fixture.path("workbooks/casme_squared.xlsx")

  private func casmeSquared(_ scratch: Scratch) throws {
    try MadeTree.frames(scratch, "rawpic/s15/15_0101disgustingteeth/img%03d.jpg", from: 1, count: 28)
    try MadeTree.frames(scratch, "rawpic/s15/15_0502funnyerrors/img%03d.jpg", from: 1, count: 12)
    try MadeTree.frames(scratch, "rawpic/s16/16_0101disgustingteeth/img%03d.jpg", from: 1, count: 20)
  }

  private func lenient(_ scratch: Scratch, _ sheet: String, _ preset: String) throws -> ImportSettings {
    var settings = try MadeTree.settings(scratch, sheet, preset)
    settings.largestLostShare = 0.5
    return settings
  }

  @Test func clipsOfOneRecordingKeepItAsTheirSource() throws {
    let scratch = try Scratch()
    try casmeSquared(scratch)
    let report = try ReleaseImport(.casmeSquared, lenient(scratch, workbook, "casme-squared-4")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["s15/disgust1_1", "s15/disgust1_2", "s16/disgust1_1"])
    #expect(store.clips.map(\.subject) == ["s15", "s15", "s16"])
    #expect(store.clips.map(\.emotion) == ["negative", "positive", "surprise"])
    let recording = "rawpic/s15/15_0101disgustingteeth"
    #expect(store.clips.map(\.source) == [recording, recording, "rawpic/s16/16_0101disgustingteeth"])
    #expect(store.clips.map(\.frames) == [10, 4, 7] && store.clips.map(\.apex) == [4, 3, 3])
    #expect(store.clips.allSatisfy { $0.fps == 30 } && store.clips[0].actionUnits == "4+7")
    #expect(try MadeTree.position(store, 0, 0) == 4 && MadeTree.position(store, 1, 0) == 17, "frames count from 1")
    #expect(report.table?.hasSuffix("sheet `CASFEcode_final`, without a header") == true)
    #expect(
      report.entries(.repaired).map(\.what) == [
        "offset `0` is not after onset 18, the apex 21 is used as the last frame",
        "apex `0` is not a frame number, the middle is used",
      ])
    #expect(
      report.entries(.lost).map(\.what) == [
        "has the offset `0`, which is not after onset 10, and no apex to stand in for it; write it",
        "the folder of clip `s16/anger1_1` is not below \(scratch("data"))",
      ])
    let ignored = report.entries(.ignored).map(\.what)
    #expect(ignored.contains("1 row is a macro-expression, left out; --expressions macro imports such rows instead"))
    #expect(report.counts?.lines.contains("all clips       3         57  differs") == true)
  }

  @Test func macroExpressionsAreImportedOnDemand() throws {
    let scratch = try Scratch()
    try casmeSquared(scratch)
    var settings = try MadeTree.settings(scratch, workbook, "casme-squared-4")
    settings.expressions = .macro
    let report = try ReleaseImport(.casmeSquared, settings).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["s15/happy1_1"] && store.clips[0].frames == 7 && store.clips[0].apex == 3)
    #expect(
      report.entries(.ignored).contains { $0.what.hasPrefix("5 rows are micro-expressions, left out; --expr") })
    #expect(report.counts?.published == nil, "the preset's figures are those of micro-expressions")
  }

  @Test func aFolderOfTheExpressionAloneIsBetterThanTheRecording() throws {
    let scratch = try Scratch()
    try casmeSquared(scratch)
    try MadeTree.frames(scratch, "rawpic/s15/disgust1_1/img%03d.jpg", from: 5, count: 10)
    _ = try ReleaseImport(.casmeSquared, lenient(scratch, workbook, "casme-squared-4")).run()
    let clip = try ClipStore(opening: scratch("store")).clips[0]
    #expect(clip.source == "rawpic/s15/disgust1_1" && clip.frames == 10)
  }

  @Test func aSubjectsNumberNeedsTheNamingRules() throws {
    let scratch = try Scratch()
    try casmeSquared(scratch)
    let rows = "1,disgust1_1,5,9,14,4+7,negative,micro-expression,disgust\n"
    let csv = try scratch.file("code.csv", text: rows)
    let faults = #expect(throws: Faults.self) {
      try ReleaseImport(.casmeSquared, MadeTree.settings(scratch, csv, "casme-squared-4")).run()
    }
    #expect(faults?.description.contains("has the subject `1`, and no sheet `naming rule1` says which folder") == true)
    // Folders' own names need none.
    let named = try scratch.file(
      "code.csv", text: "s15,15_0101disgustingteeth,5,9,14,4+7,negative,micro-expression,disgust\n")
    let report = try ReleaseImport(.casmeSquared, MadeTree.settings(scratch, named, "casme-squared-4")).run()
    #expect(report.stored == 1)
    let typed = try scratch.file("code.csv", text: rows + "s15,x,5,9,14,4,negative,posed,disgust\n")
    let wrong = #expect(throws: Faults.self) {
      try ReleaseImport(.casmeSquared, MadeTree.settings(scratch, typed, "casme-squared-4")).run()
    }
    #expect(wrong?.description.contains("has the type `posed`; micro-expression or macro-expression") == true)
  }

  private let casme3Header = "Subject,Filename,Onset,Apex,Offset,AU,Objective class,emotion\n"

  @Test func casme3IsCutFromItsRecordings() throws {
    let scratch = try Scratch()
    for folder in ["color", "depth"] {
      try MadeTree.frames(scratch, "part_A/spNO.1/b/\(folder)/%d.jpg", from: 1, count: 28)
      try MadeTree.frames(scratch, "part_A/spNo.216/b/\(folder)/%d.jpg", from: 1, count: 12)
    }
    let csv = try scratch.file(
      "label.csv",
      text: casme3Header + """
        spNO.1,b,5,8,12,4,I,disgust
        spNO.1,b,15,18,26,"1,2",II,happy
        spNO.216,b,0,0,8,12,I,others
        spNO.216,b,,4,8,12,I,others
        spNO.216,c,1,4,8,12,I,fear
        """)
    let report = try ReleaseImport(.casme3, lenient(scratch, csv, "casme3-7")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["spNO.1/b_15", "spNO.1/b_5", "spNO.216/b_1"])
    #expect(store.clips.map(\.source) == ["part_A/spNO.1/b/color", "part_A/spNO.1/b/color", "part_A/spNo.216/b/color"])
    #expect(store.clips.map(\.frames) == [12, 8, 8] && store.clips.map(\.apex) == [3, 3, 3])
    #expect(store.clips.map(\.emotion) == ["happy", "disgust", "others"])
    #expect(store.clips.allSatisfy { $0.fps == 30 })
    #expect(try MadeTree.position(store, 0, 0) == 14)
    #expect(
      report.entries(.repaired).map(\.what) == [
        "onset 0 is not a frame, recordings begin with 1, which is used",
        "apex `0` is not a frame number, the middle is used",
      ])
    #expect(report.entries(.lost).map(\.location) == ["line 5", "line 6"])
    #expect(report.entries(.lost)[0].what.hasPrefix("has no onset (``), and its recording may hold other expressions"))
    #expect(report.entries(.ignored).isEmpty, "depth frames are not mentioned")
    #expect(report.counts?.lines.contains("happiness       1         55  differs") == true)
  }

  @Test func casme3sClipsMayHaveFoldersOfTheirOwn() throws {
    let scratch = try Scratch()
    for folder in ["frame", "depth"] {
      try MadeTree.frames(scratch, "CASME3/Part_A_ME_clip/\(folder)/spNo.1_a_355/%d.jpg", from: 355, count: 9)
      try MadeTree.frames(scratch, "CASME3/Part_A_ME_clip/\(folder)/spNo.11_a_355/%d.jpg", from: 355, count: 6)
    }
    let csv = try scratch.file(
      "label.csv",
      text: casme3Header + "spNO.1,a,355,358,363,4,I,disgust\nspNO.11,a,355,357,360,4,I,surprise\n")
    #expect(try ReleaseImport(.casme3, MadeTree.settings(scratch, csv, "casme3-7")).run().stored == 2)
    let clips = try ClipStore(opening: scratch("store")).clips
    #expect(clips.map(\.name) == ["spNO.1/a_355", "spNO.11/a_355"] && clips.map(\.frames) == [9, 6])
    #expect(clips[1].source == "CASME3/Part_A_ME_clip/frame/spNo.11_a_355")
  }
}
