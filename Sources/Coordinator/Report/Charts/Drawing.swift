/// Shapes of an inline SVG; colours come from the page's style by class.
enum Drawing {
  /// A complete drawing; `label` is what a screen reader says of it.
  ///
  /// - Parameter style: `wide` for one that fills the page and is scrolled sideways on a phone.
  static func chart(width: Double, height: Double, label: String, style: String = "", _ shapes: [String]) -> String {
    let svg = """
      <svg class="chart\(style.isEmpty ? "" : " \(style)")" viewBox="0 0 \(at(width)) \(at(height))" role="img" \
      aria-label="\(ReportText.html(label))">
      \(shapes.joined(separator: "\n"))
      </svg>
      """
    guard style == "wide" else { return svg }
    return "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"a wide chart\">\(svg)</div>"
  }

  static func text(_ text: String, _ x: Double, _ y: Double, _ style: String = "", extra: String = "") -> String {
    "<text x=\"\(at(x))\" y=\"\(at(y))\" class=\"\(style)\"\(extra)>\(ReportText.html(text))</text>"
  }

  /// A rectangle; `hint` shows when pointed at.
  static func bar(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, radius: Double = 3,
    extra: String = "", hint: String = ""
  ) -> String {
    let shape =
      "<rect x=\"\(at(x))\" y=\"\(at(y))\" width=\"\(at(max(0, width)))\" height=\"\(at(height))\" rx=\"\(at(radius))\""
    return "\(shape) class=\"\(style)\"\(extra)>\(title(hint))</rect>"
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
    "<line x1=\"\(at(x1))\" y1=\"\(at(y1))\" x2=\"\(at(x2))\" y2=\"\(at(y2))\" class=\"\(style)\"/>"
  }

  static func dot(_ x: Double, _ y: Double, _ radius: Double, _ style: String, hint: String = "") -> String {
    "<circle cx=\"\(at(x))\" cy=\"\(at(y))\" r=\"\(at(radius))\" class=\"\(style)\">\(title(hint))</circle>"
  }

  /// A line through points.
  static func path(_ points: [(x: Double, y: Double)], _ style: String) -> String {
    "<polyline points=\"\(points.map { "\(at($0.x)),\(at($0.y))" }.joined(separator: " "))\" class=\"\(style)\"/>"
  }

  /// The inside of a polygon.
  static func area(_ points: [(x: Double, y: Double)], _ style: String) -> String {
    "<polygon points=\"\(points.map { "\(at($0.x)),\(at($0.y))" }.joined(separator: " "))\" class=\"\(style)\"/>"
  }

  /// A name that fits, with an ellipsis where it is cut.
  static func short(_ name: String, _ length: Int) -> String {
    name.count > length ? name.prefix(max(1, length - 1)) + "…" : name
  }

  /// Grid lines and numbers for 0, 25 … 100 per cent between `left` and `right`.
  static func percentAxis(left: Double, right: Double, top: Double, bottom: Double) -> [String] {
    stride(from: 0, through: 100, by: 25).flatMap { tick -> [String] in
      let x = left + (right - left) * Double(tick) / 100
      return [
        line(x, top, x, bottom, "axis"),
        text("\(tick)\(tick == 100 ? " %" : "")", x, bottom + 14, "muted small middle"),
      ]
    }
  }

  /// A coordinate with at most two decimals and an ASCII sign; 0 for what cannot be on a page.
  static func at(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let hundredths = (value * 100).rounded() / 100
    return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
  }

  private static func title(_ hint: String) -> String { hint.isEmpty ? "" : "<title>\(ReportText.html(hint))</title>" }
}
