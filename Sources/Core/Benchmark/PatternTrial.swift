/// Local binary patterns of generated clips, for measurements.
public struct PatternTrial {
  private let patterns = LocalBinaryPatterns()
  private let volumes: [GreyVolume]

  /// - Parameters:
  ///   - clips: number of clips, each with as many frames as patterns need.
  ///   - size: height and width, pixels.
  public init(clips: Int, size: Int) {
    let (frames, positions) = (patterns.frames, size * size)
    volumes = (0..<clips).map { clip in
      GreyVolume(
        frames: frames, height: size, width: size,
        levels: (0..<frames * positions).map { position in
          PatternTrial.level(UInt32(truncatingIfNeeded: clip * frames * positions + position))
        })
    }
  }

  /// Features per clip.
  public var count: Int { patterns.count }

  /// Frames per clip.
  public var frames: Int { patterns.frames }

  /// The features of all clips, `[clips, count]`; the clips are distributed over the threads.
  public func features() -> Tensor {
    let features = Tensor([volumes.count, patterns.count])
    Parallel.forEach(volumes.count) { clip in
      features.row(clip).update(from: patterns.features(of: volumes[clip]), count: patterns.count)
    }
    return features
  }

  /// The grey level of a pixel, a hash of its index in whole numbers, so that other programs can compute the same.
  private static func level(_ index: UInt32) -> Float {
    var hash = index &* 2_654_435_761
    hash = (hash ^ (hash >> 15)) &* 2_246_822_519
    return Float((hash ^ (hash >> 13)) & 255)
  }
}
