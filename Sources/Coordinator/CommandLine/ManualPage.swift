/// The manual page, in man's macros, with the texts of `--help`.
enum ManualPage {
  /// The page of a program and all its commands.
  static func text(_ program: CommandSpecification) -> String {
    var lines = [
      ".\\\" Made by: \(program.name) manual",
      ".TH \(program.name.uppercased()) 1 \(Program.date) \"\(program.name) \(Program.version)\" \"User Commands\"",
      ".SH NAME", line("\(program.name) - \(lowercased(program.summary))"),
      ".SH SYNOPSIS", ".B \(escaped(program.name))", "\\fICOMMAND\\fR [\\fIoptions\\fR]", ".br",
      ".B \(escaped(program.name))", "[\\fICOMMAND\\fR] \\fB\\-\\-help\\fR",
      ".SH DESCRIPTION", line(program.summary), ".PP", line(program.explanation),
      ".PP", "Every command takes \\fB\\-\\-help\\fR and \\fB\\-\\-version\\fR.",
      ".SH COMMANDS",
    ]
    for (words, command) in program.tree().dropFirst() where command.subcommands.isEmpty {
      lines += section(command, path: ([program.name] + words).joined(separator: " "))
    }
    lines.append(".SH EXIT STATUS")
    for status in ExitStatus.allCases { lines += [".TP", ".B \(status.rawValue)", line(status.meaning)] }
    lines.append(".SH EXAMPLES")
    lines += examples(program.examples)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ command: CommandSpecification, path: String) -> [String] {
    let usage = command.usage(path: path).dropFirst("Usage: ".count)
    var lines = [".SS \"\(escaped(String(usage)))\"", line(command.summary)]
    if !command.explanation.isEmpty { lines += [".PP", line(command.explanation)] }
    for positional in command.positionals {
      lines += [".TP", "\\fI\(escaped(positional.name))\\fR", line(Paragraph.sentence(positional.help))]
    }
    for option in command.options {
      let value = option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""
      lines += [".TP", "\\fB\(escaped(option.name))\\fR\(value)", line(option.explanation)]
    }
    return lines + [".PP", "For example:", ".PP"] + examples(command.examples)
  }

  private static func examples(_ examples: [String]) -> [String] {
    [".nf", ".RS 4"] + examples.map { guarded(escaped($0)) } + [".RE", ".fi"]
  }

  private static func lowercased(_ sentence: String) -> String {
    String(sentence.prefix(1).lowercased() + sentence.dropFirst().reversed().drop { $0 == "." }.reversed())
  }

  /// Text in lines that are not too long; none looks like a request of roff.
  private static func line(_ text: String) -> String {
    Paragraph.wrapped(escaped(text), indentation: 0).split(separator: "\n").map { guarded(String($0)) }
      .joined(separator: "\n")
  }

  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  /// With roff's special characters escaped, and in ASCII: not every terminal shows more.
  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "\"": "\\(dq"
      case "…": "..."
      case "×": "x"
      default: character.isASCII ? "\(character)" : character.unicodeScalars.map { "\\[u\(hex($0.value))]" }.joined()
      }
    }.joined()
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
