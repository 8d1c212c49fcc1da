/// The sum of clips' attention maps, added frame by frame in the order of the clips.
public struct AttentionSum: Sendable {
  /// `[frames][positions]`.
  private var sums: [[Double]] = []
  private var clips = 0

  public init() {}

  /// Adds maps M `[batch, frames, positions]`; every call has the same numbers of frames and positions.
  public mutating func add(_ maps: Tensor) {
    let (frames, positions) = (maps.shape[1], maps.shape[2])
    if sums.isEmpty { sums = Array(repeating: Array(repeating: 0, count: positions), count: frames) }
    for clip in 0..<maps.shape[0] {
      let map = maps.row(clip)
      for frame in 0..<frames {
        for position in 0..<positions { sums[frame][position] += Double(map[frame * positions + position]) }
      }
    }
    clips += maps.shape[0]
  }

  /// The mean map of each frame, `[frames][positions]`; nil for no clips.
  public var mean: [[Float]]? {
    clips == 0 ? nil : sums.map { frame in frame.map { Float($0 / Double(clips)) } }
  }
}
