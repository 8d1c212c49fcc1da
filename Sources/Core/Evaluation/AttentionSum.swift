/// Attention maps of clips, added up frame by frame in the clips' order.
public struct AttentionSum: Sendable {
  /// `[frames][places]`.
  private var sums: [[Double]] = []
  private var clips = 0

  public init() {}

  /// Adds maps M `[batch, frames, places]`; all that are added have the same frames and places.
  public mutating func add(_ maps: Tensor) {
    let (frames, places) = (maps.shape[1], maps.shape[2])
    if sums.isEmpty { sums = Array(repeating: Array(repeating: 0, count: places), count: frames) }
    for clip in 0..<maps.shape[0] {
      let map = maps.row(clip)
      for frame in 0..<frames {
        for place in 0..<places { sums[frame][place] += Double(map[frame * places + place]) }
      }
    }
    clips += maps.shape[0]
  }

  /// The mean map of each frame, `[frames][places]`; nil for no clips.
  public var mean: [[Float]]? {
    clips == 0 ? nil : sums.map { frame in frame.map { Float($0 / Double(clips)) } }
  }
}
