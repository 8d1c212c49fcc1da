/// A day as workbooks count them.
struct CellDate: Equatable {
  var year: Int
  var month: Int
  var day: Int

  /// - Parameters:
  ///   - serial: days, from 1 for 1 January 1900, or from 0 for 1 January 1904; the fraction is the time.
  ///   - is1904: which of them.
  init?(serial: Double, is1904: Bool) {
    guard serial >= 0, serial < 2_958_466 else { return nil }
    let count = Int(serial)
    if !is1904, count == 60 {
      // Excel has a leap day in 1900, which there was not.
      (year, month, day) = (1900, 2, 29)
      return
    }
    // Days from 1 March of the year 0; 1 January 1900 is the 693,901st after it, 1 January 1904 the 695,361st.
    let start = is1904 ? 695_361 : count < 60 ? 693_900 : 693_899
    let days = start + count
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// As `2020-01-02`.
  var text: String { "\(CellDate.padded(year, 4))-\(CellDate.padded(month, 2))-\(CellDate.padded(day, 2))" }

  /// The time of day of a number of days, as `01:02`; hours go on counting where there are days.
  static func time(of serial: Double) -> String {
    guard serial >= 0, serial < 2_958_466 else { return "\(serial)" }
    let minutes = Int((serial * 1440).rounded())
    return "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
