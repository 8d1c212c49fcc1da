/// A line whose parts have styles, for a terminal with colours.
struct StyledText: Equatable {
  enum Style { case plain, bold, faint, red, green }

  private(set) var parts: [(text: String, style: Style)] = []

  init(_ text: String = "", _ style: Style = .plain) { append(text, style) }

  mutating func append(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { parts.append((text, style)) }
  }

  /// The text without styles.
  var plain: String { parts.map(\.text).joined() }

  /// The line's beginning, at most `width` characters.
  func cut(to width: Int) -> StyledText {
    var (cut, room) = (StyledText(), max(0, width))
    for part in parts {
      cut.append(String(part.text.prefix(room)), part.style)
      room -= min(room, part.text.count)
    }
    return cut
  }

  /// The text with escape sequences, where the terminal has colours.
  func text(on terminal: Terminal) -> String {
    guard terminal.hasColour else { return plain }
    return parts.map { part in
      switch part.style {
      case .plain: part.text
      case .bold: "\u{1B}[1m\(part.text)\u{1B}[0m"
      case .faint: "\u{1B}[2m\(part.text)\u{1B}[0m"
      case .red: "\u{1B}[31m\(part.text)\u{1B}[0m"
      case .green: "\u{1B}[32m\(part.text)\u{1B}[0m"
      }
    }.joined()
  }

  static func == (a: StyledText, b: StyledText) -> Bool { a.parts.elementsEqual(b.parts, by: ==) }
}
