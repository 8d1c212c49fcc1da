import Core

/// Every method, variant and arm on one dataset, best first: accuracy with its interval, and the majority class.
enum MethodsChart {
  private static let width = 264.0
  private static let (left, right) = (106.0, 208.0)
  private static let rowHeight = 17.0

  /// nil without a result.
  static func svg(_ dataset: DatasetReport) -> String? {
    let rows = rows(dataset)
    guard let majority = rows.first?.metrics?.majorityAccuracy else { return nil }
    let bottom = 4 + Double(rows.count) * rowHeight
    func x(_ share: Double) -> Double { left + (right - left) * share }
    var shapes = [0, 0.5, 1].flatMap { tick in
      [
        Drawing.line(x(tick), 2, x(tick), bottom, "axis"),
        Drawing.text("\(Int(tick * 100))", x(tick), bottom + 13, "muted small middle"),
      ]
    }
    shapes.append(Drawing.line(x(majority), 2, x(majority), bottom, "rule"))
    for (index, row) in rows.enumerated() {
      guard let accuracy = row.metrics?.accuracy else { continue }
      let y = 4 + (Double(index) + 0.5) * rowHeight
      let isBest = row.recogniser == dataset.best?.report.recogniser
      let isReference = row.variant == dataset.reference
      shapes.append(
        Drawing.text(Drawing.short(row.name, 17), left - 7, y + 3.8, isBest ? "end strong" : "end"))
      if let interval = row.intervals?[.accuracy] {
        shapes.append(Drawing.line(x(interval.lowerBound), y, x(interval.upperBound), y, "whisker"))
      }
      shapes.append(
        Drawing.dot(
          x(accuracy), y, isBest ? 4.4 : 3.8, isReference ? "ring" : isBest ? "solid" : "dot third",
          hint: spoken(row, dataset)))
      let note = isWhole(row, dataset) ? mark(row, dataset) : "\(row.finished)/\(row.units.count)"
      let value = ReportText.percent(accuracy) + (note.map { " \($0)" } ?? "")
      shapes.append(Drawing.text(value, right + 8, y + 3.8, isBest ? "strong" : "muted"))
    }
    let list = rows.map { spoken($0, dataset) }.joined(separator: "; ")
    return Drawing.chart(
      width: width, height: bottom + 18,
      label: "Accuracy in per cent on \(dataset.name), best first: \(list). Majority class: "
        + "\(ReportText.percent(majority)).",
      shapes)
  }

  /// Those with a result, and last those that lack units others have; ties keep the configuration's order.
  private static func rows(_ dataset: DatasetReport) -> [VariantReport] {
    let sorted = dataset.variants.filter { $0.metrics != nil }.enumerated().sorted {
      ($1.element.metrics?.accuracy ?? 0, $0.offset) < ($0.element.metrics?.accuracy ?? 0, $1.offset)
    }.map(\.element)
    return sorted.filter { isWhole($0, dataset) } + sorted.filter { !isWhole($0, dataset) }
  }

  /// Whether it has as many finished units as any other, so that it can be the best.
  private static func isWhole(_ row: VariantReport, _ dataset: DatasetReport) -> Bool {
    row.finished == dataset.variants.map(\.finished).max()
  }

  /// Whether it is better or worse than the reference with the same arm.
  private static func mark(_ row: VariantReport, _ dataset: DatasetReport) -> String? {
    dataset.tests.first { $0.recogniser == row.recogniser }?.isBetter.map { $0 ? "▲" : "▼" }
  }

  private static func spoken(_ row: VariantReport, _ dataset: DatasetReport) -> String {
    let interval = row.intervals?[.accuracy].map { ", 95 % interval \(ReportText.percent($0))" } ?? ""
    let mark = dataset.tests.first { $0.recogniser == row.recogniser }?.isBetter
    let test = mark.map { ", \($0 ? "better" : "worse") than the reference" } ?? ""
    let units = isWhole(row, dataset) ? "" : ", \(row.finished) of \(row.units.count) units"
    return "\(row.name) \(ReportText.percent(row.metrics?.accuracy))\(interval)\(test)\(units)"
  }
}
