/// Where MENet's diverse attention looks: a map for each frame that it was shown.
public struct AttentionMaps: Equatable, Sendable {
  /// Indices of the stored frames.
  public let frames: [Int]
  /// Height and width of a map, places.
  public let side: Int
  /// `[frames, side, side]`; each map's sum is 1.
  public let values: [Float]

  /// - Parameter values: `[frames, side · side]`.
  public init(frames: [Int], side: Int, values: [Float]) {
    (self.frames, self.side, self.values) = (frames, side, values)
  }

  /// What counts as full heat: the share of the strongest place of all maps, at least twice that of an even spread.
  var strongest: Float { max(values.max() ?? 0, 2 / Float(side * side)) }

  /// A map as heat, `[size, size]`: 0 up to the share of an even spread, 1 at `strongest`; smooth between the places.
  func heat(_ frame: Int, size: Int) -> [Float] {
    let even = 1 / Float(side * side)
    let map = values[frame * side * side..<(frame + 1) * side * side].map { ($0 - even) / (strongest - even) }
    // The centre of a pixel between the centres of the places around it; at the edge the nearest place counts.
    let steps = (0..<size).map { pixel -> (low: Int, high: Int, share: Float) in
      let place = min(max((Float(pixel) + 0.5) * Float(side) / Float(size) - 0.5, 0), Float(side - 1))
      let low = Int(place)
      let rest = place - Float(low)
      // Level at the places, so that no edge is seen there.
      return (low, min(low + 1, side - 1), rest * rest * (3 - 2 * rest))
    }
    return steps.flatMap { y in
      steps.map { x in
        let upper = map[y.low * side + x.low] * (1 - x.share) + map[y.low * side + x.high] * x.share
        let lower = map[y.high * side + x.low] * (1 - x.share) + map[y.high * side + x.high] * x.share
        return min(max(upper * (1 - y.share) + lower * y.share, 0), 1)
      }
    }
  }
}
