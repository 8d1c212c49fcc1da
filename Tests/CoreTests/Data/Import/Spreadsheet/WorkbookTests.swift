import Foundation
import Testing

@testable import Core

private func workbook(_ name: String, sheet: String? = nil) throws -> [AnnotationSheet] {
  try AnnotationSheet.candidates(Fixture.path("workbooks/\(name).xlsx"), sheet: sheet)
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
    #expect(rows[2].cells == ["surprise", "3", "S03-02-001", "2", "9", "6", "", "1"])
    #expect(rows[3].cells == ["others", "S11", "S11-05-002", "1", "3", "", "TRUE"])
  }

  @Test func aSheetIsReadAsItIsShown() throws {
    let table = try AnnotationTable<CodingField>(in: workbook("computed"), at: "t")
    #expect(table.sheet.name == "Sheet1" && table.others.map(\.name) == ["draft"])
    let rows = table.rows
    #expect(try rows.map { try $0.text(.subject) } == ["1", "1", "1", "2"], "merged")
    #expect(try rows[0].frame(.onset) == 46)
    let fault = #expect(throws: Fault.self) { try rows[2].frame(.offset) }
    #expect(fault?.problem.contains("a formula and no value") == true)
    #expect(rows[3].actionUnits(.actionUnits).text == "1+2", "2 January 2020, counted from 1904")
    #expect(table.sheet.rows.map(\.isHidden) == [false, false, false, false, true])
    let draft = try AnnotationTable<CodingField>(in: workbook("computed", sheet: "Draft"), at: "t")
    #expect(draft.sheet.name == "draft" && draft.others.isEmpty, "whoever names a hidden sheet means it")
  }

  @Test func aSheetIsChosenByItsName() throws {
    #expect(try workbook("samm", sheet: "micro only").map(\.name) == ["MICRO_ONLY"])
    let fault = #expect(throws: Fault.self) { try workbook("samm", sheet: "MICRO") }
    #expect(fault?.problem == "has no sheet `MICRO`; its sheets are `MACRO_ONLY`, `MICRO_ONLY`")
    let table = try AnnotationTable<CodingField>(in: workbook("samm"), preferred: "MICRO_ONLY", at: "t")
    #expect(table.sheet.name == "MICRO_ONLY" && table.sheet.rows[table.header].number == 14)
    #expect(try AnnotationTable<CodingField>(in: workbook("samm"), at: "t").sheet.name == "MACRO_ONLY")
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

  @Test func aMissingUnzipIsSaidInOneLine() throws {
    let archive = ZipArchive(path: Fixture.path("workbooks/samm.xlsx"), program: "no-such-unzip")
    #expect(throws: ZipArchive.missing("no-such-unzip")) { try archive.member("xl/workbook.xml") }
  }
}
