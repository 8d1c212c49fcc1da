import Core

/// How much identity a linear probe finds in motion features, in identity features, and by chance.
enum ProbeChart {
  private static let width = 460.0
  private static let left = 110.0
  private static let right = 412.0
  private static let rowHeight = 30.0

  /// One row per variant of the dataset; nil when none has a probe.
  static func svg(_ dataset: DatasetReport) -> String? {
    svg(dataset.variants.map { ($0.name, $0) }, title: dataset.name)
  }

  /// One row per name; nil when no variant has a probe.
  static func svg(_ variants: [(name: String, variant: VariantReport)], title: String) -> String? {
    let rows = variants.compactMap { name, variant -> (String, Metrics, Double)? in
      guard let metrics = variant.metrics, let probe = metrics[.identityProbe] else { return nil }
      return (name, metrics, probe)
    }
    guard !rows.isEmpty else { return nil }
    let bottom = 6 + Double(rows.count) * rowHeight
    var shapes = Drawing.percentAxis(left: left, right: right, top: 4, bottom: bottom)
    for (index, row) in rows.enumerated() {
      let (name, metrics, probe) = row
      let y = 6 + (Double(index) + 0.5) * rowHeight
      let motion = x(probe)
      shapes.append(Drawing.text(Drawing.short(name, 16), left - 12, y + 4, "end"))
      if let chance = metrics[.identityChance] {
        shapes.append(Drawing.line(x(chance), y - 10, x(chance), y + 10, "rule"))
      }
      if let identity = metrics[.identityProbeOfIdentity] {
        shapes.append(Drawing.line(motion, y, x(identity), y, "link"))
        shapes.append(
          Drawing.dot(x(identity), y, 5, "ring", hint: "identity features: \(ReportText.percent(identity)) %"))
      }
      shapes.append(Drawing.dot(motion, y, 5.6, "solid", hint: "motion features: \(ReportText.percent(probe)) %"))
      let isLeft = probe <= metrics[.identityProbeOfIdentity] ?? -1
      shapes.append(value(probe, y, toTheLeft: isLeft))
      if let identity = metrics[.identityProbeOfIdentity] { shapes.append(value(identity, y, toTheLeft: !isLeft)) }
    }
    let spoken = rows.map { name, metrics, probe in
      let others = [Figure.identityProbeOfIdentity, .identityChance].map { ReportText.percent(metrics[$0]) }
      return "\(name): motion \(ReportText.percent(probe)), identity \(others[0]), chance \(others[1])"
    }
    return Drawing.chart(
      width: width, height: bottom + 20,
      label: "Identity found by a linear probe, \(title), per cent. \(spoken.joined(separator: "; ")).",
      shapes)
  }

  /// The number beside a dot, on the side that is free.
  private static func value(_ share: Double, _ y: Double, toTheLeft: Bool) -> String {
    Drawing.text(
      ReportText.percent(share), x(share) + (toTheLeft ? -9 : 9), y + 3.8,
      "small muted halo\(toTheLeft ? " end" : "")")
  }

  private static func x(_ share: Double) -> Double { left + (right - left) * share }
}
