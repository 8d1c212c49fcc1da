import Core
import Worker

/// The training curves of one variant: one panel per stage, cross-entropy above, accuracy on the test
/// folds below.
enum CurvesChart {
  /// The mean over units, the lowest and the highest, after one epoch.
  struct Point: Equatable {
    var epoch: Int
    var mean, low, high: Double
  }

  private static let width = 940.0
  private static let (left, right) = (46.0, 932.0)
  private static let gap = 22.0
  private static let rows: [(top: Double, bottom: Double)] = [(40, 148), (182, 282)]
  private static let mostPoints = 120

  /// nil where no unit has written two epochs.
  ///
  /// - Parameter units: what each unit's `metrics.jsonl` says.
  static func svg(_ units: [[EpochRecord]], title: String) -> String? {
    let stages = Stage.allCases.filter { stage in units.contains { $0.contains { $0.stage == stage } } }
    guard units.contains(where: { $0.count > 1 }), !stages.isEmpty else { return nil }
    let losses = stages.map { points(units, $0) { $0.losses.crossEntropy } }
    let accuracies = stages.map { points(units, $0, \.testAccuracy) }
    let validation = stages.map { points(units, $0, \.validationAccuracy) }
    let highest = max(0.1, losses.joined().map(\.high).max() ?? 0)
    let panel = (right - left - gap * Double(stages.count - 1)) / Double(stages.count)

    let ticks = [0, highest / 2, highest].map { ($0 / highest, ReportText.decimals($0, 2)) }
    let shares = [0, 0.5, 1].map { ($0, ReportText.decimals($0 * 100, 0)) }
    var shapes = numbers(rows[0], ticks) + numbers(rows[1], shares)
    shapes.append(Drawing.text("cross-entropy on training clips, nats", left, rows[0].top - 9, "muted small"))
    shapes.append(Drawing.text("accuracy on test folds, per cent", left, rows[1].top - 9, "muted small"))
    for (index, stage) in stages.enumerated() {
      let start = left + Double(index) * (panel + gap)
      let epochs = max(losses[index].last?.epoch ?? 1, 2)
      func x(_ epoch: Int) -> Double { start + panel * Double(epoch - 1) / Double(epochs - 1) }
      shapes.append(Drawing.text(name(stage), start, 12, "small strong"))
      shapes += grid(rows[0], ticks, start, start + panel)
      shapes += grid(rows[1], shares, start, start + panel)
      shapes += curve(losses[index], rows[0], scale: highest, "", x)
      shapes += curve(accuracies[index], rows[1], scale: 1, "", x)
      shapes += curve(validation[index], rows[1], scale: 1, " second", x)
      shapes.append(Drawing.text("1", start, rows[1].bottom + 15, "muted small"))
      let last = "epoch \(losses[index].last?.epoch ?? 1)"
      shapes.append(Drawing.text(last, start + panel, rows[1].bottom + 15, "muted small end"))
      if accuracies[index].isEmpty {
        let middle = (rows[1].top + rows[1].bottom) / 2 + 4
        shapes.append(Drawing.text("MENet is not trained", start + panel / 2, middle, "muted small middle halo"))
      }
    }
    return Drawing.chart(
      width: width, height: rows[1].bottom + 22,
      label: "Training curves, \(title). \(spoken(stages, losses, accuracies)).", style: "wide", shapes)
  }

  /// The figure after each epoch of a stage, over the units that have it; thinned to what a panel can show.
  static func points(_ units: [[EpochRecord]], _ stage: Stage, _ figure: (EpochRecord) -> Double?) -> [Point] {
    var values: [Int: [Double]] = [:]
    for record in units.joined() where record.stage == stage && (1...1_000_000).contains(record.epoch) {
      if let value = figure(record), value.isFinite { values[record.epoch, default: []].append(value) }
    }
    let epochs = values.keys.sorted()
    let stride = max(1, (epochs.count + mostPoints - 1) / mostPoints)
    return epochs.enumerated().compactMap { index, epoch in
      guard index % stride == 0 || index == epochs.count - 1, let all = values[epoch],
        let low = all.min(), let high = all.max()
      else { return nil }
      return Point(epoch: epoch, mean: all.reduce(0, +) / Double(all.count), low: low, high: high)
    }
  }

  private static func curve(
    _ points: [Point], _ row: (top: Double, bottom: Double), scale: Double, _ style: String, _ x: (Int) -> Double
  ) -> [String] {
    func y(_ value: Double) -> Double { row.bottom - (row.bottom - row.top) * max(0, min(1, value / scale)) }
    let edge = points.map { (x($0.epoch), y($0.high)) } + points.reversed().map { (x($0.epoch), y($0.low)) }
    guard points.count > 1 else {
      return points.map { Drawing.dot(x($0.epoch), y($0.mean), 3, "solid", hint: "epoch \($0.epoch)") }
    }
    return [
      Drawing.area(edge, "band\(style)"), Drawing.path(points.map { (x($0.epoch), y($0.mean)) }, "curve\(style)"),
    ]
  }

  private static func numbers(
    _ row: (top: Double, bottom: Double), _ ticks: [(share: Double, name: String)]
  ) -> [String] {
    ticks.map { Drawing.text($0.name, left - 6, row.bottom - (row.bottom - row.top) * $0.share + 4, "muted small end") }
  }

  private static func grid(
    _ row: (top: Double, bottom: Double), _ ticks: [(share: Double, name: String)], _ start: Double, _ end: Double
  ) -> [String] {
    ticks.map { tick in
      let y = row.bottom - (row.bottom - row.top) * tick.share
      return Drawing.line(start, y, end, y, "axis")
    }
  }

  private static func name(_ stage: Stage) -> String {
    "stage \(stage.rawValue): \(stage.trainsMotion ? "MENet, emotions" : "IDNet, identities")"
  }

  private static func spoken(_ stages: [Stage], _ losses: [[Point]], _ accuracies: [[Point]]) -> String {
    stages.enumerated().map { index, stage in
      var text = "Stage \(stage.rawValue): cross-entropy "
      text += "\(ReportText.decimals(losses[index].first?.mean ?? .nan, 2)) to "
      text += ReportText.decimals(losses[index].last?.mean ?? .nan, 2)
      if let last = accuracies[index].last { text += ", test accuracy \(ReportText.percent(last.mean)) at its end" }
      return text
    }.joined(separator: "; ")
  }
}
