extension CommandSpecification {
  /// What `--help` prints, at most 80 columns wide.
  func helpText(path: String) -> String {
    var sections = [usage(path: path), Paragraph.wrapped(summary, indentation: 0)]
    if !explanation.isEmpty { sections.append(Paragraph.wrapped(explanation, indentation: 0)) }
    if !subcommands.isEmpty {
      sections.append(Paragraph.table("Commands:", subcommands.map { ($0.name, $0.summary) }))
    }
    if !positionals.isEmpty {
      sections.append(Paragraph.table("Arguments:", positionals.map { ($0.name, Paragraph.sentence($0.help)) }))
    }
    let general = [
      ("-h, --help", "Print this help; it works behind every command."),
      ("--version", "Print the program's version."),
    ]
    sections.append(Paragraph.table("Options:", options.map { ($0.title, $0.explanation) } + general))
    if !examples.isEmpty { sections.append("Examples:\n" + examples.map { "  \($0)" }.joined(separator: "\n")) }
    return sections.joined(separator: "\n\n")
  }

  /// The first line: what must be given, and what may be.
  func usage(path: String) -> String {
    var words = ["Usage:", path]
    if !subcommands.isEmpty { words.append("COMMAND") }
    words += options.filter(\.isRequired).map(\.title)
    words += positionals.map {
      let name = $0.repeats ? "\($0.name)…" : $0.name
      return $0.isRequired ? name : "[\(name)]"
    }
    if options.contains(where: { !$0.isRequired }) || !subcommands.isEmpty { words.append("[options]") }
    return words.joined(separator: " ")
  }
}

extension CommandSpecification.Option {
  /// The option with its value's placeholder: `--config FILE`.
  var title: String { value.map { "\(name) \($0)" } ?? name }

  var explanation: String {
    Paragraph.sentence(help) + (isRequired ? " Required." : standard.map { " Default: \($0)." } ?? "")
  }
}

/// Text laid out in lines of at most 80 columns.
enum Paragraph {
  static let width = 80

  /// `help` with a capital and a full stop.
  static func sentence(_ help: String) -> String { help.prefix(1).uppercased() + help.dropFirst() + "." }

  /// A heading and rows of two columns; a long left cell has a line of its own.
  static func table(_ heading: String, _ rows: [(String, String)]) -> String {
    let left = min(rows.map(\.0.count).max() ?? 0, 28)
    let lines = rows.map { name, text in
      let body = wrapped(text, indentation: left + 4)
      if name.count > left { return "  \(name)\n\(body)" }
      return "  " + name + String(repeating: " ", count: left - name.count + 2) + body.dropFirst(left + 4)
    }
    return heading + "\n" + lines.joined(separator: "\n")
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
