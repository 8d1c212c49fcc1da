import Core

/// Numbers and names as the report writes them; no locale, so that the bytes are the same everywhere.
enum ReportText {
  /// A fixed number of decimals, halves away from zero.
  static func decimals(_ value: Double, _ places: Int) -> String {
    NumberText.fixed(value, decimals: places, minus: "−") ?? "–"
  }

  /// A share 0 … 1 as per cent with one decimal, `71.4`; an en dash where there is none.
  static func percent(_ share: Double?) -> String { share.map { decimals($0 * 100, 1) } ?? "–" }

  /// A difference of shares in points, with its sign: `+2.1`, `−0.4`, `±0.0`.
  static func points(_ difference: Double) -> String {
    let text = decimals(difference * 100, 1)
    if text == "0.0" { return "±0.0" }
    return difference > 0 ? "+\(text)" : text
  }

  /// A mean with its sign and three decimals.
  static func mean(of spread: Spread) -> String { (spread.mean > 0 ? "+" : "") + decimals(spread.mean, 3) }

  /// The mean's 95 % confidence interval, `−0.12 to 0.03`; an en dash for one value.
  static func interval(of spread: Spread) -> String {
    spread.halfWidth95.map { "\(decimals(spread.mean - $0, 3)) to \(decimals(spread.mean + $0, 3))" } ?? "–"
  }

  /// A p value: `0.031`, `< 0.001`.
  static func pValue(_ p: Double) -> String { p < 0.001 ? "< 0.001" : decimals(p, 3) }

  /// The same after its sign: `= 0.031`, `< 0.001`.
  static func equation(_ p: Double) -> String { p < 0.001 ? pValue(p) : "= \(pValue(p))" }

  /// Seconds as people say them: `42 s`, `3 min 20 s`, `5 h 03 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
    if seconds < 0.05 { return seconds > 0 ? "< 0.1 s" : "0.0 s" }
    if seconds < 10 { return "\(decimals(seconds, 1)) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
  }

  /// Text that is safe inside an HTML element and inside a quoted attribute.
  static func html(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped += " "
      default: escaped.unicodeScalars.append(character.properties.generalCategory == .control ? "\u{FFFD}" : character)
      }
    }
    return escaped
  }

  /// A word of a shell command, in single quotes where it needs them.
  static func shell(_ word: String) -> String {
    let plain = "0123456789/._-+:@%".unicodeScalars
    let isPlain =
      !word.isEmpty && !word.hasPrefix("-")
      && word.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || plain.contains($0)) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// `2 clips`, `1 clip`.
  static func count(_ number: Int, _ noun: String) -> String { NumberText.count(number, noun) }

  /// Whole numbers as people list them: `0, 2–4`.
  static func list(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = runs.last, number - last.upperBound <= 1 {
        runs[runs.count - 1] = last.lowerBound...max(last.upperBound, number)
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { run in
      switch run.count {
      case 1: "\(run.lowerBound)"
      case 2: "\(run.lowerBound), \(run.upperBound)"
      default: "\(run.lowerBound)–\(run.upperBound)"
      }
    }.joined(separator: ", ")
  }

  /// An interval of shares in per cent, `51.2–66.0`.
  static func percent(_ range: ClosedRange<Double>) -> String {
    "\(percent(range.lowerBound))–\(percent(range.upperBound))"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
