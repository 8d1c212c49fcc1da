/// Local binary patterns of drawn clips, for measurements.
public struct PatternTrial {
  private let patterns = LocalBinaryPatterns()
  private let volumes: [GreyVolume]

  /// - Parameters:
  ///   - clips: how many, each of as many frames as patterns are taken from.
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

  /// Numbers of a clip.
  public var count: Int { patterns.count }

  /// Frames of a clip.
  public var frames: Int { patterns.frames }

  /// The features of all clips, `[clips, count]`, the threads spread over clips.
  public func features() -> Tensor {
    let features = Tensor([volumes.count, patterns.count])
    Parallel.forEach(volumes.count) { clip in
      features.row(clip).update(from: patterns.features(of: volumes[clip]), count: patterns.count)
    }
    return features
  }

  /// The grey level of a pixel by its number among all: mixed well, in whole numbers that any program has alike.
  private static func level(_ index: UInt32) -> Float {
    var hash = index &* 2_654_435_761
    hash = (hash ^ (hash >> 15)) &* 2_246_822_519
    return Float((hash ^ (hash >> 13)) & 255)
  }
}
