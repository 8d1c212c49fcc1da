import Testing

@testable import Core

@Suite struct CSVTableTests {
  @Test func quotedCellsLineEndsAndTheByteOrderMarkAreUnderstood() throws {
    let text = "\u{FEFF}a,b\r\n\"x, \"\"y\"\"\",2\r\n\r\n\"two\r\nlines\",\n,\"\""
    #expect(
      try CSVTable(parsing: text, at: "t").rows == [
        .init(line: 1, cells: ["a", "b"]), .init(line: 2, cells: ["x, \"y\"", "2"]),
        .init(line: 4, cells: ["two\r\nlines", ""]), .init(line: 6, cells: ["", ""]),
      ])
    #expect(try CSVTable(parsing: "", at: "t").rows.isEmpty)
    #expect(try CSVTable(parsing: "a\n", at: "t").rows == [.init(line: 1, cells: ["a"])])
  }

  @Test func wrongQuotesAreFaultsWithTheirLine() {
    for (text, line) in [("a\n\"b", 2), ("a\nb\"c\"", 2), ("\"a\"b", 1)] {
      let fault = #expect(throws: Fault.self) { try CSVTable(parsing: text, at: "t") }
      #expect(fault?.location == "t, line \(line)")
    }
  }

  private func rows(_ text: String) throws -> ([ImportRow], ImportReport) {
    var report = ImportReport()
    let rows = try CSVImport(ImportSettings(source: "s", annotations: "t", output: "o"))
      .rows(try CSVTable(parsing: text, at: "t"), &report)
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

  @Test func aRowThatMakesNoSenseIsLost() throws {
    let header = "path,subject,emotion,onset,apex,offset,fps\n"
    for row in [
      "p,s,e,1", "p,s,e,1,1,1,50,x", ",s,e,1,1,1,50", "p,,e,1,1,1,50", "p,s,e,x,1,1,50", "p,s,e,-1,1,1,50",
      "p,s,e,1,1,99999999999999999999,50", "p,s,e,1,1,1.5,50", "p,s,e,1,1,1,0", "p,s,e,1,1,1,inf", "p,s,e,1,1,1,fast",
      "p,s,e,nan,1,1,50",
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

  @Test func aListGivesPathSubjectAndLabel() throws {
    var settings = ImportSettings(source: "s", annotations: "t", output: "o")
    settings.classes = ClassMap([["happiness"], ["surprise", "amazement"]])
    var report = ImportReport()
    let rows = ListImport(settings).rows(
      "# clips\r\nS01/c 1/x\tHappiness\r\n\r\nS02\\c2 1\nnolabel\nalone happiness\nS02/c3  7", &report)
    #expect(rows.map(\.path) == ["S01/c 1/x", "S02\\c2", "S02/c3"])
    #expect(rows.map(\.subject) == ["S01", "S02", "S02"])
    #expect(rows.map(\.emotion) == ["Happiness", "surprise", "7"])
    #expect(rows.map(\.location) == ["line 2", "line 4", "line 7"])
    #expect(report.entries(.lost).map(\.location) == ["line 5", "line 6"])
  }

  @Test func pathsThatLeaveTheSourceAreRefused() throws {
    for path in ["", "/etc", "..", "a/../b", "a/..", "..\\a", "\\a", "a\u{0}b", "a\nb", "."] {
      #expect(throws: Fault.self, "\(path)") { try ImportRow.relativePath(path, at: "line 1") }
    }
    #expect(try ImportRow.relativePath("./a//b\\..c/", at: "line 1") == "a/b/..c")
  }
}
