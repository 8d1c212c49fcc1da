import Testing

@testable import Core

@Suite struct ActionUnitTextTests {
  @Test func unitsStayAsTheyAreWritten() {
    for text in ["4+7", "4+L10", "1, 4", "12", "AU12", "(R6 or R12)+R15", "?", "1-2", "1/2", "1,2", "12 14 17 20"] {
      #expect(ActionUnitText(text) == .units(text), "\(text)")
    }
    #expect(ActionUnitText("") == .missing && ActionUnitText("\u{A0}") == .missing)
    #expect(ActionUnitText("12.0") == .units("12"), "written by a program for a number")
  }

  @Test func aDayAndAMonthAreTwoUnitsWhicheverComesFirst() {
    for text in ["2-Jan", "Jan-02", "02. Jan", "02-janv", "2. Januar", "2 January", "1月2日", "1-Feb", "Feb 01"] {
      #expect(ActionUnitText(text) == .date("1+2"), "\(text)")
    }
    #expect(ActionUnitText("12-Apr") == .date("4+12") && ActionUnitText("4-Dez") == .date("4+12"))
    #expect(ActionUnitText("4. Mrz") == .date("3+4") && ActionUnitText("2-Feb") == .date("2"))
  }

  @Test func datesWithAYearAndFractionsAreNoUnits() {
    for text in [
      "1.2", "12.25", "2-Jan-20", "Jan-40", "2 January 2020", "2020-01-02", "2020-01-02 00:00:00", "2/1/2020",
      "02.01.2020", "2020年1月2日",
    ] {
      guard case .unreadable = ActionUnitText(text) else {
        Issue.record("\(text) was taken")
        continue
      }
    }
  }
}
