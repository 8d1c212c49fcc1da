/// The parts that every section is made of.
extension ReportPage {
  static func section(_ identifier: String, _ title: Prose, _ lead: Prose, _ parts: [String]) -> String {
    """
    <section id="\(identifier)" aria-labelledby="\(identifier)-title">
    <h2 id="\(identifier)-title">\(prose(title))</h2>
    <p class="quiet">\(prose(lead))</p>
    \(parts.joined(separator: "\n"))
    </section>
    """
  }

  /// A section of all formats, with charts above its tables; details are folded away. Empty where there is none.
  static func section(_ section: Section?, charts: String = "") -> String {
    guard let section else { return "" }
    let note = section.note.map { "<p class=\"quiet note\">\(prose($0))</p>" } ?? ""
    let parts =
      [charts] + section.tables.map(card) + [note] + section.details.map { folded($0.caption, card($0)) }
    return self.section(section.identifier, section.title, section.lead, parts.filter { !$0.isEmpty })
  }

  static func card(_ table: Table) -> String { "<div class=\"card\">\(HTMLMarkup.table(table))</div>" }

  /// A chart in a card; `more` stands below its caption.
  static func figure(
    _ title: Prose, tag: String? = nil, _ chart: String, caption: Prose? = nil, more: String = ""
  ) -> String {
    let tag = tag.map { "<span class=\"tag\">\(html($0))</span>" } ?? ""
    let caption = caption.map { "\n<figcaption>\(prose($0))</figcaption>" } ?? ""
    return "<figure class=\"card\"><h3>\(prose(title))\(tag)</h3>\n\(chart)\(caption)\n\(more)</figure>"
  }

  /// What is shown only when a reader asks for it.
  static func folded(_ summary: Prose, _ body: String, style: String = "") -> String {
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    return "<details\(style)><summary>\(prose(summary))</summary>\(body)</details>"
  }
}
