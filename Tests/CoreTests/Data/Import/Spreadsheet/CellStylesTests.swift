import Testing

@testable import Core

@Suite struct CellStylesTests {
  private func styles(_ formats: [String], is1904: Bool = false) throws -> CellStyles {
    let codes = formats.enumerated().map { "<numFmt numFmtId='\(200 + $0.offset)' formatCode='\($0.element)'/>" }
    let ids = [0, 14, 16, 20, 1] + formats.indices.map { 200 + $0 }
    let text =
      "<styleSheet><numFmts>\(codes.joined())</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>"
      + ids.map { "<xf numFmtId='\($0)'/>" }.joined()
      + "</cellXfs><dxfs><dxf><numFmt numFmtId='1' formatCode='d'/></dxf></dxfs></styleSheet>"
    return try CellStyles(Array(text.utf8), is1904: is1904, at: "t")
  }

  @Test func onlyCellsShownAsDatesAreDates() throws {
    let styles = try styles(["yyyy\\-mm\\-dd", "0.00&quot; days&quot;", "d. mmm", "#,##0"])
    #expect(styles.date(43_832, style: 0) == nil && styles.date(43_832, style: 4) == nil)
    #expect(styles.date(43_832, style: 6) == nil && styles.date(43_832, style: 8) == nil)
    #expect(styles.date(1, style: -1) == nil && styles.date(1, style: 99) == nil)
    let problem = "the cell holds a date, 2020-01-02"
    for style in [1, 5] {
      let date = styles.date(43_832.5, style: style)
      #expect(date?.text == "2020-01-02" && date?.mark == .problem(problem))
    }
    for style in [2, 7] {
      #expect(styles.date(43_832, style: style)?.mark == .date(day: 2, month: 1, problem: problem))
    }
    #expect(styles.date(43.0 / 1440 + 1.0 / 24, style: 3)?.mark == .problem("the cell holds a time, 01:43"))
    for number in [-1, 1e300, 2_958_466] as [Double] { #expect(styles.date(number, style: 2) != nil, "\(number)") }
  }

  @Test func formatsShowDatesByTheirLetters() {
    #expect(DateFormat("d-mmm") == DateFormat(builtIn: 16))
    for code in ["General", "0", "0.00E+00", "#,##0.00_m", "\\d0", "\"dmy\"0", "[Red]0", "0;d", "@", "", "[", "\"d"] {
      #expect(DateFormat(code) == nil, "\(code)")
    }
    for code in ["h:mm", "[h]:mm", "mm:ss", "[mm]:ss.0", "h AM/PM"] {
      let format = DateFormat(code)
      #expect(format?.hasTime == true && format?.hasMonth == false && format?.hasDay == false, "\(code)")
    }
    let full = DateFormat("[$-409]d/m/yy h:mm;@")
    #expect(full?.hasYear == true && full?.hasMonth == true && full?.hasDay == true && full?.hasTime == true)
  }

  /// From the calendar, and Excel's documentation of its two date systems.
  @Test func daysAreCountedFrom1900Or1904() {
    for (serial, is1904, text) in [
      (1, false, "1900-01-01"), (59, false, "1900-02-28"), (60, false, "1900-02-29"), (61, false, "1900-03-01"),
      (43_832, false, "2020-01-02"), (2_958_465, false, "9999-12-31"), (0, true, "1904-01-01"),
      (42_370, true, "2020-01-02"), (36_585, false, "2000-02-29"),
    ] {
      #expect(CellDate(serial: Double(serial), is1904: is1904)?.text == text)
    }
    #expect(CellDate(serial: -1, is1904: false) == nil && CellDate(serial: .infinity, is1904: false) == nil)
    #expect(CellDate(serial: .nan, is1904: false) == nil)
  }

  @Test func tooManyStylesAreRefused() {
    let text = "<a><cellXfs>" + String(repeating: "<xf/>", count: 65_537) + "</cellXfs></a>"
    #expect(throws: Fault.self) { try CellStyles(Array(text.utf8), is1904: false, at: "t") }
  }
}
