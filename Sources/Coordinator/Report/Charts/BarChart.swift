import Core

/// The accuracy of some variants, in each arm, among published ones, best first.
enum BarChart {
  private struct Row {
    var name: String
    var percent: Double
    var style: String
    var isPublished: Bool
  }

  private static let width = 460.0
  private static let left = 148.0
  private static let right = 412.0
  private static let rowHeight = 21.0

  /// `identifier` makes the names inside the drawing unique on the page.
  static func svg(_ dataset: DatasetReport, _ variants: [VariantReport], identifier: Int) -> String {
    let rows = rows(dataset, variants)
    let bottom = 8 + Double(rows.count) * rowHeight
    let isHatched = dataset.published?.caution != nil
    var shapes = [
      """
      <defs><pattern id="hatch-\(identifier)" width="6" height="6" patternUnits="userSpaceOnUse" \
      patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" class="hatch"/></pattern></defs>
      """
    ]
    shapes += Drawing.percentAxis(left: left, right: right, top: 4, bottom: bottom)
    // All arms have the same clips, so the same majority.
    if let share = variants.compactMap(\.metrics).first?.majorityAccuracy {
      let majority = left + (right - left) * share
      shapes.append(Drawing.line(majority, 4, majority, bottom, "rule"))
    }
    for (index, row) in rows.enumerated() {
      let y = 8 + Double(index) * rowHeight
      let length = (right - left) * min(100, row.percent) / 100
      let value = ReportText.decimals(row.percent, 1)
      shapes.append(
        Drawing.text(row.name, left - 10, y + 12.5, row.style == "published" ? "end muted" : "end strong"))
      shapes.append(
        Drawing.bar(left, y + 2, length, rowHeight - 7, row.style, hint: "\(row.name): \(value) %"))
      if row.isPublished && isHatched {
        shapes.append(
          Drawing.bar(left, y + 2, length, rowHeight - 7, "", extra: " fill=\"url(#hatch-\(identifier))\""))
      }
      shapes.append(
        Drawing.text(value, left + length + 6, y + 12.5, row.isPublished ? "muted small halo" : "strong small halo"))
    }
    let spoken = rows.map { "\($0.name) \(ReportText.decimals($0.percent, 1))" }.joined(separator: "; ")
    return Drawing.chart(
      width: width, height: bottom + 20,
      label: "Accuracy in per cent on \(dataset.name), best first: \(spoken).", shapes)
  }

  private static func rows(_ dataset: DatasetReport, _ variants: [VariantReport]) -> [Row] {
    let published = dataset.published.map { PublishedFigures.figures($0.column) } ?? []
    // With several variants there is no room for a second bar for each.
    let isOne = Set(variants.map(\.variant)).count == 1
    let own = variants.flatMap { variant -> [Row] in
      guard let metrics = variant.metrics else { return [] }
      guard isOne else {
        let name = variant.recogniser.titled(variant.title)
        return [
          Row(name: Drawing.short(name, 18), percent: metrics.accuracy * 100, style: "ours", isPublished: false)
        ]
      }
      let name = variant.arm.map { Drawing.short($0, 14) } ?? "this run"
      return [
        Row(name: name, percent: metrics.accuracy * 100, style: "ours", isPublished: false),
        Row(name: "\(name), leaky", percent: metrics.leakyAccuracy * 100, style: "leaky", isPublished: false),
      ]
    }
    let others = published.map {
      Row(
        name: $0.method == PublishedFigures.method ? "Xie et al. 2022" : $0.method, percent: $0.accuracy,
        style: $0.method == PublishedFigures.method ? "paper" : "published", isPublished: true)
    }
    // Ties keep this order: sorting by (figure, index) does not depend on the sort's stability.
    return (own + others).enumerated().sorted { ($1.element.percent, $0.offset) < ($0.element.percent, $1.offset) }
      .map(\.element)
  }
}
