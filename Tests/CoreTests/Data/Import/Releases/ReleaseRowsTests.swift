import Testing

@testable import Core

@Suite struct ReleaseRowsTests {
  private let header = [
    "Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Action Units", "Estimated Emotion",
  ]

  private func read(_ rows: [AnnotationSheet.Row]) throws -> ([ImportRow], ImportReport) {
    let sheet = AnnotationSheet(
      name: "S", location: "t", unit: .row, rows: [.init(number: 1, cells: header)] + rows)
    let tree = ReleaseTree(folders: [["sub01"], ["sub01", "a"], ["sub01", "b"]])
    var report = ImportReport()
    let settings = ImportSettings(source: "s", annotations: "t", output: "o")
    return (try ReleaseImport(.casme2, settings).rows([sheet], tree, &report), report)
  }

  @Test func onlyARowWithoutAnyAnnotationIsARemark() throws {
    let (rows, report) = try read([
      .init(number: 2, cells: ["1", "a", "1", "2", "3", "4", "joy"]),
      .init(number: 3, cells: ["1", "", "1", "2", "3", "4", "joy"]),
      .init(number: 4, cells: ["", "", "", "", "", "", "joy"]),
      .init(number: 5, cells: ["1", "", "", "", "", "12"]), .init(number: 6, cells: ["the end"]),
      .init(number: 7, cells: ["", ""], marks: [4: .problem("no value")]),
    ])
    #expect(rows.map(\.location) == ["row 2"])
    #expect(report.entries(.lost).map(\.location) == ["row 3", "row 4", "row 5", "row 7"])
    #expect(report.entries(.lost).allSatisfy { $0.what == "has no Filename" })
    #expect(report.entries(.ignored).map(\.location).contains("row 6"))
  }

  @Test func whatCannotBeReadIsLostForItsReasonNotForItsFolder() throws {
    let why = "the cell has a formula and no value: open and save the sheet in Excel or LibreOffice"
    let (rows, report) = try read([
      .init(number: 2, cells: ["1", "a", "1", "2", "", "4", "joy"], marks: [4: .problem(why)]),
      .init(
        number: 3, cells: ["1", "b", "1", "2", "2020-01-02", "4", "joy"],
        marks: [4: .date(day: 2, month: 1, problem: "D")]),
    ])
    #expect(rows.isEmpty)
    #expect(report.entries(.lost).map(\.what) == ["Offset Frame: \(why)", "Offset Frame: D"])
  }

  @Test func aDateInTheActionUnitsIsRepaired() throws {
    let (rows, _) = try read([
      .init(
        number: 2, cells: ["1", "a", "1", "2", "3", "2020-02-01", "joy"],
        marks: [5: .date(day: 1, month: 2, problem: "D")])
    ])
    #expect(rows.map(\.actionUnits) == ["1+2"])
    #expect(rows[0].repairs == ["action units became the date `2020-02-01` in a spreadsheet, 1+2 is used"])
  }

  @Test func aCellWithoutAValueInTheActionUnitsLosesNoClip() throws {
    let (rows, report) = try read([
      .init(number: 2, cells: ["1", "a", "1", "2", "3", "", "joy"], marks: [5: .problem("D")]),
      .init(number: 3, cells: ["1", "b", "1", "2", "3", "#REF!", "joy"]),
    ])
    #expect(rows.map(\.actionUnits) == [nil, "#REF!"] && report.entries(.lost).isEmpty)
    #expect(
      rows.map(\.doubts) == [
        ["has no action units: D"],
        ["action units `#REF!` are stored as they are, but cannot be read: the cell holds an error"],
      ])
  }
}
