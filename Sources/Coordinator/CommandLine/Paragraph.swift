/// Text laid out in lines of at most 80 columns.
enum Paragraph {
  static let width = 80

  /// `help` with a capital and a full stop.
  static func sentence(_ help: String) -> String { help.prefix(1).uppercased() + help.dropFirst() + "." }

  /// A heading, if any, and rows of two columns; a long left cell has a line of its own.
  static func table(_ heading: String?, _ rows: [(String, String)]) -> String {
    let left = min(rows.map(\.0.count).max() ?? 0, 28)
    let lines = rows.map { name, text in
      let body = wrapped(text, indentation: left + 4)
      if name.count > left { return "  \(name)\n\(body)" }
      return "  " + name + String(repeating: " ", count: left - name.count + 2) + body.dropFirst(left + 4)
    }
    return ([heading].compactMap { $0 } + lines).joined(separator: "\n")
  }

  /// The words of `text` in lines that begin with `indentation` spaces.
  static func wrapped(_ text: String, indentation: Int) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(repeating: " ", count: indentation) + word)
      }
    }
    return lines.joined(separator: "\n")
  }
}
