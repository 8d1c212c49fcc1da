import Core

/// Where MENet looks, frame by frame: the mean attention maps over the mean face.
enum AttentionFigure {
  private static let side = 140.0
  private static let gap = 12.0

  /// nil without maps.
  ///
  /// - Parameters:
  ///   - maps: `[frames][positions]`, positions row by row of a square, as `VariantReport` has checked.
  ///   - face: the background; nil for none.
  static func svg(_ maps: [[Float]], face: MeanFace?, title: String) -> String? {
    guard let positions = maps.first?.count, positions > 0 else { return nil }
    let peaks = maps.map { times(of: $0) }
    let full = strongest(maps)
    var shapes: [String] = []
    for (frame, map) in maps.enumerated() {
      let x = Double(frame) * (side + gap)
      shapes.append(Drawing.bar(x, 0, side, side, "cell", radius: 0))
      if let face { shapes.append(image(EmbeddedImage.grey(face.pixels, width: MeanFace.size), x)) }
      shapes.append(image(EmbeddedImage.colour(overlay(map, full: full), width: VariantReport.edge(positions)), x))
      shapes.append(Drawing.text("frame \(frame + 1)", x, side + 15, "small"))
      shapes.append(Drawing.text("× \(ReportText.decimals(peaks[frame], 1))", x + side, side + 15, "small muted end"))
    }
    let spoken = maps.indices.map { frame in
      "frame \(frame + 1): strongest \(region(of: maps[frame])), "
        + "\(ReportText.decimals(peaks[frame], 1)) times the average"
    }
    return Drawing.chart(
      width: max(900, Double(maps.count) * (side + gap) - gap), height: side + 20,
      label: "Mean attention over the face, \(title). \(spoken.joined(separator: "; ")).", style: "wide", shapes)
  }

  /// The attention at the strongest position of all frames, as a multiple of the average; at least 2. It is shown in
  /// full colour, so that flat maps look flat.
  static func strongest(_ maps: [[Float]]) -> Double { max(2, maps.map { times(of: $0) }.max() ?? 0) }

  /// The attention at a map's strongest position, as a multiple of the average.
  private static func times(of map: [Float]) -> Double {
    let sum = map.reduce(0) { $0 + Double($1) }
    return sum > 0 ? Double(map.max() ?? 0) * Double(map.count) / sum : 0
  }

  /// Orange where a position has more than average attention; opacity in proportion to how much more.
  private static func overlay(_ map: [Float], full: Double) -> [UInt8] {
    let sum = map.reduce(0) { $0 + Double($1) }
    return map.flatMap { value -> [UInt8] in
      let excess = sum > 0 ? (Double(value) * Double(map.count) / sum - 1) / (full - 1) : 0
      return [255, 106, 0, UInt8(max(0, min(1, excess)) * 215)]
    }
  }

  /// A picture of colour for one map alone.
  static func overlay(_ map: [Float]) -> String {
    EmbeddedImage.colour(overlay(map, full: strongest([map])), width: VariantReport.edge(map.count))
  }

  static func image(_ address: String, _ x: Double, side: Double = side) -> String {
    "<image href=\"\(address)\" x=\"\(Drawing.at(x))\" y=\"0\" width=\"\(Drawing.at(side))\" "
      + "height=\"\(Drawing.at(side))\" preserveAspectRatio=\"none\"/>"
  }

  /// In words, by thirds of the face.
  private static func region(of map: [Float]) -> String {
    let edge = VariantReport.edge(map.count)
    let best = map.indices.max { map[$0] < map[$1] } ?? 0
    let row = ["upper", "middle", "lower"][best / edge * 3 / edge]
    let column = ["left", "centre", "right"][best % edge * 3 / edge]
    return "\(row) \(column)"
  }
}
