import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct CheckTests {
  private let previews = ["line 10", "line 2"].map { location in
    Preview(location: location, name: location == "line 2" ? "S01/<b>" : "=S02/c")
  }.map(\.value)

  /// A clip without a picture, which needs no ffmpeg.
  private struct Preview {
    var value: ClipPreview

    init(location: String, name: String) {
      let clip = Clip(
        name: name, subject: "S01", emotion: "fear", source: "s", fps: 50, onset: 0, apex: 2, offset: 4, frames: 5,
        height: 8, width: 8)
      value = ClipPreview(clip, strip: Array("jpeg".utf8), location: location)
    }
  }

  private var report: ImportReport {
    var report = ImportReport()
    report.add(.ignored, "data/S01", "not frames: x")
    report.add(.lost, "line 11", "has no path")
    report.add(.repaired, "line 10", "apex `/` is not a frame number, the middle is used")
    report.add(.doubtful, "line 10", "no pixel changes in its 5 frames")
    report.add(.skipped, "line 3", "emotion `joy` is in no class", clip: "S01/joy")
    return report
  }

  @Test func rowsAreInTheOrderOfTheTableWithTheirGravestNote() {
    let rows = CheckedRow.all(report, previews)
    #expect(rows.map(\.location) == ["line 2", "line 3", "line 10", "line 11", "data/S01"])
    #expect(rows.map(\.state) == [nil, .skipped, .doubtful, .lost, .ignored])
    #expect(rows.map { $0.preview?.clip.name } == ["S01/<b>", nil, "=S02/c", nil, nil])
    #expect(rows[2].notes.count == 2)
  }

  @Test func theTerminalGetsATable() {
    #expect(
      CheckText.lines(CheckedRow.all(report, previews), report) == [
        "row       would be  clip     because",
        "line 3    skipped   S01/joy  emotion `joy` is in no class",
        "line 10   repaired  =S02/c   apex `/` is not a frame number, the middle is used",
        "          doubtful           no pixel changes in its 5 frames",
        "line 11   lost               has no path",
        "data/S01  ignored            not frames: x",
        "", "0 rows: 0 stored (1 repaired), 0 skipped, 1 lost",
      ])
  }

  @Test func aSpreadsheetGetsALineForEachRow() {
    #expect(
      CheckText.csv(CheckedRow.all(report, previews))
        == [
          "row,state,clip,subject,emotion,frames,apex,fps,action_units,notes",
          "line 2,stored,S01/<b>,S01,fear,5,2,50.0,,",
          "line 3,skipped,S01/joy,,,,,,,emotion `joy` is in no class",
          "line 10,doubtful,'=S02/c,S01,fear,5,2,50.0,,"
            + "\"repaired: apex `/` is not a frame number, the middle is used; no pixel changes in its 5 frames\"",
          "line 11,lost,,,,,,,,has no path", "data/S01,ignored,,,,,,,,not frames: x", "",
        ].joined(separator: "\r\n"))
  }

  @Test func aPageShowsEveryClipAndEscapesNames() {
    let page = CheckPage.text(CheckedRow.all(report, previews), report, of: "clips & more.csv")
    #expect(page.contains("<title>clips &amp; more.csv – MicroFold check</title>"))
    #expect(page.components(separatedBy: "<img ").count == 3)
    #expect(page.contains("data:image/jpeg;base64,anBlZw=="))
    #expect(page.contains("S01/&lt;b&gt;") && !page.contains("S01/<b>"))
    #expect(page.contains("<li class=\"caution\"><b>1</b> lost</li>"))
    #expect(page.contains("emotion `joy` is in no class"))
  }
}
