import Core

/// Where MENet looks, frame by frame: the mean attention maps over the mean face.
enum AttentionFigure {
  private static let side = 140.0
  private static let gap = 12.0

  /// nil without maps.
  ///
  /// - Parameters:
  ///   - maps: `[frames][places]`, places a square, as `VariantReport` has checked.
  ///   - face: what lies beneath; nil for none.
  static func svg(_ maps: [[Float]], face: MeanFace?, title: String) -> String? {
    guard let places = maps.first?.count, places > 0 else { return nil }
    let peaks = maps.map { times(of: $0) }
    let full = strongest(maps)
    var shapes: [String] = []
    for (frame, map) in maps.enumerated() {
      let x = Double(frame) * (side + gap)
      shapes.append(Drawing.bar(x, 0, side, side, "cell", radius: 0))
      if let face { shapes.append(image(EmbeddedImage.grey(face.pixels, width: MeanFace.size), x)) }
      shapes.append(image(EmbeddedImage.colour(overlay(map, full: full), width: edge(places)), x))
      shapes.append(Drawing.text("frame \(frame + 1)", x, side + 15, "small"))
      shapes.append(Drawing.text("× \(ReportText.decimals(peaks[frame], 1))", x + side, side + 15, "small muted end"))
    }
    let spoken = maps.indices.map { frame in
      "frame \(frame + 1): strongest \(place(of: maps[frame])), "
        + "\(ReportText.decimals(peaks[frame], 1)) times an even share"
    }
    return Drawing.chart(
      width: max(900, Double(maps.count) * (side + gap) - gap), height: side + 20,
      label: "Mean attention over the face, \(title). \(spoken.joined(separator: "; ")).", style: "wide", shapes)
  }

  /// What an even share at the strongest place of all frames is multiplied by; full colour stands for it, and for
  /// twice an even share where no place has more, so that flat maps look flat.
  static func strongest(_ maps: [[Float]]) -> Double { max(2, maps.map { times(of: $0) }.max() ?? 0) }

  /// How many times an even share a map's strongest place has.
  private static func times(of map: [Float]) -> Double {
    let sum = map.reduce(0) { $0 + Double($1) }
    return sum > 0 ? Double(map.max() ?? 0) * Double(map.count) / sum : 0
  }

  /// Orange where a place has more than an even share; opacity in proportion to how much more.
  private static func overlay(_ map: [Float], full: Double) -> [UInt8] {
    let sum = map.reduce(0) { $0 + Double($1) }
    return map.flatMap { value -> [UInt8] in
      let excess = sum > 0 ? (Double(value) * Double(map.count) / sum - 1) / (full - 1) : 0
      return [255, 106, 0, UInt8(max(0, min(1, excess)) * 215)]
    }
  }

  private static func image(_ address: String, _ x: Double) -> String {
    "<image href=\"\(address)\" x=\"\(Drawing.at(x))\" y=\"0\" width=\"\(Drawing.at(side))\" "
      + "height=\"\(Drawing.at(side))\" preserveAspectRatio=\"none\"/>"
  }

  /// In words, by thirds of the face.
  private static func place(of map: [Float]) -> String {
    let edge = edge(map.count)
    let best = map.indices.max { map[$0] < map[$1] } ?? 0
    let row = ["upper", "middle", "lower"][best / edge * 3 / edge]
    let column = ["left", "centre", "right"][best % edge * 3 / edge]
    return "\(row) \(column)"
  }

  /// The edge of a square of places.
  static func edge(_ places: Int) -> Int { Int(Double(places).squareRoot().rounded()) }
}
