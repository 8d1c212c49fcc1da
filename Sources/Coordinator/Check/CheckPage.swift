import Core
import Foundation

/// A check as one page: what needs a look, and every clip's onset, apex and offset.
enum CheckPage {
  static func text(_ rows: [CheckedRow], _ report: ImportReport, of annotations: String) -> String {
    let shown = rows.filter { $0.preview != nil }
    let sections = [
      section(
        "look", "What needs a look", "Rows that would be lost, doubtful or repaired, and what is assumed",
        rows.filter { [.lost, .doubtful, .repaired, .assumed].contains($0.state) }),
      classes(report), clips(shown),
      section(
        "unused", "What would not be used", "Rows that would be skipped, and what else was ignored",
        rows.filter { [.skipped, .ignored].contains($0.state) }),
    ].filter { !$0.isEmpty }
    return HTMLMarkup.page(
      title: "\(annotations) – MicroFold check", css: ReportStyle.css + style,
      header: header(rows, report, annotations), main: sections.joined(separator: "\n"))
  }

  private static func header(_ rows: [CheckedRow], _ report: ImportReport, _ annotations: String) -> String {
    let counts = Dictionary(grouping: rows, by: \.state).mapValues(\.count)
    func chip(_ state: ImportReport.Kind?) -> String {
      guard let count = counts[state] else { return "" }
      let isGrave = state == .lost || state == .doubtful
      return "<li\(isGrave ? " class=\"caution\"" : "")><b>\(count)</b> \(state?.rawValue ?? "without a note")</li>"
    }
    let chips = ImportReport.Kind.allCases.map(chip) + [chip(nil)]
    return """
      <header><div>
      <p class="eyebrow">MicroFold check of an import</p>
      <h1>\(plain(annotations))</h1>
      <p class="lead">\(plain(report.summary)). Nothing was written.</p>
      <ul class="chips">\(chips.joined())</ul>
      </div></header>
      """
  }

  /// A table of rows and what there is to say about them.
  private static func section(
    _ identifier: String, _ title: Prose, _ caption: Prose, _ rows: [CheckedRow]
  ) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = rows.flatMap { row in row.notes.map { (row, $0) } }
    let table = Table(
      identifier, caption, of: lines,
      [
        Column("Row", .left) { .name($0.0.location) }, Column("Would be", .left) { .name($0.1.kind.rawValue) },
        Column("Clip", .left) { .name($0.0.clip ?? "") },
        Column("Because", .left) { .name($0.1.what) },
      ])
    let card = "<div class=\"card because\">\(HTMLMarkup.table(table))</div>"
    return """
      <section id="\(identifier)"><h2>\(HTMLMarkup.prose(title))</h2>
      \(lines.count > 200 ? ReportPage.folded("\(lines.count) lines", card) : card)
      </section>
      """
  }

  private static func classes(_ report: ImportReport) -> String {
    let lines = report.figures.map(plain).joined(separator: "\n")
    return lines.isEmpty ? "" : "<section id=\"classes\"><h2>Clips of each class</h2><pre>\(lines)</pre></section>"
  }

  private static func clips(_ rows: [CheckedRow]) -> String {
    guard !rows.isEmpty else { return "" }
    return """
      <section id="clips"><h2>Every clip</h2>
      <p class="quiet">Onset, apex and offset. The same face in all three, in the middle and upright? A motion that
      fits the emotion? Differences are small; look at mouth and brows.</p>
      <div class="clips">
      \(rows.map(figure).joined(separator: "\n"))
      </div></section>
      """
  }

  private static func figure(_ row: CheckedRow) -> String {
    guard let preview = row.preview, let strip = preview.strip else { return "" }
    let clip = preview.clip
    let image = "data:image/jpeg;base64,\(Data(strip).base64EncodedString())"
    let units = clip.actionUnits.map { ", \($0)" } ?? ""
    let notes = row.notes.map { "<li>\(plain($0.kind.rawValue)): \(plain($0.what))</li>" }
    let state = row.state?.rawValue ?? "stored"
    return """
      <figure class="\(state)"><img src="\(image)" alt="onset, apex and offset of \(plain(clip.name))">
      <figcaption><b>\(plain(clip.name))</b> \(plain(clip.subject)), \(plain(clip.emotion + units)),
      \(clip.offset - clip.onset + 1) frames, apex \(clip.apex - clip.onset + 1), \(plain(row.location))\(
        notes.isEmpty ? "" : "<ul>\(notes.joined())</ul>")</figcaption></figure>
      """
  }

  private static func plain(_ text: String) -> String { HTMLMarkup.plain(text) }

  private static let style = """

    .clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 14px; }
    .clips figure { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 6px; }
    .clips .doubtful, .clips .repaired { border-color: var(--warn); }
    .clips img { width: 100%; height: auto; border-radius: 6px; display: block; }
    .clips figcaption { margin: 6px 2px 0; overflow-wrap: anywhere; } .clips ul { margin: 4px 0 0; padding-left: 18px; }
    .because td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 30ch; }
    """
}
