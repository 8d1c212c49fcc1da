/// Text and tables in LaTeX; tables need `booktabs`.
enum TeXMarkup: Markup {
  /// Beside ASCII, letters that LaTeX knows without packages stay (Latin-1 and Latin Extended-A); signs that the report
  /// uses become commands; others become `?`.
  static func plain(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\textbackslash{}"
      case "{", "}", "_", "%", "$", "#", "&": escaped += "\\\(character)"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "<": escaped += "\\textless{}"
      case ">": escaped += "\\textgreater{}"
      case "|": escaped += "\\textbar{}"
      case "\"": escaped += "''"
      case "–": escaped += "--"
      case "†": escaped += "\\dag{}"
      case "\u{2003}": escaped += "\\quad "
      case "\u{A0}": escaped += "~"
      case " "..."~", "\u{C0}"..."\u{D6}", "\u{D8}"..."\u{F6}", "\u{F8}"..."\u{17E}":
        escaped.unicodeScalars.append(character)
      case _ where symbols[character] != nil: escaped += "$\(symbols[character] ?? "")$"
      case _ where character.properties.isWhitespace || character.properties.generalCategory == .control: escaped += " "
      default: escaped += "?"
      }
    }
    return escaped.replacing(" \\%", with: "\\,\\%")
  }

  /// In mathematics mode, without packages.
  private static let symbols: [Unicode.Scalar: String] = [
    "−": "-", "±": "\\pm", "×": "\\times", "→": "\\rightarrow", "●": "\\bullet", "▲": "+", "▼": "-", "Δ": "\\Delta",
    "★": "\\star", "·": "\\cdot",
  ]

  static func styled(_ escaped: String, _ style: Prose.Style) -> String {
    switch style {
    case .plain, .link: escaped
    case .strong, .emphasis: "\\emph{\(escaped)}"
    case .code: "\\texttt{\(escaped)}"
    case .superscript: "\\textsuperscript{\(escaped)}"
    }
  }

  static func table(_ table: Table) -> String {
    """
    \\begin{table}
    \\centering
    \\small
    \\setlength{\\tabcolsep}{4pt}
    \\caption{\(caption(table))}\\smallskip
    \\label{tab:\(table.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })}
    \\begin{tabular}{\(table.headings.map { letter($0.alignment) }.joined())}
    \\toprule
    \((header(table) + ["\\midrule"] + rows(table)).joined(separator: "\n"))
    \\bottomrule
    \\end{tabular}
    \\end{table}
    """
  }

  private static func letter(_ alignment: Table.Alignment) -> String {
    switch alignment {
    case .left: "l"
    case .center: "c"
    case .right: "r"
    }
  }

  private static func caption(_ table: Table) -> String {
    prose(([table.caption + "."] + table.notes).joined(separator: " "))
  }

  private static func header(_ table: Table) -> [String] {
    let groups = table.groups.map { group in
      group.title.map { "\\multicolumn{\(group.columns)}{c}{\(prose($0))}" } ?? ""
    }
    return (table.hasGroups ? [line(groups)] : []) + [line(table.headings.map { prose($0.title) })]
  }

  private static func rows(_ table: Table) -> [String] {
    table.rows.enumerated().flatMap { index, row -> [String] in
      let rule = index > 0 && (row.kind == .title || row.kind == .summary && table.rows[index - 1].kind != .summary)
      let text =
        row.kind == .title
        ? "\\multicolumn{\(table.headings.count)}{l}{\\emph{\(prose(row.cells[0].value.prose))}} \\\\"
        : line(row.cells.map(cell))
      return (rule ? ["\\midrule"] : []) + [text]
    }
  }

  /// A bracket or star at the beginning would be taken for an argument of the `\\` before it.
  private static func cell(_ cell: Cell) -> String {
    let text = prose(cell.value.prose) + (cell.mark.isEmpty ? "" : styled(plain(cell.mark), .superscript))
    return text.hasPrefix("[") || text.hasPrefix("*") ? "{}" + text : text
  }

  private static func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
}
