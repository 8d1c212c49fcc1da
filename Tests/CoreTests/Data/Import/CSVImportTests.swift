import Testing

@testable import Core

@Suite struct CSVImportTests {
  private func rows(_ text: String) throws -> ([ImportRow], ImportReport) {
    var report = ImportReport()
    let rows = try CSVImport(ImportSettings(source: "s", annotations: "t", output: "o"))
      .rows(AnnotationSheet.csv(text, at: "t"), &report)
    return (rows, report)
  }

  @Test func columnsAreFoundByNameInAnyOrder() throws {
    let (rows, report) = try rows(
      "Offset,APEX,onset,note, Emotion ,subject,path,fps,action_units\n91,/,46.0,x,Surprise,01,sub01/a,200,\"1+2, 4\"")
    var expected = ImportRow(
      location: "line 2", path: "sub01/a", subject: "01", emotion: "Surprise", onset: 46, offset: 91, fps: 200,
      actionUnits: "1+2, 4")
    expected.repairs = ["apex `/` is not a frame number, the middle is used"]
    #expect(rows == [expected])
    #expect(report.entries == [.init(kind: .ignored, location: "t", what: "the column `note` is not used")])
  }

  @Test func whatTheTableDoesNotSayIsAssumedAloud() throws {
    let (rows, report) = try rows("path,subject,emotion,Onset Frame,fps\na/b,1,joy,/,50\na/c,1,joy,7,\n")
    #expect(rows.map(\.onset) == [nil, 7] && rows.map(\.apex) == [nil, nil])
    #expect(rows.map(\.repairs) == [["onset `/` is not a frame number, the clip's first frame is used"], []])
    #expect(
      report.entries == [
        .init(
          kind: .assumed, location: "t",
          what: "has no column `apex`, `offset`: the middle is the apex, its last frame is the offset"),
        .init(
          kind: .assumed, location: "t",
          what: "has no `fps` in 1 of 2 rows: 50 frames per second, unless --fps says otherwise"),
      ])
  }

  @Test func aColumnThatMayBeMeantForAMissingOneIsDoubtful() throws {
    let report = try rows("path,subject,emotion,onset_idx,apex,offset,fps,remark\na/b,1,joy,3,4,5,50,x\n").1
    #expect(
      report.entries(.doubtful).map(\.what) == ["the column `onset_idx` is not read; name it `onset` if it is that"])
    #expect(report.entries(.ignored).map(\.what) == ["the column `remark` is not used"])
  }

  @Test func aLostRowNamesItsClip() throws {
    let report = try rows("path,subject,emotion\na/b,,joy\n").1
    #expect(report.lines.contains("lost: line 2, clip `a/b`: has no subject"))
  }

  @Test func aRowThatMakesNoSenseIsLost() throws {
    let header = "path,subject,emotion,onset,apex,offset,fps\n"
    for row in [
      "p,s,e,1", "p,s,e,1,1,1,50,x", ",s,e,1,1,1,50", "p,,e,1,1,1,50", "p,s,e,x,1,1,50", "p,s,e,-1,1,1,50",
      "p,s,e,1,1,99999999999999999999,50", "p,s,e,1,1,1.5,50", "p,s,e,1,1,1,0", "p,s,e,1,1,1,inf", "p,s,e,1,1,1,fast",
      "p,s,e,nan,1,1,50", "p,s,e,1,x,9,50", "p,s,e,1,1.05E+03,9,50", "p,s,e,1,46.5,99,50", "p,s,e,1,1,9,\"1,000\"",
      "p,s,#REF!,1,2,3,50",
    ] {
      let (rows, report) = try rows(header + row)
      #expect(rows.isEmpty, "\(row)")
      #expect(report.entries(.lost).map(\.location) == ["line 2"], "\(row)")
    }
  }

  @Test func missingAndDoubledColumnsAreFaults() {
    let missing = #expect(throws: Fault.self) { try rows("path,subject,onset,apex,offset\n") }
    #expect(missing?.problem.contains("`emotion`") == true)
    #expect(throws: Fault.self) { try rows("path,PATH,subject,emotion,onset,apex,offset\n") }
    #expect(throws: Fault.self) { try rows("") }
  }

  @Test func aTableFromAEuropeanSpreadsheetIsRead() throws {
    let (rows, report) = try rows(
      "\u{FEFF}path;subject;emotion;onset;apex;offset;fps\r\na/b;1;joy;46,0;1 046;2000;29,97\r\n;;;;;;\r\n")
    #expect(rows.count == 1 && report.entries.isEmpty)
    #expect(rows[0].onset == 46 && rows[0].apex == 1046 && rows[0].offset == 2000 && rows[0].fps == 29.97)
    let film = try self.rows("path;subject;emotion;onset;apex;offset;fps\na/b;1;joy;1;2;3;23,976\n").0
    #expect(film.map(\.fps) == [23.976])
    let lost = try self.rows("path;subject;emotion;onset;apex;offset\na/b;1;joy;1,046;;2000\n").1
    #expect(
      lost.entries(.lost).map(\.what) == ["has onset `1,046`, which could be 1046 or 1.046; write it without `,`"])
  }

  @Test func aDateInTheActionUnitsIsTwoUnits() throws {
    let (rows, report) = try rows(
      "path,subject,emotion,onset,apex,offset,action_units\na/b,1,joy,1,2,3,2-Jan\na/c,1,joy,1,2,3,1.2\n")
    #expect(rows.map(\.actionUnits) == ["1+2", "1.2"])
    #expect(rows[0].repairs == ["action units became the date `2-Jan` in a spreadsheet, 1+2 is used"])
    #expect(report.entries(.lost).isEmpty && rows[0].doubts.isEmpty)
    #expect(
      rows[1].doubts == [
        "action units `1.2` are stored as they are, but cannot be read: is a number with a fraction; write units as "
          + "`1+2`"
      ])
  }

  @Test func whatIsMissingIsToldUnlessTheWholeClipIsMeant() throws {
    let header = "path,subject,emotion,onset,apex,offset\n"
    #expect(try rows(header + "a/b,1,joy,,,\n").0.map(\.repairs) == [[]])
    #expect(
      try rows(header + "a/b,1,joy,/,,9\n").0.map(\.repairs) == [
        [
          "onset `/` is not a frame number, the clip's first frame is used",
          "apex `` is not a frame number, the middle is used",
        ]
      ])
  }

  @Test func aWorkbookMayLeaveOutCellsAndATextMayNot() throws {
    let header = ["path", "subject", "emotion", "onset", "apex", "offset", "fps"]
    let sheet = AnnotationSheet(
      name: "S", location: "t", unit: .row,
      rows: [.init(number: 1, cells: header), .init(number: 2, cells: ["a/b", "1", "joy", "1", "2", "3"])])
    var report = ImportReport()
    let rows = try CSVImport(ImportSettings(source: "s", annotations: "t", output: "o")).rows([sheet], &report)
    #expect(rows.map(\.location) == ["row 2"] && rows[0].fps == nil)
    let text = try self.rows(header.joined(separator: ",") + "\na/b,1,joy,1,2,3\n").1
    #expect(text.entries(.lost).map(\.what) == ["has 6 cells, the header 7"])
    #expect(try self.rows(header.joined(separator: ",") + "\na/b,1,joy,1,2,3,,, \n").0.count == 1)
  }

  @Test func pathsThatLeaveTheSourceAreRefused() throws {
    for path in ["", "/etc", "..", "a/../b", "a/..", "..\\a", "\\a", "a\u{0}b", "a\nb", "."] {
      #expect(throws: Fault.self, "\(path)") { try ImportRow.relativePath(path, at: "line 1") }
    }
    #expect(try ImportRow.relativePath("./a//b\\..c/", at: "line 1") == "a/b/..c")
  }
}
