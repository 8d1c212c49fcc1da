/// A format that text and tables are written in.
protocol Markup {
  /// Text from anywhere, so that none of it is taken for markup.
  static func plain(_ text: String) -> String
  /// Text that is escaped already, set apart.
  static func styled(_ escaped: String, _ style: Prose.Style) -> String
  static func table(_ table: Table) -> String
}

extension Markup {
  static func prose(_ prose: Prose) -> String {
    prose.spans.map { $0.style == .plain ? plain($0.text) : styled(plain($0.text), $0.style) }.joined()
  }
}
