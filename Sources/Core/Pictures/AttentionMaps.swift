/// The maps of MENet's diverse attention for one clip: one map per sampled frame.
public struct AttentionMaps: Equatable, Sendable {
  /// Indices of the sampled frames among the stored ones.
  public let frames: [Int]
  /// Height and width of a map, in positions.
  public let side: Int
  /// `[frames, side, side]`; each map's sum is 1.
  public let values: [Float]

  /// - Parameter values: `[frames, side · side]`.
  public init(frames: [Int], side: Int, values: [Float]) {
    (self.frames, self.side, self.values) = (frames, side, values)
  }

  /// The mean of several models' maps for the same clip and frames; nil where there are none.
  public init?(meanOf maps: [AttentionMaps]) {
    guard let first = maps.first else { return nil }
    let sums = first.values.indices.map { index in maps.reduce(Double(0)) { $0 + Double($1.values[index]) } }
    self.init(frames: first.frames, side: first.side, values: sums.map { Float($0 / Double(maps.count)) })
  }

  /// The share that gets the full colour: the largest of all maps, but at least twice the share of uniform attention.
  var strongest: Float { max(values.max() ?? 0, 2 / Float(side * side)) }

  /// A map as opacity of the colour, `[size, size]`: 0 up to the share of uniform attention, 1 at `strongest`; smooth
  /// between the positions.
  func heat(_ frame: Int, size: Int) -> [Float] {
    let even = 1 / Float(side * side)
    let map = values[frame * side * side..<(frame + 1) * side * side].map { ($0 - even) / (strongest - even) }
    let parts = (0..<size).map { pixel in AttentionMaps.parts(of: pixel, size: size, side: side) }
    // Interpolated along the rows first, then along the columns.
    let wide = (0..<side).flatMap { row in
      parts.map { part in (0..<side).reduce(Float(0)) { $0 + part[$1] * map[row * side + $1] } }
    }
    return parts.flatMap { part in
      (0..<size).map { column in
        min(max((0..<side).reduce(Float(0)) { $0 + part[$1] * wide[$1 * size + column] }, 0), 1)
      }
    }
  }

  /// The weight of each position in a pixel along one axis, by the Catmull-Rom cubic through the positions' centres;
  /// beyond the edge the nearest position is repeated.
  private static func parts(of pixel: Int, size: Int, side: Int) -> [Float] {
    let centre = min(max((Float(pixel) + 0.5) * Float(side) / Float(size) - 0.5, 0), Float(side - 1))
    var parts = [Float](repeating: 0, count: side)
    for position in Int(centre) - 1...Int(centre) + 2 {
      let far = abs(centre - Float(position))
      let part = far < 1 ? (1.5 * far - 2.5) * far * far + 1 : ((2.5 - 0.5 * far) * far - 4) * far + 2
      parts[min(max(position, 0), side - 1)] += part
    }
    return parts
  }
}
