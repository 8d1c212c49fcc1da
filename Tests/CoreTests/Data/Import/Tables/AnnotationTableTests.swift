import Testing

@testable import Core

private func sheet(_ name: String, _ rows: [[String]], isHidden: Bool = false) -> AnnotationSheet {
  AnnotationSheet(
    name: name, location: "t, sheet `\(name)`", unit: .row,
    rows: rows.enumerated().map { AnnotationSheet.Row(number: $0.offset + 1, cells: $0.element) }, isHidden: isHidden)
}

private let header = ["Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Estimated Emotion"]

@Suite struct AnnotationTableTests {
  private func find(_ csv: String) throws -> AnnotationTable<CodingField> {
    try AnnotationTable(in: AnnotationSheet.csv(csv, at: "t"), at: "t")
  }

  private func find(_ sheets: [AnnotationSheet], preferred: String? = nil) throws -> AnnotationTable<CodingField> {
    try AnnotationTable(in: sheets, preferred: preferred, at: "t")
  }

  @Test func namesAreComparedWithoutBlanksAndCapitals() throws {
    let table = try find("note\n\n subject ,FILE NAME,Onset_Frame,apexframe,OffsetFrame,EstimatedEmotion,x\n")
    #expect(table.header == 1 && table.positions[.filename] == 1 && table.positions[.emotion] == 5)
    #expect(table.positions[.actionUnits] == nil)
  }

  @Test(arguments: [";", "\t", ","]) func theSeparatorIsTheOneThatGivesTheColumns(_ separator: String) throws {
    let table = try find(
      header.joined(separator: separator) + "\n" + ["1", "a", "2", "3", "4", "joy"].joined(separator: separator))
    #expect(table.positions[.emotion] == 5 && table.rows.count == 1)
    #expect(try table.rows[0].frame(.offset) == 4)
  }

  @Test func theFirstLineMayNameTheSeparator() throws {
    for line in ["sep=;", "SEP=;", "\u{FEFF}sep=;", "\"sep=;\""] {
      let table = try find(line + "\r\n" + header.joined(separator: ";") + "\r\n1;a;2;3;4;joy\r\n")
      #expect(table.rows.map(\.location) == ["line 3"], "\(line)")
    }
    #expect(try find("sep=|\n" + header.joined(separator: "|")).positions.count == 6)
  }

  @Test func missingColumnsAreNamedBesideThoseFound() {
    let fault = #expect(throws: Fault.self) { try find("Subject,Filename,Onset,Apex,Emotion\n1,a,1,2,fear") }
    #expect(
      fault
        == Fault(
          at: "t, line 1",
          "has no column `Offset Frame`; its columns are `Subject`, `Filename`, `Onset`, `Apex`, `Emotion`"))
    #expect(throws: Fault.self) { try find("a,b\n") }
    #expect(throws: Fault(at: "t", "is empty")) { try find("") }
    #expect(throws: Fault(at: "t, line 1", "has a quote that is not closed")) { try find("\"a") }
  }

  @Test func aColumnThatIsThereTwiceIsRefusedWithItsPositions() {
    let doubled = header + ["x", "OnsetFrame"]
    let inSheet = #expect(throws: Fault.self) { try find([sheet("S", [doubled])]) }
    #expect(
      inSheet
        == Fault(
          at: "t, sheet `S`, row 1",
          "has the column `Onset Frame` twice, in columns C and H; delete one or rename it"))
    let inText = #expect(throws: Fault.self) { try find(doubled.joined(separator: ",")) }
    #expect(inText?.problem.contains("in columns 3 and 8") == true)
    #expect(throws: Fault.self, "also one that is not needed") { try find([sheet("S", [header + ["AU", "au"]])]) }
  }

  @Test func theBetterOfTwoNamesIsReadAndTheOtherListed() throws {
    let table = try find([sheet("S", [["Onset"] + header, ["7", "1", "a", "2", "3", "4", "joy"]])])
    #expect(try table.rows[0].frame(.onset) == 2)
    var report = ImportReport()
    table.note(in: &report)
    #expect(
      report.entries(.ignored).map(\.what) == ["the column `Onset` (A) is not used, `Onset Frame` (D) is"])
  }

  @Test func aHiddenSheetIsReadOnlyWhenItIsNamed() throws {
    let sheets = [
      sheet("old", [header, ["1", "a", "2", "3", "4", "joy"]], isHidden: true), sheet("notes", [["x"]]),
      sheet("new", [header]), sheet("copy", [["x"], header]),
    ]
    let table = try find(sheets)
    #expect(table.sheet.name == "new")
    #expect(try find(sheets, preferred: "Copy").sheet.name == "copy")
    #expect(try find(sheets, preferred: "old").sheet.name == "new", "a release's sheet may be hidden too")
    var report = ImportReport()
    table.note(in: &report)
    #expect(report.table == "t, sheet `new`, header in row 1")
    #expect(report.lines[1] == "read: t, sheet `new`, header in row 1")
    #expect(report.entries(.ignored).map(\.location) == ["t, sheet `old`", "t, sheet `copy`"])
    #expect(report.entries(.ignored)[0].what.contains("is hidden"))
    let fault = #expect(throws: Fault.self) { try find([sheets[0], sheets[1]]) }
    #expect(fault?.problem == "only its hidden sheet `old` has the columns; name it with --sheet")
  }

  @Test func hiddenRowsAreReadAndCounted() throws {
    var filtered = sheet("S", [header, ["1", "a", "2", "3", "4", "joy"], ["1", "b", "2", "3", "4", "joy"]])
    filtered.rows[2].isHidden = true
    let table = try find([filtered])
    var report = ImportReport()
    table.note(in: &report)
    #expect(table.rows.count == 2)
    #expect(
      report.entries(.doubtful).map(\.what) == ["1 of its rows is hidden, by a filter perhaps, and read all the same"])
  }

  @Test func aCellThatIsNoTextSaysWhy() throws {
    var marked = sheet("S", [header, ["1", "#REF!", "2", "3", "", "joy"]])
    marked.rows[1].marks = [
      4: .problem("the cell has a formula and no value"), 2: .date(day: 2, month: 1, problem: "D"),
    ]
    let row = try find([marked]).rows[0]
    #expect(throws: Fault(at: "row 2", "Offset Frame: the cell has a formula and no value")) { try row.frame(.offset) }
    #expect(throws: Fault(at: "row 2", "Onset Frame: D")) { try row.frame(.onset) }
    #expect(throws: Fault(at: "row 2", "Filename: the cell holds the error #REF!")) { try row.text(.filename) }
    #expect(!row.isEmpty(.offset) && row.isEmpty(.actionUnits))
    #expect(try row.frame(.apex) == 3)
  }

  @Test func columnsOfASheetHaveLetters() {
    let sheet = sheet("S", [])
    #expect([0, 25, 26, 27, 16_383].map(sheet.columnName) == ["A", "Z", "AA", "AB", "XFD"])
  }
}
