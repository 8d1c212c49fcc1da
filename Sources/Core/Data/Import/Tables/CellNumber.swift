/// A number as people and spreadsheets write it.
enum CellNumber {
  /// The text with plain digits and marks: without blanks around it and the apostrophe that makes a cell a text, in
  /// ASCII where it was full-width, with a plain space or apostrophe between groups.
  static func plain(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in CellText.trimmed(text).unicodeScalars {
      if scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue {
        scalars.append(Unicode.Scalar(UInt8(ascii: "0") + UInt8(value)))
      } else {
        scalars.append(scalar.isBlank ? " " : marks[scalar] ?? scalar)
      }
    }
    while let first = scalars.first, first == "'" || first == " " { scalars.removeFirst() }
    return String(scalars)
  }

  private static let marks: [Unicode.Scalar: Unicode.Scalar] = [
    "\u{2019}": "'", "\u{2018}": "'", "\u{FF07}": "'", "\u{FF0C}": ",", "\u{FF0E}": ".", "\u{FF0F}": "/",
    "\u{2212}": "-", "\u{FF0D}": "-", "\u{FF0B}": "+",
  ]

  /// A number with a decimal point or comma; nil for anything else, and for what is not finite.
  static func decimal(_ text: String) -> Double? {
    let plain = plain(text)
    guard plain.utf8.count <= 400, plain.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.,eE".contains($0)) }),
      plain.count(where: { $0 == "." || $0 == "," }) <= 1,
      let number = Double(plain.replacing(",", with: ".")), number.isFinite
    else { return nil }
    return number
  }

  /// What a text with one mark between three digits and one to three may mean, as in `1,046`: with and without it.
  static func readings(_ plain: String, mark: Character) -> (thousands: String, decimal: String)? {
    let parts = plain.split(separator: mark, omittingEmptySubsequences: false)
    guard parts.count == 2, isGrouped(parts) else { return nil }
    return ("\(parts[0])\(parts[1])", "\(parts[0]).\(parts[1])")
  }

  /// Whether digits are in groups of thousands: one to three that do not begin with 0, then always three.
  static func isGrouped(_ groups: [Substring]) -> Bool {
    guard let first = groups.first, 1...3 ~= first.count, first.first != "0" else { return false }
    return groups.dropFirst().allSatisfy { $0.count == 3 } && groups.allSatisfy { $0.allSatisfy(isDigit) }
  }

  static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
