import Foundation
import Testing

@testable import Core

private func workbook(_ name: String, sheet: String? = nil) throws -> [AnnotationSheet] {
  try AnnotationSheet.candidates(Fixture.path("workbooks/\(name).xlsx"), sheet: sheet)
}

private func worksheet(_ rows: String, _ strings: [String] = []) throws -> [AnnotationSheet.Row] {
  try Worksheet(Array("<worksheet><sheetData>\(rows)</sheetData></worksheet>".utf8), strings, at: "t").rows
}

let hasUnzip = (try? ZipArchive(path: Fixture.path("workbooks/casme2.xlsx")).member("xl/workbook.xml")) != nil

@Suite(.enabled(if: hasUnzip, "unzip is not installed: .xlsx files cannot be opened here")) struct WorkbookTests {
  @Test func sharedAndRichTextsNumbersAndBlanksAreRead() throws {
    let sheets = try workbook("casme2")
    #expect(sheets.map(\.name) == ["Sheet1", "Sheet2"])
    #expect(sheets[1].rows.isEmpty)
    let rows = sheets[0].rows
    #expect(
      rows[0].cells == [
        "Subject", "Filename", "", "OnsetFrame", "ApexFrame", "OffsetFrame", "", "Action Units", "Estimated Emotion",
      ])
    #expect(rows[1] == .init(number: 2, cells: ["1", "EP02_01f", "", "46", "49", "56", "", "4+L10", "disgust"]))
    #expect(rows[3].cells.last == "others", "two runs joined, without the reading")
    #expect(rows.last == .init(number: 65, cells: ["A remark of the coders"]))
  }

  @Test func inlineTextsTruthValuesAndFractionsAreRead() throws {
    let rows = try workbook("mmew")[0].rows
    #expect(rows[0].cells[3] == " Onset frame")
    #expect(rows[2].cells == ["surprise", "3", "S03-02-001", "2", "9", "6", "", "1.0"])
    #expect(rows[3].cells == ["others", "S11", "S11-05-002", "1", "3", "", "TRUE"])
  }

  @Test func aSheetIsChosenByItsName() throws {
    #expect(try workbook("samm", sheet: "micro only").map(\.name) == ["MICRO_ONLY"])
    let fault = #expect(throws: Fault.self) { try workbook("samm", sheet: "MICRO") }
    #expect(fault?.problem == "has no sheet `MICRO`; its sheets are `MACRO_ONLY`, `MICRO_ONLY`")
    let (preferred, columns) = try CodingColumns.find(in: workbook("samm"), preferred: "MICRO_ONLY", at: "t")
    #expect(preferred.name == "MICRO_ONLY" && preferred.rows[columns.header].number == 14)
    #expect(try CodingColumns.find(in: workbook("samm"), preferred: nil, at: "t").0.name == "MACRO_ONLY")
  }

  @Test func whatUnpacksOrExpandsTooFarIsRefused() throws {
    for (name, word) in [
      ("bomb", "unpacks to more than 8 MiB"), ("entities", "document type declaration"),
      ("cells", "more than 500000 cells"), ("outside", "odd name"), ("sheets", "more than 500000 cells"),
      ("texts", "more than 16 MiB of text"), ("parts", "unpack to more than 16 MiB"),
    ] {
      let fault = #expect(throws: Fault.self) { try workbook(name) }
      #expect(fault?.problem.contains(word) == true, "\(name): \(String(describing: fault))")
    }
  }

  @Test func aDamagedOrLockedFileIsSaidInOneLine() throws {
    let scratch = try Scratch()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("workbooks/samm.xlsx")))
    for (name, bytes) in [("half", bytes.prefix(1200)), ("start", bytes.prefix(40))] {
      let path = try scratch.file("\(name).xlsx", bytes)
      #expect(throws: Fault.self) { try AnnotationSheet.candidates(path) }
    }
    let locked = try scratch.file("locked.xlsx", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
    let fault = #expect(throws: Fault.self) { try AnnotationSheet.candidates(locked) }
    #expect(fault?.problem.contains("password") == true)
  }

  @Test func aNameThatUnzipWouldTakeForAPatternIsOpened() throws {
    let scratch = try Scratch()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("workbooks/samm.xlsx")))
    let path = try scratch.file("-a [1]*\\?.xlsx", bytes)
    #expect(try AnnotationSheet.candidates(path).count == 2)
  }
}

@Suite struct WorksheetTests {
  @Test func aMissingUnzipIsSaidInOneLine() throws {
    let archive = ZipArchive(path: Fixture.path("workbooks/samm.xlsx"), program: "no-such-unzip")
    #expect(throws: ZipArchive.missing("no-such-unzip")) { try archive.member("xl/workbook.xml") }
  }

  @Test func cellsWithoutReferencesFollowEachOther() throws {
    let rows = try worksheet(
      "<row><c><v>1</v></c><c t='s'><v>1</v></c></row><row r='4'><c r='C4'><v>2.5</v></c>"
        + "<c t='str'><f>A1</f><v>x</v></c></row><row/>"
        + "<row><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c></row>", ["a", "b"])
    #expect(
      rows == [
        .init(number: 1, cells: ["1", "b"]), .init(number: 4, cells: ["", "", "2.5", "x"]),
        .init(number: 6, cells: ["FALSE", "#N/A"]),
      ])
  }

  @Test func prefixesEscapesAndSectionsAreUnderstood() throws {
    let text =
      "<x:worksheet xmlns:x='u'><x:sheetData><x:row><x:c t='inlineStr'><x:is><x:t>"
      + "a&amp;_x000D_<![CDATA[<]]>é</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    #expect(try Worksheet(Array(text.utf8), [], at: "t").rows.map(\.cells) == [["a&\r<é"]])
    #expect(SharedStrings.unescaped("_x0041__xZZZZ__x00") == "A_xZZZZ__x00")
  }

  @Test func aSheetThatMakesNoSenseIsRefused() {
    for rows in [
      "<row r='2'/><row r='1'/>", "<row r='x'/>", "<row r='99999999999999999999'/>",
      "<row><c r='B1'/><c r='A1'/></row>",
      "<row><c r='1'/></row>", "<row><c r='ZZZ1'><v>1</v></c></row>", "<row><c t='s'><v>2</v></c></row>",
      "<row><c t='s'><v>-1</v></c></row>", "<row><c><v>1</v></row>", "<row>", "<row><c><v>&none;</v></c></row>",
      "<row><c t='inlineStr'><is><t>\(String(repeating: "x", count: 200_000))</t></is></c></row>",
      "\u{0}", "<!DOCTYPE a>",
      "<?x?>", "<row><c><c/></c></row>", "<row><row/></row>", "<c/>",
    ] {
      #expect(throws: Fault.self, "\(rows.prefix(60))") { try worksheet(rows, ["a", "b"]) }
    }
    for text in ["", "x", "<a/><b/>", "<?xml version='1.0' encoding='UTF-7'?><worksheet/>"] {
      #expect(throws: Fault.self, "\(text)") { try Worksheet(Array(text.utf8), [], at: "t") }
    }
    let latin = Array("<worksheet a='".utf8) + [0xE9] + Array("'/>".utf8)
    #expect(throws: Fault(at: "t", "is not UTF-8 text")) { try Worksheet(latin, [], at: "t") }
  }

  @Test func columnsAreLettersInBase26() {
    #expect(["A1", "Z9", "AA1", "AB12", "XFD1"].map(Worksheet.column) == [0, 25, 26, 27, 16383])
    #expect(["", "1", "a1", "ABCD1"].compactMap(Worksheet.column).isEmpty)
  }
}

@Suite struct CodingColumnsTests {
  private func find(_ csv: String) throws -> CodingColumns {
    try CodingColumns.find(in: AnnotationSheet.csv(csv, at: "t"), preferred: nil, at: "t").1
  }

  @Test func namesAreComparedWithoutBlanksAndCapitals() throws {
    let columns = try find("note\n\n subject ,FILE NAME,Onset_Frame,apexframe,OffsetFrame,EstimatedEmotion,x\n")
    #expect(columns.header == 1 && columns.positions[.filename] == 1 && columns.positions[.emotion] == 5)
    #expect(columns.positions[.actionUnits] == nil)
  }

  @Test(arguments: [";", "\t"]) func otherSeparatorsAreTried(_ separator: String) throws {
    let names = ["Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Estimated Emotion"]
    #expect(try find(names.joined(separator: separator)).positions[.emotion] == 5)
  }

  @Test func missingColumnsAreNamedBesideThoseFound() {
    let fault = #expect(throws: Fault.self) { try find("Subject,Filename,Onset,Apex,Emotion\n1,a,1,2,fear") }
    #expect(
      fault
        == Fault(
          at: "t, line 1",
          "has no column `Offset Frame`; its columns are `Subject`, `Filename`, `Onset`, `Apex`, `Emotion`"))
    #expect(throws: Fault.self) { try find("a,b\n") }
    #expect(throws: Fault.self) { try find("") }
  }
}
