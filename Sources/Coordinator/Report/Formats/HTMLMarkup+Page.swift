extension HTMLMarkup {
  /// A whole page that needs nothing else.
  ///
  /// - Parameters:
  ///   - title: as plain text.
  ///   - header: see `header`.
  ///   - main: the page's content.
  ///   - footer: see `footer`.
  static func page(title: String, css: String, header: String, main: String, footer: String = "") -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(plain(title))</title>
    <style>
    \(css)
    </style>
    </head>
    <body>
    \(header)
    <main id="main">
    \(main)
    </main>
    \(footer)
    </body>
    </html>

    """
  }

  /// What stands at the top of a page.
  ///
  /// - Parameters:
  ///   - title: as plain text.
  ///   - kind: what the page is, above its title.
  ///   - lead: a sentence on what it shows.
  ///   - chips: a few words each.
  ///   - cautions: what a reader must know first, as HTML.
  ///   - links: the page's sections; its footer is added.
  static func header(
    title: String, kind: String, lead: String, chips: [Prose], cautions: [String],
    links: [(identifier: String, title: String)]
  ) -> String {
    let chips =
      chips.map { "<li>\(prose($0))</li>" } + cautions.map { "<li class=\"caution\">\($0)</li>" }
    let anchors = (links + [("files", "Files")]).map { "<a href=\"#\($0.identifier)\">\($0.title)</a>" }
    return """
      <a class="skip" href="#main">Skip to the results</a>
      <header><div>
      <div class="title"><h1>\(plain(title))</h1><p class="eyebrow">\(kind)</p></div>
      <p class="lead">\(plain(lead))</p>
      <ul class="chips">\(chips.joined())</ul>
      <nav aria-label="Sections">\(anchors.joined(separator: " "))</nav>
      </div></header>
      """
  }

  /// What stands at the end of a page: links to the files beside it.
  ///
  /// - Parameter whole: what the files are of: `this report`.
  static func footer(files: [String], of whole: String) -> String {
    let links = files.map { "<a href=\"\($0)\"><code>\($0)</code></a>" }
    return """
      <footer id="files"><div>
      <nav aria-label="Files of \(whole)">Beside this page: \(links.joined(separator: " "))</nav>
      </div></footer>
      """
  }
}
