import Foundation
import Testing

@testable import Core

private func worksheet(
  _ rows: String, _ strings: [String] = [], merged: String = "", _ styles: CellStyles = CellStyles()
) throws -> [AnnotationSheet.Row] {
  let text = "<worksheet><sheetData>\(rows)</sheetData><mergeCells>\(merged)</mergeCells></worksheet>"
  return try Worksheet(Array(text.utf8), strings, styles, at: "t").rows
}

@Suite struct WorksheetTests {
  @Test func cellsWithoutReferencesFollowEachOther() throws {
    let rows = try worksheet(
      "<row><c><v>1</v></c><c t='s'><v>1</v></c></row><row r='4'><c r='C4'><v>2.5</v></c>"
        + "<c t='str'><f>A1</f><v>x</v></c></row><row/>"
        + "<row><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c></row>", ["a", "b"])
    #expect(
      rows == [
        .init(number: 1, cells: ["1", "b"]), .init(number: 4, cells: ["", "", "2.5", "x"]),
        .init(number: 6, cells: ["FALSE", "#N/A"], marks: [1: .problem("the cell holds the error #N/A")]),
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

  @Test func numbersAreThoseThatPeopleSee() throws {
    for (written, read) in [
      ("46.00000000000001", "46"), ("45.99999999999999", "46"), ("46.0", "46"), ("-0.0000001", "0"), ("1.2", "1.2"),
      ("29.970000000000002", "29.970000000000002"), ("29.969999999999999", "29.97"), ("4.6E+1", "46"),
      ("1e300", "1e300"),
      ("0x10", "0x10"), ("1,046", "1,046"), ("nan", "nan"),
    ] {
      #expect(try worksheet("<row><c><v>\(written)</v></c></row>").map(\.cells) == [[read]], "\(written)")
    }
    let text = try worksheet("<row><c t='str'><v>46.0</v></c></row>")
    #expect(text.map(\.cells) == [["46.0"]], "a text stays as it is")
  }

  @Test func aFormulaWithoutAValueIsNoEmptyCell() throws {
    let why = "the cell has a formula and no value: open and save the sheet in Excel or LibreOffice"
    for cell in [
      "<c><f>A1</f></c>", "<c><f>A1</f><v/></c>", "<c t='str'><f>A1</f></c>", "<c t='s'><f t='shared'/></c>",
    ] {
      let rows = try worksheet("<row><c><v>1</v></c>\(cell)</row>")
      #expect(rows == [.init(number: 1, cells: ["1", ""], marks: [1: .problem(why)])], "\(cell)")
    }
    let empty = try worksheet("<row><c><v>1</v></c><c t='str'><f>IF(A1,\"\",1)</f><v></v></c></row>")
    #expect(empty == [.init(number: 1, cells: ["1"])], "a formula of an empty text")
    #expect(try worksheet("<row><c><f>A1</f><v>7</v></c></row>") == [.init(number: 1, cells: ["7"])])
  }

  @Test func mergedCellsHoldForAllTheirRows() throws {
    let rows = (1...6).map { row in
      row == 5 ? "<row r='5'><c r='A5' s='1'/></row>" : "<row r='\(row)'><c r='C\(row)'><v>\(row)</v></c></row>"
    }
    let first = "<row r='1'><c r='A1' t='str'><v>a</v></c><c r='B1'><f>A1</f></c></row>"
    let read = try worksheet(
      first + rows.dropFirst().joined(),
      merged: "<mergeCell ref='A1:B3'/><mergeCell ref='B1:B2'/><mergeCell ref='D6:F9'/>")
    #expect(read.map(\.number) == [1, 2, 3, 4, 6], "a row of nothing but merged cells is none")
    #expect(read.map { $0.cells.first } == ["a", "a", "a", "", ""])
    #expect(read[1].marks == read[0].marks && read[1].marks.count == 1, "why a cell has no value holds for all, too")
    #expect(read[2].marks.isEmpty && read[2].cells == ["a", "", "3"], "only the first column has the value")
    for range in ["A1", "A1:", "1:2", "A2:A1", "A0:A2", "A1:A9999999", "A1:A2:A3", "A1:A99999999999999999999"] {
      #expect(throws: Fault.self, "\(range)") { try worksheet(first, merged: "<mergeCell ref='\(range)'/>") }
    }
  }

  @Test func mergedCellsAreBounded() {
    let text = String(repeating: "x", count: 30_000)
    let rows =
      "<row><c t='str'><v>\(text)</v></c></row>" + String(repeating: "<row><c r='B1'><v>1</v></c></row>", count: 600)
    let fault = #expect(throws: Fault.self) { try worksheet(rows, merged: "<mergeCell ref='A1:A601'/>") }
    #expect(fault?.problem.contains("MiB of text") == true)
    let short = "<row><c t='str'><v>x</v></c></row>" + String(repeating: "<row><c><v>1</v></c></row>", count: 600)
    let many = #expect(throws: Fault.self) {
      try worksheet(short, merged: String(repeating: "<mergeCell ref='A1:A601'/>", count: 1000))
    }
    #expect(many?.problem.contains("500000 cells") == true)
  }

  @Test func aRowThatIsNotShownIsMarked() throws {
    let rows = try worksheet("<row hidden='1'><c><v>1</v></c></row><row hidden='0'><c><v>2</v></c></row>")
    #expect(rows.map(\.isHidden) == [true, false])
    #expect(try worksheet("<row><c t='str'><v> </v></c></row>").isEmpty, "a row of blanks is none")
  }

  @Test func columnsAreLettersInBase26() {
    #expect(["A1", "Z9", "AA1", "AB12", "XFD1"].map(Worksheet.column) == [0, 25, 26, 27, 16383])
    #expect(["", "1", "a1", "ABCD1"].compactMap(Worksheet.column).isEmpty)
  }
}
