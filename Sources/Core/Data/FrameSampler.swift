/// Which frames of a clip the networks see; pure functions of the clip and a random stream.
public enum FrameSampler {
  /// The frames for evaluation: evenly spread from onset to offset, both included, each rounded to the nearest frame
  /// (halves up); the middle frame when there is one.
  ///
  /// - Parameter count: frames wanted, at least 1.
  /// - Returns: `count` ascending indices of stored frames; frames repeat where the clip has fewer.
  public static func evaluation(_ clip: Clip, count: Int) -> [Int] {
    let last = clip.offset - clip.onset
    guard count > 1 else { return [clip.onset + (last + 1) / 2] }
    return (0..<count).map { clip.onset + (2 * $0 * last + count - 1) / (2 * (count - 1)) }
  }

  /// The frames for training, from onset to offset: a run at a stride of about 80 ms (4 frames at 50 per second) from
  /// a random start where the clip is long enough, else random frames in order.
  ///
  /// - Parameters:
  ///   - count: frames wanted, at least 1.
  ///   - random: a stream of this clip and epoch alone.
  /// - Returns: `count` ascending indices of stored frames; they repeat only where the clip has fewer.
  public static func training(_ clip: Clip, count: Int, random: CounterRandom) -> [Int] {
    let length = clip.offset - clip.onset + 1
    // Longer strides than the clip are all alike; the bound keeps the product below from overflowing.
    let stride = Int(min(max(1, (4 * clip.fps / 50).rounded()), Double(length)))
    let span = (count - 1) * stride + 1
    if span <= length {
      let start = clip.onset + random.integer(below: length - span + 1, at: 0)
      return (0..<count).map { start + $0 * stride }
    }
    let chosen =
      length >= count
      ? Array(random.permutation(length).prefix(count))
      : (0..<count).map { random.integer(below: length, at: UInt64($0)) }
    return chosen.sorted().map { clip.onset + $0 }
  }
}
