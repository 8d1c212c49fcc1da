/// Chooses the frames of a clip for the networks, by pure functions of the clip and a random stream.
public enum FrameSampler {
  /// The frames for evaluation: evenly spaced from onset to offset, both included, each rounded to the nearest frame
  /// (halves up); if `count` is 1, the middle frame.
  ///
  /// - Parameter count: number of frames, at least 1.
  /// - Returns: `count` ascending indices of stored frames; frames repeat if the clip has fewer.
  public static func evaluation(_ clip: Clip, count: Int) -> [Int] {
    let last = clip.offset - clip.onset
    guard count > 1 else { return [clip.onset + (last + 1) / 2] }
    return (0..<count).map { clip.onset + (2 * $0 * last + count - 1) / (2 * (count - 1)) }
  }

  /// The frames for training, from onset to offset: frames at a stride of about 80 ms (4 frames at 50 per second) from
  /// a random start if the clip is long enough, otherwise random frames in order.
  ///
  /// - Parameters:
  ///   - count: number of frames, at least 1.
  ///   - random: the stream of this clip and epoch.
  /// - Returns: `count` ascending indices of stored frames; they repeat only if the clip has fewer.
  public static func training(_ clip: Clip, count: Int, random: CounterRandom) -> [Int] {
    let length = clip.offset - clip.onset + 1
    // All strides longer than the clip have the same effect; the limit prevents an overflow in the product below.
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

  /// The frames for training, spread over the motion: evenly from onset to offset, after both ends of this window are
  /// cut by a random 0 to 15 % of it, each position moved by up to ±0.35 of a step, sorted, and rounded to the nearest
  /// frame (halves up). No frame is before the onset or after the offset. If `count` is 1, the middle of the window.
  ///
  /// - Parameters:
  ///   - count: number of frames, at least 1.
  ///   - random: the stream of this clip and epoch.
  /// - Returns: `count` ascending indices of stored frames, which may repeat.
  public static func spread(_ clip: Clip, count: Int, random: CounterRandom) -> [Int] {
    let length = Double(clip.offset - clip.onset)
    let (first, last) = (0.15 * random.uniform(at: 0) * length, length - 0.15 * random.uniform(at: 1) * length)
    guard count > 1 else { return [clip.onset + Int(((first + last) / 2 + 0.5).rounded(.down))] }
    let step = (last - first) / Double(count - 1)
    let positions = (0..<count).map { index in
      first + step * (Double(index) + 0.35 * (2 * random.uniform(at: UInt64(2 + index)) - 1))
    }
    return positions.sorted().map { clip.onset + Int((min(max($0, 0), length) + 0.5).rounded(.down)) }
  }
}
