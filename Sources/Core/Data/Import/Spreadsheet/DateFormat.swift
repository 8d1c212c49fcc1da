/// What a number format shows of a date.
struct DateFormat: Equatable {
  var hasYear = false
  var hasMonth = false
  var hasDay = false
  var hasTime = false

  /// Of a format's code, `d-mmm` for instance; nil when it does not show a date or a time.
  init?(_ code: String) {
    guard code.lowercased() != "general" else { return nil }
    let letters = DateFormat.letters(of: code)
    hasYear = letters.contains("y")
    hasDay = letters.contains("d")
    hasTime = letters.contains("h") || letters.contains("s")
    // Beside hours or seconds m means minutes.
    hasMonth = letters.contains("m") && (!hasTime || hasYear || hasDay)
    guard hasYear || hasMonth || hasDay || hasTime else { return nil }
  }

  /// Of a format that every workbook has; nil when it does not show a date or a time.
  init?(builtIn number: Int) {
    switch number {
    case 16, 58: (hasMonth, hasDay) = (true, true)
    case 18...21, 45...47: hasTime = true
    // 27 to 36 and 50 to 57 are those of East Asia, whose parts depend on the language.
    case 14, 15, 17, 22, 27...36, 50...57: (hasYear, hasMonth, hasDay) = (true, true, true)
    default: return nil
    }
  }

  /// The letters of a code's first section that stand for parts of a value: not in quotes, escaped or in brackets, but
  /// for hours, minutes and seconds beyond a day (`[h]`).
  private static func letters(of code: String) -> Set<Character> {
    var letters: Set<Character> = []
    var rest = code.lowercased()[...]
    while let character = rest.popFirst(), character != ";" {
      switch character {
      case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
      case "\\", "_", "*": rest = rest.dropFirst()
      case "[":
        let inside = rest.prefix { $0 != "]" }
        rest = rest.dropFirst(inside.count + 1)
        if !inside.isEmpty, inside.allSatisfy("hms".contains) { letters.formUnion(["h"]) }
      default: letters.insert(character)
      }
    }
    return letters
  }
}
