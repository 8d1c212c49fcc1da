/// What the signs of a figure mean, in a row below it: a figure in a paper has no page around it that says so.
struct DrawingLegend: Equatable, Sendable {
  /// One sign and what it means.
  struct Entry: Equatable, Sendable {
    var sign: Sign
    var text: String
  }

  /// Styles are those of the page's charts.
  enum Sign: Equatable, Sendable {
    case bar(String)
    case hatched(String)
    case dot(String)
    case line(String)
    case upright(String)
  }

  var entries: [Entry]

  init(_ entries: [(Sign, String)]) { self.entries = entries.map { Entry(sign: $0.0, text: $0.1) } }

  private static let lineHeight = 17.0
  /// Of a letter, on average, at the size of small text.
  private static let letter = 5.6

  /// The shapes below a chart.
  ///
  /// - Parameters:
  ///   - width: the chart's.
  ///   - y: where it ends.
  /// - Returns: the shapes, and by how much they make the figure higher.
  func shapes(width: Double, below y: Double) -> (shapes: [String], height: Double) {
    var shapes: [String] = []
    var (x, line) = (0.0, 1.0)
    for entry in entries {
      let length = 24 + Double(entry.text.count) * DrawingLegend.letter + 14
      if x > 0, x + length > width { (x, line) = (0, line + 1) }
      let middle = y + line * DrawingLegend.lineHeight - 4
      shapes += DrawingLegend.shapes(entry.sign, x, middle)
      shapes.append(Drawing.text(entry.text, x + 24, middle + 3.6, "small muted"))
      x += length
    }
    return (shapes, entries.isEmpty ? 0 : line * DrawingLegend.lineHeight + 4)
  }

  private static func shapes(_ sign: Sign, _ x: Double, _ y: Double) -> [String] {
    switch sign {
    case .bar(let style): [Drawing.bar(x, y - 4, 18, 8, style, radius: 2)]
    case .hatched(let style):
      [Drawing.bar(x, y - 4, 18, 8, style, radius: 2)]
        + stride(from: 3.0, to: 18, by: 5).map { Drawing.line(x + $0, y + 4, x + $0 + 4, y - 4, "hatch") }
    case .dot(let style): [Drawing.dot(x + 9, y, 4.6, style)]
    case .line(let style): [Drawing.line(x, y, x + 18, y, style)]
    case .upright(let style): [Drawing.line(x + 9, y - 6, x + 9, y + 6, style)]
    }
  }
}

extension DrawingLegend {
  static let none = DrawingLegend([])

  static func comparison(_ dataset: DatasetReport) -> DrawingLegend {
    var entries: [(Sign, String)] = [(.bar("ours"), "measured here")]
    if Set(dataset.variants.map(\.variant)).count == 1 {
      entries.append((.bar("leaky"), "leaky: the epoch chosen on test clips"))
    }
    if let match = dataset.published {
      let data = match.sameData ? "" : " on other data"
      entries.append((match.sameData ? .bar("published") : .hatched("published"), "published\(data)"))
    }
    return DrawingLegend(entries + [(.upright("rule"), "most frequent class")])
  }

  static func curves(_ hasValidation: Bool) -> DrawingLegend {
    let mean: [(Sign, String)] = [(.line("curve"), "mean over units"), (.bar("band"), "lowest to highest")]
    return DrawingLegend(mean + (hasValidation ? [(.line("curve second"), "training subjects held out")] : []))
  }

  static let probes = DrawingLegend([
    (.dot("solid"), "motion features"), (.dot("ring"), "identity features"), (.upright("mean"), "floor: emotion alone"),
    (.upright("rule"), "chance"),
  ])

  static let information = DrawingLegend([
    (.line("curve"), "on training clips held out, nats"), (.line("curve second"), "by MINE on its own clips, nats"),
  ])
}
