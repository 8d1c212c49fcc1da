/// The parts that every section is made of.
extension ReportPage {
  static func section(_ identifier: String, _ title: String, _ lead: Prose, _ body: String) -> String {
    """
    <section id="\(identifier)" aria-labelledby="\(identifier)-title">
    <h2 id="\(identifier)-title">\(title)</h2>
    <p class="quiet">\(prose(lead))</p>
    \(body)
    </section>
    """
  }

  static func note(_ text: Prose) -> String { "<p class=\"quiet note\">\(prose(text))</p>" }

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
