import Foundation
import Testing

@testable import Core

/// What an import would do, without its store.
@Suite(.enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct CheckTests {
  /// Two clips of five frames, and a third row without a folder.
  private func settings(_ scratch: Scratch) throws -> ImportSettings {
    for clip in ["a", "b"] {
      try Directory.make(scratch("data/S01/\(clip)"))
      let process = Subprocess(
        program: "ffmpeg",
        arguments: [
          "-v", "error", "-f", "lavfi", "-i", "testsrc=s=40x40", "-frames:v", "5",
          scratch("data/S01/\(clip)/img%d.png"),
        ])
      try #require(try process.run { _ in true }?.status == 0)
    }
    let table = try scratch.file(
      "clips.csv",
      text: """
        path,subject,emotion,onset,apex,offset,fps
        S01/a,S01,happiness,1,3,5,50
        S01/b,s01,fear,2,/,4,50
        S01/c,S01,fear,1,3,5,50
        """)
    var settings = ImportSettings(.csv, source: scratch("data"), annotations: table, output: scratch("out/store"))
    settings.size = 32
    return settings
  }

  @Test func aCheckSaysWhatTheImportWouldSay() throws {
    let scratch = try Scratch()
    var settings = try settings(scratch)
    settings.largestLostShare = 1
    let checked = try settings.check(withPictures: true)
    #expect(checked.refusal == nil)
    #expect(!FileManager.default.fileExists(atPath: scratch("out")), "nothing is written")
    #expect(try settings.run() == checked.report)
    let doubts = checked.report.entries(.doubtful).map(\.what)
    #expect(doubts.contains { $0.hasPrefix("the subjects `S01`, `s01` differ only in ") })
    let store = try ClipStore(opening: scratch("out/store"))
    #expect(checked.previews.map(\.clip) == store.clips)
    #expect(checked.previews.map(\.location) == ["line 2", "line 3"])
    for preview in checked.previews {
      let strip = try #require(preview.strip)
      #expect(strip.starts(with: [0xFF, 0xD8]))
      let path = try scratch.file("strip.jpg", strip)
      let header = try ImageHeader(of: path)
      #expect((header.width, header.height) == (3 * 96, 96))
    }
    #expect(try settings.check(withPictures: false).previews.allSatisfy { $0.strip == nil })
  }

  @Test func aCheckGoesOnWhereAnImportIsRefused() throws {
    let scratch = try Scratch()
    let settings = try settings(scratch)
    #expect(throws: Faults.self) { try settings.run() }
    let checked = try settings.check(withPictures: false)
    #expect(checked.previews.count == 2 && checked.report.entries(.lost).map(\.location) == ["line 4"])
    #expect(
      checked.refusal?.faults.map(\.problem) == [
        "1 of 3 rows are lost, more than 5.0 % may be; nothing was written",
        "`\(scratch("data"))/S01/c` does not exist",
      ])
  }

  @Test func aCheckCanBeStopped() throws {
    let scratch = try Scratch()
    let settings = try settings(scratch)
    #expect(throws: ImportStopped.self) { try settings.check(withPictures: false, isStopped: { true }) }
  }

  @Test func aBoxMayNameASubjectByItsNumber() throws {
    func table(_ names: [String]) throws -> CropTable {
      let text = "name,width,height,x,y\n" + names.map { "\($0),10,10,0,0\n" }.joined()
      var table = try CropTable(AnnotationSheet.csv(text, at: "boxes.csv"), at: "boxes.csv")
      try table.adopt(.samm)
      return table
    }
    #expect(try table(["6"]).box(clip: "006/006_1_2", path: "SAMM/006/006_1_2", subject: "006")?.name == "6")
    let byPath = try table(["SAMM/006/006_1_2", "006"])
    #expect(byPath.box(clip: "a", path: "SAMM/006/006_1_2", subject: "006")?.name == "SAMM/006/006_1_2")
    #expect(try table(["006"]).box(clip: "006/006_1_2", path: "SAMM/006/006_1_2", subject: "006")?.name == "006")
    #expect(try table(["6"]).box(clip: "016/016_1_2", path: "SAMM/016/016_1_2", subject: "016") == nil)
    #expect(throws: Fault.self) { try table(["6", "006"]) }
    #expect(throws: Fault.self) { try table(["6", "06"]) }
  }
}
