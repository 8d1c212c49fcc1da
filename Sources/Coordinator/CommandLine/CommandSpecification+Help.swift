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
      ("-h, --help", "Print this help; every command has it."),
      ("--version", "Print the program's version."),
    ]
    sections.append(Paragraph.table("Options:", options.map { ($0.title, $0.explanation) } + general))
    if !examples.isEmpty { sections.append("Examples:\n" + examples.map { "  \($0)" }.joined(separator: "\n")) }
    return sections.joined(separator: "\n\n")
  }

  /// The first line: what must be given, and what can be.
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
