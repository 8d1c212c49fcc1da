import Core

/// One dot per fold: how much the folds of a variant differ.
enum StripChart {
  private static let width = 460.0
  private static let left = 78.0
  private static let right = 440.0
  private static let rowHeight = 44.0
  private static let radius = 4.6
  /// Of the main figures.
  private static let styles = ["dot", "dot second", "dot third"]

  static func svg(_ variant: VariantReport, title: String) -> String? {
    guard let pooled = variant.metrics else { return nil }
    let figures = Figure.main + [.leakyAccuracy]
    let rows = figures.enumerated().map { index, figure in
      (
        name: figure.title, style: figure.isMain ? styles[index % styles.count] : "dot open",
        pooled: pooled[figure] ?? 0, values: values(variant, figure)
      )
    }
    let bottom = Double(rows.count) * rowHeight
    var shapes = Drawing.percentAxis(left: left, right: right, top: 4, bottom: bottom)
    for (index, row) in rows.enumerated() {
      let y = (Double(index) + 0.5) * rowHeight
      let middle = left + (right - left) * row.pooled
      shapes.append(Drawing.text(row.name, left - 12, y - 1, "end"))
      shapes.append(Drawing.text(ReportText.percent(row.pooled), left - 12, y + 12, "end muted small"))
      shapes += swarm(row.values, y, row.style)
      shapes.append(Drawing.line(middle, y - 14, middle, y + 14, "mean"))
    }
    let spoken = rows.map { row in
      "\(row.name) pooled \(ReportText.percent(row.pooled)), "
        + row.values.map { "\($0.1) \(ReportText.percent($0.0))" }.joined(separator: ", ")
    }
    return Drawing.chart(
      width: width, height: bottom + 20, label: "Folds, \(title), per cent. \(spoken.joined(separator: "; ")).", shapes)
  }

  private static func values(_ variant: VariantReport, _ figure: Figure) -> [(Double, String)] {
    variant.units.compactMap { unit in
      Metrics.ofUnit(unit)?.metrics[figure].map { ($0, "fold \(unit.unit.fold)") }
    }
  }

  /// Dots that would cover one another are moved up and down, at most to the row's edge.
  private static func swarm(_ values: [(Double, String)], _ y: Double, _ style: String) -> [String] {
    let offsets = [0, -7.0, 7, -14, 14]
    var lastX = [Double](repeating: -.infinity, count: offsets.count)
    return values.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { value, name in
      let x = left + (right - left) * value
      let free = offsets.indices.first { x - lastX[$0] > 2 * radius }
      let lane = free ?? offsets.indices.min { lastX[$0] < lastX[$1] } ?? 0
      lastX[lane] = x
      return Drawing.dot(x, y + offsets[lane], radius, style, hint: "\(name): \(ReportText.percent(value)) %")
    }
  }
}
