/// The small bar beside a share in a table.
enum Meter {
  private static let width = 92.0

  static func svg(_ meter: Cell.Meter) -> String {
    var shapes =
      Drawing.bar(0, 2, width, 4, "track", radius: 2) + Drawing.bar(0, 2, width * meter.share, 4, "ours", radius: 2)
    if let interval = meter.interval {
      shapes += Drawing.line(width * interval.lowerBound, 4, width * interval.upperBound, 4, "whisker")
    }
    if let reference = meter.reference {
      shapes += Drawing.line(width * reference, 0, width * reference, 8, "mean")
    }
    return "<svg class=\"meter\" viewBox=\"0 0 \(Drawing.at(width)) 8\" aria-hidden=\"true\">\(shapes)</svg>"
  }
}
