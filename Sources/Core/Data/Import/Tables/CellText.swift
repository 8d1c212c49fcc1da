/// What people see of a cell's text.
enum CellText {
  /// Whether there is nothing to see.
  static func isBlank(_ text: String) -> Bool {
    // Almost all texts begin with a letter or a digit.
    if let first = text.utf8.first, 0x21...0x7E ~= first { return false }
    return text.unicodeScalars.allSatisfy(\.isBlank)
  }

  /// The text without blanks of any kind around it, no-break and thin spaces among them.
  static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isBlank }), let last = scalars.lastIndex(where: { !$0.isBlank })
    else { return "" }
    return String(scalars[first...last])
  }

  /// What spreadsheets write for a formula that failed.
  static let errors: Set<String> = [
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
  ]
}

extension Unicode.Scalar {
  /// Whether nothing is printed for it: white space, and characters without width.
  var isBlank: Bool { properties.isWhitespace || [0xFEFF, 0x200B, 0x2060, 0x180E].contains(value) }
}
