/// A sentence or a name of the report, without the markup of any format: HTML, Markdown and TeX each escape it.
///
///     let text: Prose = "\(strong: "UF1") of \(dataset.name) is macro F1."
struct Prose: Equatable, Sendable, ExpressibleByStringInterpolation {
  enum Style: Equatable, Sendable {
    case plain, strong, emphasis, code, superscript
    /// To a section of index.html; plain elsewhere.
    case link(section: String)
  }

  struct Span: Equatable, Sendable {
    var text: String
    var style: Style
  }

  private(set) var spans: [Span]

  init(_ text: String, _ style: Style = .plain) { spans = [Span(text: text, style: style)] }
  init(stringLiteral text: String) { self.init(text) }
  init(stringInterpolation: StringInterpolation) { spans = stringInterpolation.spans }

  /// A message in which names stand between backticks.
  init(message: String) {
    let parts = message.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    spans = parts.map { Span(text: String($1), style: $0 % 2 == 1 ? .code : .plain) }.filter { !$0.text.isEmpty }
  }

  static func + (one: Prose, other: Prose) -> Prose {
    var both = one
    both += other
    return both
  }

  static func += (one: inout Prose, other: Prose) { one.spans += other.spans }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var spans: [Span] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ text: String) { append(text, .plain) }
    mutating func appendInterpolation(_ prose: Prose) { spans += prose.spans }
    mutating func appendInterpolation(_ text: some CustomStringConvertible) { append("\(text)", .plain) }
    mutating func appendInterpolation(strong text: some CustomStringConvertible) { append("\(text)", .strong) }
    mutating func appendInterpolation(emphasis text: String) { append(text, .emphasis) }
    mutating func appendInterpolation(code text: String) { append(text, .code) }
    mutating func appendInterpolation(superscript text: String) { append(text, .superscript) }
    mutating func appendInterpolation(link text: String, section: String) { append(text, .link(section: section)) }

    private mutating func append(_ text: String, _ style: Style) {
      if !text.isEmpty { spans.append(Span(text: text, style: style)) }
    }
  }
}

extension [Prose] {
  func joined(separator: Prose = "") -> Prose {
    dropFirst().reduce(first ?? "") { all, part in all + separator + part }
  }
}
