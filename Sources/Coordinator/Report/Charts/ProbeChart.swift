import Core

/// How well the linear and the non-linear probe name the subject from motion features, beside the floor, identity
/// features and chance.
enum ProbeChart {
  private static let width = 500.0
  private static let left = 168.0
  private static let right = 452.0
  private static let lineHeight = 28.0
  private static let gap = 8.0

  /// One row per variant of the dataset; nil when none has a probe.
  static func svg(_ dataset: DatasetReport) -> String? {
    let isOneVariant = Set(dataset.variants.map(\.variant)).count == 1
    return svg(dataset.variants.map { (isOneVariant ? $0.arm ?? $0.name : $0.name, $0) }, title: dataset.name)
  }

  /// One row per name, with a line for each probe; nil when no variant has a probe.
  static func svg(_ variants: [(name: String, variant: VariantReport)], title: String) -> String? {
    let rows = variants.map { (name: $0.name, lines: Line.all($0.variant.decoupling)) }.filter { !$0.lines.isEmpty }
    guard !rows.isEmpty else { return nil }
    let height = rows.reduce(0) { $0 + Double($1.lines.count) * lineHeight + gap }
    var shapes = Drawing.percentAxis(left: left, right: right, top: 4, bottom: 4 + height)
    var y = 4 + gap / 2
    for (name, lines) in rows {
      shapes.append(Drawing.text(Drawing.short(name, 14), 2, y + lineHeight / 2 + 4))
      for line in lines {
        shapes += line.shapes(y + lineHeight / 2)
        y += lineHeight
      }
      y += gap
    }
    let spoken = rows.map { name, lines in "\(name): \(lines.map(\.spoken).joined(separator: "; "))" }
    return Drawing.chart(
      width: width, height: height + 24,
      label: "Identity found by probes, \(title), per cent. \(spoken.joined(separator: ". ")).", shapes)
  }

  /// What one probe finds.
  private struct Line {
    var name: String
    var motion: Spread
    var floor, identity, chance: Spread?

    /// The probes that were measured.
    static func all(_ decoupling: Decoupling) -> [Line] {
      let linear = decoupling[.identityProbe].map {
        Line(
          name: "linear", motion: $0, floor: decoupling[.identityFloor],
          identity: decoupling[.identityProbeOfIdentity], chance: decoupling[.identityChance])
      }
      let nonlinear = decoupling[.identityProbeNonlinear].map {
        Line(
          name: "non-linear", motion: $0, floor: decoupling[.identityFloorNonlinear],
          identity: decoupling[.identityProbeNonlinearOfIdentity], chance: decoupling[.identityChance])
      }
      return [linear, nonlinear].compactMap { $0 }
    }

    func shapes(_ y: Double) -> [String] {
      var shapes = [Drawing.text(name, left - 10, y + 3.8, "small muted end")]
      if let chance { shapes.append(Drawing.line(x(chance.mean), y - 11, x(chance.mean), y + 11, "rule")) }
      if let floor {
        shapes.append(Drawing.line(x(floor.mean), y, x(motion.mean), y, "link"))
        shapes.append(Drawing.line(x(floor.mean), y - 9, x(floor.mean), y + 9, "mean"))
      }
      if let identity {
        let isCrowded = motion.mean > identity.mean && x(motion.mean) - x(identity.mean) < Line.room
        shapes += dot(identity, y, "ring", "identity features", isCrowded: isCrowded)
      }
      let isCrowded = identity.map { $0.mean >= motion.mean && x($0.mean) - x(motion.mean) < Line.room } ?? false
      return shapes + dot(motion, y, "solid", "motion features", isCrowded: isCrowded)
    }

    /// What a number on the right of a dot needs.
    private static let room = 48.0

    /// A dot, its interval and its number: on the right, or above where there is no room.
    private func dot(_ spread: Spread, _ y: Double, _ style: String, _ name: String, isCrowded: Bool) -> [String] {
      let half = spread.halfWidth95 ?? 0
      let (low, high) = (x(max(0, spread.mean - half)), x(min(1, spread.mean + half)))
      let middle = x(spread.mean)
      let number = ReportText.percent(spread.mean)
      return [
        Drawing.line(low, y, high, y, "whisker"),
        Drawing.dot(middle, y, 5.2, style, hint: "\(self.name) probe on \(name): \(number) %"),
        isCrowded
          ? Drawing.text(number, middle, y - 8, "small muted halo middle")
          : Drawing.text(number, max(high, middle + 6) + 4, y + 3.8, "small muted halo"),
      ]
    }

    var spoken: String {
      func percent(_ spread: Spread?) -> String { ReportText.percent(spread?.mean) }
      return "\(name) probe: motion \(percent(motion)), floor \(percent(floor)), identity \(percent(identity)), "
        + "chance \(percent(chance))"
    }

    private func x(_ share: Double) -> Double { left + (right - left) * share }
  }
}
