import Core

/// How many points each method of the other runs is above the reference run on one dataset, with 95 % intervals.
enum DifferencesChart {
  private static let width = 264.0
  private static let (left, right) = (90.0, 196.0)
  private static let rowHeight = 17.0

  /// - Parameter reach: the largest difference that is shown, as a share.
  static func svg(_ dataset: RunComparison.Dataset, of comparison: RunComparison, reach: Double) -> String? {
    let tested = dataset.pairs.filter { $0.test != nil }
    guard !tested.isEmpty else { return nil }
    func x(_ share: Double) -> Double {
      let middle = (left + right) / 2
      return middle + (right - left) / 2 * max(-1, min(1, share / reach))
    }
    var (shapes, y) = ([String](), 4.0)
    for run in comparison.runs.indices.dropFirst() {
      let pairs = tested.filter { $0.run == run }
      guard !pairs.isEmpty else { continue }
      if comparison.others.count > 1 {
        shapes.append(Drawing.text(Drawing.short(comparison.runs[run].name, 34), 4, y + 12, "muted small"))
        y += rowHeight
      }
      for pair in pairs {
        shapes += row(pair, y + rowHeight / 2, x)
        y += rowHeight
      }
    }
    let ticks = [-reach, 0, reach].flatMap { tick in
      [
        Drawing.line(x(tick), 2, x(tick), y, tick == 0 ? "rule" : "axis"),
        Drawing.text(name(ofTick: tick), x(tick), y + 13, "muted small middle"),
      ]
    }
    let list = tested.map { spoken($0, comparison) }.joined(separator: "; ")
    return Drawing.chart(
      width: width, height: y + 18,
      label: "Points of accuracy above \(comparison.reference.name) on \(dataset.name): \(list).", ticks + shapes)
  }

  /// The least of a few round numbers that all differences and intervals are within.
  static func reach(_ pairs: [RunPair]) -> Double {
    let ends = pairs.flatMap { pair -> [Double] in
      [pair.difference, pair.interval?.lowerBound, pair.interval?.upperBound].compactMap { $0.map(abs) }
    }
    let farthest = ends.max() ?? 0
    return [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].first { $0 >= farthest } ?? 1
  }

  private static func row(_ pair: RunPair, _ y: Double, _ x: (Double) -> Double) -> [String] {
    guard let difference = pair.difference else { return [] }
    let isBetter = pair.test?.isBetter
    let name = Drawing.short(pair.own.name, 14)
    var shapes = [Drawing.text(name, left - 7, y + 3.8, isBetter == nil ? "end" : "end strong")]
    if let interval = pair.interval {
      shapes.append(Drawing.line(x(interval.lowerBound), y, x(interval.upperBound), y, "whisker"))
    }
    let style = !pair.isSameMethod ? "ring" : isBetter == nil ? "dot third" : "solid"
    shapes.append(Drawing.dot(x(difference), y, 4, style))
    let mark = isBetter.map { $0 ? " ▲" : " ▼" } ?? ""
    shapes.append(
      Drawing.text(points(difference) + mark, right + 8, y + 3.8, isBetter == nil ? "muted" : "strong"))
    return shapes
  }

  private static func name(ofTick share: Double) -> String {
    share == 0 ? "0" : "\(share > 0 ? "+" : "−")\(ReportText.decimals(100 * abs(share), 0))"
  }

  private static func points(_ share: Double) -> String { ReportText.points(share) }

  private static func spoken(_ pair: RunPair, _ comparison: RunComparison) -> String {
    let against = pair.isSameMethod ? "" : " against \(pair.reference.name)"
    let interval = pair.interval.map { range in
      ", 95 % interval \(points(range.lowerBound)) to \(points(range.upperBound))"
    }
    let verdict = pair.test?.isBetter.map { $0 ? ", better" : ", worse" } ?? ", no difference beyond chance"
    return "\(pair.own.name) of \(comparison.runs[pair.run].name)\(against) "
      + "\(points(pair.difference ?? 0))\(interval ?? "")\(verdict)"
  }
}
