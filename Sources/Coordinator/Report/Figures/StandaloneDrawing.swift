import Core

/// A chart of the page as a file of its own: colours, font and a white ground are in it.
struct StandaloneDrawing: Equatable, Sendable {
  /// With its margin, CSS pixels.
  var width, height: Double
  var svg: String

  /// Pixels around the chart.
  private static let margin = 8.0

  /// - Parameter chart: as `Drawing.chart` makes it, with or without the frame that scrolls it.
  /// - Returns: nil for anything else.
  init?(_ chart: String, legend: DrawingLegend = .none) {
    guard let start = chart.range(of: "<svg class=\"chart"), let end = chart.range(of: "</svg>"),
      let headEnd = chart[start.upperBound...].firstIndex(of: ">"), headEnd < end.lowerBound
    else { return nil }
    let head = chart[start.lowerBound..<headEnd]
    // No attribute has a quote or an angle bracket: they are escaped.
    func attribute(_ name: String) -> Substring? {
      head.range(of: " \(name)=\"").map { head[$0.upperBound...].prefix { $0 != "\"" } }
    }
    let sizes = attribute("viewBox")?.split(separator: " ").compactMap { Double($0) } ?? []
    guard sizes.count == 4, let label = attribute("aria-label") else { return nil }
    let margin = StandaloneDrawing.margin
    let below = legend.shapes(width: sizes[2], below: sizes[3])
    (width, height) = (sizes[2] + 2 * margin, sizes[3] + below.height + 2 * margin)
    let size = "width=\"\(Drawing.at(width))\" height=\"\(Drawing.at(height))\""
    let corner = Drawing.at(-margin)
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" \(size) \
      viewBox="\(corner) \(corner) \(Drawing.at(width)) \(Drawing.at(height))" role="img" aria-label="\(label)">
      <title>\(label)</title>
      <style>
      \(StandaloneDrawing.style)
      </style>
      <rect x="\(corner)" y="\(corner)" \(size) fill="#fff"/>
      \(([String(chart[chart.index(after: headEnd)..<end.lowerBound].trimmed)] + below.shapes).joined(separator: "\n"))
      </svg>

      """
    svg = StandaloneDrawing.wellFormed(text)
  }

  /// The charts' style with the light colours written out: programs other than browsers know no variables.
  static let style: String = {
    let colours = ReportStyle.light.split(separator: ";").compactMap { setting -> (name: String, value: String)? in
      let parts = setting.split(separator: ":").map { String($0.trimmed) }
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    let plain = colours.reduce(ReportStyle.charts) { $0.replacing("var(\($1.name))", with: $1.value) }
    return """
      svg text { font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
      \(plain)
      """
  }()

  /// Without the two characters that HTML lets pass and XML does not.
  private static func wellFormed(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      scalars.append(scalar == "\u{FFFE}" || scalar == "\u{FFFF}" ? "\u{FFFD}" : scalar)
    }
    return String(scalars)
  }
}

extension Substring {
  /// Without space and line breaks at both ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? start
  }
}
