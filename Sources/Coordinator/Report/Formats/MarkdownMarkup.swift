/// Text and tables in Markdown. Columns are padded, so that a table can also be read as it is.
enum MarkdownMarkup: Markup {
  static func plain(_ text: String) -> String {
    var escaped = ""
    for character in ReportText.html(text) {
      if "\\`*_[]|#~".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    // A sign before a space begins no tag.
    return escaped.replacing("&\\#39;", with: "'").replacing("&quot;", with: "\"").replacing("&lt; ", with: "< ")
  }

  static func styled(_ escaped: String, _ style: Prose.Style) -> String {
    switch style {
    case .plain, .link, .superscript: escaped
    case .strong: "**\(escaped)**"
    case .emphasis: "*\(escaped)*"
    case .code: "`\(escaped.filter { !"\\`".contains($0) })`"
    }
  }

  static func table(_ table: Table) -> String {
    let header = table.headings.map { heading in
      [heading.group, heading.title].compactMap { $0.map(prose) }.joined(separator: ", ")
    }
    let lines = table.rows.map { row in
      row.kind == .title
        ? ["**\(cell(row.cells[0]))**"] + Array(repeating: "", count: header.count - 1) : row.cells.map(cell)
    }
    let widths = header.indices.map { column in max(4, ([header] + lines).map { $0[column].count }.max() ?? 0) }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return table.headings[column].alignment == .right ? space + cell : cell + space
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      switch table.headings[column].alignment {
      case .left: String(repeating: "-", count: width)
      case .center: ":" + String(repeating: "-", count: width - 2) + ":"
      case .right: String(repeating: "-", count: width - 1) + ":"
      }
    }
    let parts = ["\(prose(table.caption)):", ([header, rule] + lines).map(line).joined(separator: "\n")]
    return (parts + (table.notes.isEmpty ? [] : [prose(table.notes.joined(separator: " "))])).joined(separator: "\n\n")
  }

  private static func cell(_ cell: Cell) -> String {
    let under = cell.under.isEmpty ? "" : " (\(cell.under.map(prose).joined(separator: "; ")))"
    return prose(cell.value.prose) + (cell.mark.isEmpty ? "" : " \(plain(cell.mark))") + under
  }
}
