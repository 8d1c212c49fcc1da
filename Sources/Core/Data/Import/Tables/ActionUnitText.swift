/// The action units of a clip as a table has them.
///
/// A spreadsheet turns `1-2` into the 2nd of January or the 1st of February, and a CSV export writes `2-Jan`. Day and
/// month are then the two units, whichever of them the spreadsheet took for the month.
enum ActionUnitText: Equatable {
  case missing
  case units(String)
  /// The units of a date, as `1+2`.
  case date(String)
  /// What is wrong; it follows the text.
  case unreadable(String)

  init(_ text: String) {
    let text = CellText.trimmed(text)
    let plain = CellNumber.plain(text)
    let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
    if text.isEmpty {
      self = .missing
    } else if parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(CellNumber.isDigit) }) {
      self =
        parts[1].allSatisfy { $0 == "0" }
        ? .units(String(parts[0])) : .unreadable("is a number with a fraction; write units as `1+2`")
    } else if let date = ActionUnitText.date(in: plain) {
      self = date
    } else {
      self = .units(text)
    }
  }

  /// The text of units that no spreadsheet has spoilt; else nil.
  var units: String? {
    if case .units(let units) = self { units } else { nil }
  }

  /// The units that a day and a month were typed as, ascending.
  static func units(day: Int, month: Int) -> String {
    Set([day, month]).sorted().map(String.init).joined(separator: "+")
  }

  /// A date, with or without a year; nil for anything else.
  private static func date(in text: String) -> ActionUnitText? {
    guard text.utf8.count <= 40 else { return nil }
    let words = words(of: text.lowercased())
    let numbers = words.compactMap { Int($0) }
    let names = words.filter { Int($0) == nil }
    let holdsDate = ActionUnitText.unreadable("is a date; write units as `1+2`")
    // `1月2日`
    if words.count == 4, numbers.count == 2, words[1] == "月", words[3] == "日" {
      return 1...12 ~= numbers[0] && 1...31 ~= numbers[1] ? .date(units(day: numbers[1], month: numbers[0])) : nil
    }
    if names.first == "年" || names.count == 1 && numbers.count == 2 && months[names[0]] != nil { return holdsDate }
    if names.count == 1, numbers.count == 1, let month = months[names[0]] {
      return 1...31 ~= numbers[0] ? .date(units(day: numbers[0], month: month)) : holdsDate
    }
    // `2020-01-02`, `2/1/2020`, perhaps with a time.
    let isNumeric = names.isEmpty && numbers.count >= 3 && numbers.prefix(3).contains { 1900...9999 ~= $0 }
    return isNumeric ? holdsDate : nil
  }

  /// Runs of digits and runs of letters.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var kind = 0
    for character in text {
      let next = CellNumber.isDigit(character) ? 1 : character.isLetter ? 2 : 0
      if next != 0, next == kind { words[words.count - 1].append(character) }
      if next != 0, next != kind { words.append(String(character)) }
      kind = next
    }
    return words
  }

  /// The names that English, German and French spreadsheets give months.
  private static let months: [String: Int] = {
    let names = [
      "jan january januar jän jänner janv janvier", "feb february februar févr fév février",
      "mar march mär mrz märz mars", "apr april avr avril", "may mai", "jun june juni juin",
      "jul july juli juil juillet",
      "aug august août", "sep sept september septembre", "oct october okt oktober octobre", "nov november novembre",
      "dec december dez dezember déc décembre",
    ]
    let pairs = names.enumerated().flatMap { index, names in names.split(separator: " ").map { (String($0), index + 1) }
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()
}
