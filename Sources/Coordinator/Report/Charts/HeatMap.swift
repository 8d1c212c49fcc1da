import Core

/// A confusion matrix as a picture: colour by the share of the true class, counts in the cells.
enum HeatMap {
  private static let width = 460.0
  private static let left = 104.0
  private static let gap = 3.0

  static func svg(_ matrix: ConfusionMatrix, classes: [String], title: String) -> String {
    let count = max(1, matrix.classes)
    let cell = min(72, (width - left) / Double(count))
    let isTight = cell < 52 || classes.contains { $0.count > 10 }
    let top = isTight ? 92.0 : 42.0
    var shapes = [
      Drawing.text("predicted", left + cell * Double(count) / 2, 13, "muted small middle"),
      Drawing.text("true", 0, top - 8, "muted small"),
    ]
    for index in classes.indices {
      shapes.append(columnLabel(classes[index], left + (Double(index) + 0.5) * cell, top - 9, slanted: isTight))
      shapes += row(index, matrix, classes, cell: cell, top: top)
    }
    return Drawing.chart(
      width: left + cell * Double(count) + (isTight ? 40 : 0), height: top + cell * Double(count) + 2,
      label: spoken(matrix, classes, title), shapes)
  }

  private static func columnLabel(_ name: String, _ x: Double, _ y: Double, slanted: Bool) -> String {
    guard slanted else { return Drawing.text(Drawing.short(name, 10), x, y, "middle small") }
    let turn = " transform=\"rotate(-42 \(Drawing.at(x)) \(Drawing.at(y)))\""
    return Drawing.text(Drawing.short(name, 13), x, y, "small", extra: turn)
  }

  private static func row(
    _ truth: Int, _ matrix: ConfusionMatrix, _ classes: [String], cell: Double, top: Double
  ) -> [String] {
    let y = top + Double(truth) * cell
    let support = matrix.support(truth)
    let isRoomy = cell >= 40
    var shapes = [
      Drawing.text(
        Drawing.short(classes[truth], 13), left - 10, y + cell / 2 + (isRoomy ? -2 : 4), isRoomy ? "end" : "end small")
    ]
    if isRoomy { shapes.append(Drawing.text("n = \(support)", left - 10, y + cell / 2 + 12, "end muted small")) }
    for predicted in classes.indices {
      let clips = matrix.counts[truth][predicted]
      let share = support == 0 ? 0 : Double(clips) / Double(support)
      let x = left + Double(predicted) * cell
      let side = cell - gap
      let hint = "true \(classes[truth]), predicted \(classes[predicted]): \(clips) (\(ReportText.percent(share)) %)"
      shapes.append(Drawing.bar(x, y, side, side, "cell", radius: 5))
      shapes.append(
        Drawing.bar(
          x, y, side, side, "heat", radius: 5, extra: " fill-opacity=\"\(ReportText.decimals(share, 3))\"", hint: hint))
      if truth == predicted { shapes.append(Drawing.bar(x + 0.7, y + 0.7, side - 1.4, side - 1.4, "hit", radius: 4.6)) }
      shapes += label(clips, share, x + side / 2, y + side / 2, side: side)
    }
    return shapes
  }

  private static func label(_ clips: Int, _ share: Double, _ x: Double, _ y: Double, side: Double) -> [String] {
    let tone = ink(share)
    let ink = !tone.isEmpty ? " \(tone)" : clips == 0 ? " muted" : ""
    let size = " style=\"font-size:\(Drawing.at(min(15, max(7, side * 0.34))))px;pointer-events:none\""
    guard side >= 44, clips > 0 else { return [Drawing.text("\(clips)", x, y + 4.5, "middle\(ink)", extra: size)] }
    return [
      Drawing.text("\(clips)", x, y + 1, "middle strong\(ink)", extra: size),
      Drawing.text(
        "\(ReportText.decimals(share * 100, 0)) %", x, y + 15, "middle small\(ink)",
        extra: " style=\"pointer-events:none\""),
    ]
  }

  /// The class of a number on a cell of this share, empty for the page's ink. Where black is as far from the cell's
  /// colour as white differs between light and dark: see the style.
  static func ink(_ share: Double) -> String {
    share > 0.72 ? "high" : share > 0.58 ? "upper" : share > 0.46 ? "mid" : ""
  }

  private static func spoken(_ matrix: ConfusionMatrix, _ classes: [String], _ title: String) -> String {
    let rows = classes.indices.map { truth in
      let cells = classes.indices.filter { matrix.counts[truth][$0] > 0 }
        .map { "\(matrix.counts[truth][$0]) as \(classes[$0])" }
      return "\(classes[truth]): \(cells.isEmpty ? "no clips" : cells.joined(separator: ", "))"
    }
    return "Confusion matrix, \(title). \(rows.joined(separator: "; "))."
  }
}
