import Core

/// The pictures of one clip side by side: onset, apex, their difference and, over the apex, the attention.
enum ClipDrawing {
  private static let side = Double(ClipThumbnail.size)
  private static let gap = 4.0
  private static let text = 13.0

  /// - Parameters:
  ///   - identifier: unique on the page.
  ///   - label: what the clip is, in words.
  static func svg(_ picture: ErrorPictures.Picture, identifier: String, label: String) -> String {
    let thumbnail = picture.thumbnail
    let strip = EmbeddedImage.grey(thumbnail.pixels, width: ClipThumbnail.columns * ClipThumbnail.size)
    let width = side * Double(ClipThumbnail.columns)
    var shapes = [
      """
      <defs><image id="\(identifier)" href="\(strip)" width="\(Drawing.at(width))" height="\(Drawing.at(side))"/></defs>
      """
    ]
    var titles = ["onset", "apex", "diff. × \(thumbnail.gain)"]
    shapes += (0..<3).map { part($0, of: identifier, at: Double($0) * (side + gap)) }
    if let map = picture.attention {
      titles.append("attention")
      let x = 3 * (side + gap)
      shapes.append(part(1, of: identifier, at: x))
      shapes.append(AttentionFigure.image(AttentionFigure.overlay(map), x, side: side))
    }
    shapes += titles.enumerated().map { index, title in
      Drawing.text(title, Double(index) * (side + gap), side + text - 3, "small muted")
    }
    return Drawing.chart(
      width: 4 * (side + gap) - gap, height: side + text,
      label: "\(label): onset, apex, difference\(picture.attention == nil ? "" : ", attention")", style: "clip", shapes)
  }

  /// One of the strip's pictures: the strip is in the page once.
  private static func part(_ index: Int, of identifier: String, at x: Double) -> String {
    let size = Drawing.at(side)
    return """
      <svg x="\(Drawing.at(x))" y="0" width="\(size)" height="\(size)" \
      viewBox="\(Drawing.at(Double(index) * side)) 0 \(size) \(size)"><use href="#\(identifier)"/></svg>
      """
  }
}
