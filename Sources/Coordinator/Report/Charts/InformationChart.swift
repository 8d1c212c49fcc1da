import Core

/// The mutual information of motion and identity features over the epochs of stages 2 to 4.
enum InformationChart {
  private static let width = 460.0
  private static let left = 44.0
  private static let right = 448.0
  private static let (top, bottom) = (20.0, 196.0)

  /// nil for fewer than two epochs.
  static func svg(_ epochs: [Decoupling.Epoch], title: String) -> String? {
    guard epochs.count > 1 else { return nil }
    let values = epochs.flatMap { [$0.climbed, $0.heldOut] }.filter(\.isFinite)
    let (low, high) = (min(0, values.min() ?? 0), max(0.1, values.max() ?? 0))
    func y(_ value: Double) -> Double { bottom - (bottom - top) * (value - low) / (high - low) }
    func x(_ index: Int) -> Double { left + (right - left) * (Double(index) + 0.5) / Double(epochs.count) }

    var shapes = [low, 0, high / 2, high].filter { $0 == 0 || abs($0) > high / 20 }.flatMap { tick in
      [
        Drawing.line(left, y(tick), right, y(tick), tick == 0 ? "rule" : "axis"),
        Drawing.text(ReportText.decimals(tick, 2), left - 6, y(tick) + 4, "muted small end"),
      ]
    }
    for stage in Stage.allCases {
      let own = epochs.indices.filter { epochs[$0].stage == stage }
      guard let first = own.first, let last = own.last else { continue }
      if first > 0 {
        shapes.append(Drawing.line((x(first - 1) + x(first)) / 2, top, (x(first - 1) + x(first)) / 2, bottom, "axis"))
      }
      shapes.append(
        Drawing.text("stage \(stage.rawValue)", (x(first) + x(last)) / 2, bottom + 16, "muted small middle"))
    }
    shapes.append(Drawing.path(epochs.indices.map { (x($0), y(epochs[$0].climbed)) }, "curve second"))
    shapes.append(Drawing.path(epochs.indices.map { (x($0), y(epochs[$0].heldOut)) }, "curve"))
    return Drawing.chart(
      width: width, height: bottom + 24, label: "Mutual information in nats by epoch, \(title). \(spoken(epochs)).",
      shapes)
  }

  /// The last epoch of each stage.
  private static func spoken(_ epochs: [Decoupling.Epoch]) -> String {
    Stage.allCases.compactMap { stage in
      epochs.last { $0.stage == stage }.map {
        "After stage \(stage.rawValue): held out \(ReportText.decimals($0.heldOut, 2)), "
          + "on its own clips \(ReportText.decimals($0.climbed, 2))"
      }
    }.joined(separator: "; ")
  }
}
