/// Text and tables in HTML, for index.html.
enum HTMLMarkup: Markup {
  static func plain(_ text: String) -> String { ReportText.html(text) }

  static func styled(_ escaped: String, _ style: Prose.Style) -> String {
    switch style {
    case .plain: escaped
    case .strong: "<b>\(escaped)</b>"
    case .emphasis: "<i>\(escaped)</i>"
    case .code: "<code>\(escaped)</code>"
    case .superscript: "<sup>\(escaped)</sup>"
    case .link(let section): "<a href=\"#\(section)\">\(escaped)</a>"
    }
  }

  /// The first cell of a row is its header.
  static func table(_ table: Table) -> String {
    let caption = prose(table.caption)
    let label = plain(table.caption.spans.map(\.text).joined())
    let notes = table.notes.isEmpty ? "" : "\n<p class=\"quiet note\">\(prose(table.notes.joined(separator: " ")))</p>"
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="\(label)"><table>
      <caption>\(caption)</caption>
      <thead>\(header(table))</thead>
      <tbody>
      \(table.rows.map { row($0, of: table) }.joined(separator: "\n"))
      </tbody></table></div>\(notes)
      """
  }

  private static func header(_ table: Table) -> String {
    let titles = table.headings.map { heading in
      "<th scope=\"col\"\(style(heading))>\(prose(heading.title))</th>"
    }
    guard table.hasGroups else { return "<tr>\(titles.joined())</tr>" }
    let groups = table.groups.map { group in
      group.title.map { "<th scope=\"colgroup\" class=\"group\" colspan=\"\(group.columns)\">\(prose($0))</th>" }
        ?? "<td></td>"
    }
    return "<tr>\(groups.joined())</tr>\n<tr>\(titles.joined())</tr>"
  }

  private static func row(_ row: Table.Row, of table: Table) -> String {
    if row.kind == .title {
      let title = prose(row.cells[0].value.prose)
      return "<tr class=\"title\"><th scope=\"rowgroup\" colspan=\"\(table.headings.count)\">\(title)</th></tr>"
    }
    let kind =
      switch row.kind {
      case .ours: " class=\"ours\""
      case .absent: " class=\"absent\""
      case .summary: " class=\"summary\""
      case .plain, .title: ""
      }
    let cells = zip(row.cells, table.headings).enumerated().map { index, pair in
      let (cell, heading) = pair
      if index == 0 { return "<th scope=\"row\">\(text(cell))\(cell.under.map(aside).joined())</th>" }
      let under = cell.under.map { "<small class=\"under\">\(prose($0))</small>" }.joined()
      return "<td\(style(heading))>\(text(cell))\(under)</td>"
    }
    return "<tr\(kind)>\(cells.joined())</tr>"
  }

  private static func style(_ heading: Table.Heading) -> String {
    switch heading.alignment {
    case .left: " class=\"left\""
    case .center: " class=\"center\""
    case .right: ""
    }
  }

  /// A long explanation may take several lines.
  private static func aside(_ text: Prose) -> String {
    let length = text.spans.reduce(0) { $0 + $1.text.count }
    return "<small\(length > 44 ? " class=\"wrap\"" : "")>\(prose(text))</small>"
  }

  private static func text(_ cell: Cell) -> String {
    let value = prose(cell.value.prose)
    let mark = cell.mark.isEmpty ? "" : cell.mark == "†" ? "<sup>†</sup>" : " \(plain(cell.mark))"
    return (cell.meter.map(Meter.svg) ?? "") + (cell.isStrong ? "<b>\(value)</b>" : value) + mark
  }
}
