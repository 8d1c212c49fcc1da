/// How similar the attention maps of a clip's frames are: the mean over pairs of frames, by two measures that can
/// disagree.
public struct AttentionSimilarity: Codable, Equatable, Sendable {
  /// M_k · M_l, the similarity of Eq. 2, which the divergence loss decreases: 1 / P for uniform maps over P positions,
  /// 1 if all attend to a single position.
  public var product: Double
  /// The shared mass, sum over positions of min(M_k, M_l): 1 for equal maps, uniform or not, 0 if no two frames attend
  /// to the same position.
  public var overlap: Double

  public init(product: Double, overlap: Double) {
    self.product = product
    self.overlap = overlap
  }

  /// The similarity of each clip, from maps M `[batch, frames, positions]` that each sum to 1; empty for clips of a
  /// single frame.
  public static func ofClips(_ maps: Tensor) -> [AttentionSimilarity] {
    guard maps.shape[1] > 1 else { return [] }
    return (0..<maps.shape[0]).map { clip in
      AttentionSimilarity(
        product: meanOverPairs(maps, clip) { Double($0) * Double($1) },
        overlap: meanOverPairs(maps, clip) { Double(min($0, $1)) })
    }
  }

  /// The mean over clips; nil for no clips.
  public static func mean(_ all: [AttentionSimilarity]) -> AttentionSimilarity? {
    guard !all.isEmpty else { return nil }
    return AttentionSimilarity(
      product: all.reduce(0) { $0 + $1.product } / Double(all.count),
      overlap: all.reduce(0) { $0 + $1.overlap } / Double(all.count))
  }

  private static func meanOverPairs(_ maps: Tensor, _ clip: Int, _ measure: (Float, Float) -> Double) -> Double {
    let (frames, positions) = (maps.shape[1], maps.shape[2])
    let map = maps.row(clip)
    var sum = 0.0
    for k in 1..<frames {
      for l in 0..<k {
        for position in 0..<positions { sum += measure(map[k * positions + position], map[l * positions + position]) }
      }
    }
    return sum / Double(frames * (frames - 1) / 2)
  }
}
