import Foundation
import Testing

@testable import Core

/// Releases whose sheets and frames have other names: CASME and 4DME.
@Suite(.enabled(if: MadeTree.canImport, "ffmpeg is not installed: frames cannot be decoded here"))
struct SheetNamesTests {
  @Test func casmeIsReadWithItsTwoWaysOfNumbering() throws {
    let scratch = try Scratch()
    // Section A numbers its frames 1, 2, …; section B 001, 002, ….
    try MadeTree.frames(scratch, "Cropped/sub01/EP01_5/reg_EP01_5-%d.jpg", from: 95, count: 12)
    try MadeTree.frames(scratch, "Cropped/sub17/EP01_5/reg_EP01_5-%03d.jpg", from: 1, count: 8)
    let csv = try scratch.file(
      "casme.csv",
      text: """
        Subject,Filename,,OnsetF,ApexF1,ApexF2,OffsetF,,AUs,Emotion
        1,EP01_5,,96,99,101,104,,4+L10,tense
        17,EP01_5,,2,/,,7,,1,repression
        17,EP01_9,,2,4,,7,,1,sadness
        """)
    let report = try ReleaseImport(.casme, MadeTree.settings(scratch, csv, "casme-4")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.name) == ["sub01/EP01_5", "sub17/EP01_5"])
    #expect(store.clips.map(\.frames) == [9, 6] && store.clips.map(\.apex) == [3, 2])
    #expect(store.clips.allSatisfy { $0.fps == 60 } && store.clips.map(\.actionUnits) == ["4+L10", "1"])
    #expect(try MadeTree.position(store, 0, 0) == 1 && MadeTree.position(store, 1, 0) == 1)
    #expect(report.entries(.repaired).map(\.what) == ["apex `/` is not a frame number, the middle is used"])
    #expect(report.entries(.skipped).map(\.location) == ["line 4"])
    #expect(report.counts?.lines.contains("all clips       2        171  differs") == true)
  }

  @Test func fourDMEsLabelsOfTwoEmotionsAreNoClass() throws {
    let scratch = try Scratch()
    try MadeTree.frames(scratch, "gray_micro/S13/S13_1st_001_01_1/%d.jpg", from: 2480, count: 12)
    try MadeTree.frames(scratch, "gray_micro/S7/S07_1st_002_01_1/%d.jpg", from: 10, count: 8)
    let csv = try scratch.file(
      "4dme.csv",
      text: """
        sub_ID,fold_name,Onset,Apex,Offset,AUs,Emotion
        S13,S13_1st_001_01_1,2480,2484,2490,AU4(k)+L7,Negative
        7,S07_1st_002_01_1,10,12,16,12,positive
        7,S07_1st_003_01_1,10,12,16,1+2,Surprise+Positive
        """)
    let report = try ReleaseImport(.fourDME, MadeTree.settings(scratch, csv, "4dme-5")).run()
    let store = try ClipStore(opening: scratch("store"))
    #expect(store.clips.map(\.subject) == ["S07", "S13"] && store.clips.map(\.frames) == [7, 11])
    #expect(store.clips.map(\.emotion) == ["positive", "negative"] && store.clips.allSatisfy { $0.fps == 60 })
    #expect(report.skippedEmotions == ["surprise+positive": 1])
    #expect(report.entries(.doubtful).contains { $0.what.contains("action units `AU4(k)+L7` are stored as they are") })
  }
}
