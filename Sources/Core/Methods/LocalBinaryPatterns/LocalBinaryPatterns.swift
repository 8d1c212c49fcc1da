/// Histograms of local binary patterns around each pixel of a clip, one per block of the face and pattern.
public struct LocalBinaryPatterns: ClipFeatures, Equatable {
  /// Which neighbours of a pixel its patterns are made of.
  public enum Neighbours: String, Sendable {
    /// Eight in each of the planes XY, XT and YT (Zhao and Pietikäinen 2007).
    case threePlanes = "lbp-top"
    /// Those on the three lines in which the planes meet (Wang et al. 2014).
    case sixPoints = "lbp-sip"
  }

  public var neighbours: Neighbours
  /// Frames that a clip is interpolated to.
  public var frames = 10
  /// Blocks along the height and along the width.
  public var blocks = 5
  /// Radii along the width, the height and time.
  public var radii = (x: 1, y: 1, t: 4)

  public init(_ neighbours: Neighbours = .threePlanes) { self.neighbours = neighbours }

  public static func == (one: LocalBinaryPatterns, other: LocalBinaryPatterns) -> Bool { one.key == other.key }

  public var key: String { "\(neighbours.rawValue) \(frames) frames, \(blocks) blocks, radii \(radii)" }

  /// Number of bins of each pattern.
  var bins: [Int] {
    switch neighbours {
    case .threePlanes: [Int](repeating: UniformPatterns.bins, count: 3)
    case .sixPoints: IntersectionPoints.bins
    }
  }

  /// Number of features of a block, `[pattern, bin]`.
  var countPerBlock: Int { bins.reduce(0, +) }

  /// Number of features: `[block row, block column, pattern, bin]`.
  public var count: Int { blocks * blocks * countPerBlock }

  public var cost: FeatureCost? {
    FeatureCost(perPixel: neighbours == .threePlanes ? 58e-9 : 47e-9, interpolates: true)
  }

  public func features(of clip: ClipFrames) -> [Float] { features(of: GreyVolume(clip, frames: frames)) }

  /// The histograms, over pixels whose neighbours in all patterns are inside the clip. Each sums to 1, or is 0 where a
  /// block has no such pixel.
  func features(of volume: GreyVolume) -> [Float] {
    let (width, frame) = (volume.width, volume.height * volume.width)
    switch neighbours {
    case .threePlanes:
      return histograms(
        of: volume,
        [
          PatternPlane(first: 1, second: width, firstRadius: radii.x, secondRadius: radii.y),
          PatternPlane(first: 1, second: frame, firstRadius: radii.x, secondRadius: radii.t),
          PatternPlane(first: width, second: frame, firstRadius: radii.y, secondRadius: radii.t),
        ])
    case .sixPoints:
      return histograms(
        of: volume, IntersectionPoints.patterns(x: radii.x, y: radii.y * width, t: radii.t * frame))
    }
  }

  private func histograms<Pattern: PixelPattern>(of volume: GreyVolume, _ patterns: [Pattern]) -> [Float] {
    let (height, width, frame) = (volume.height, volume.width, volume.height * volume.width)
    var counts = [Int32](repeating: 0, count: count)
    guard width > 2 * radii.x, height > 2 * radii.y, volume.frames > 2 * radii.t else {
      return counts.map(Float.init)
    }
    let (xs, ys, ts) = (radii.x..<width - radii.x, radii.y..<height - radii.y, radii.t..<volume.frames - radii.t)
    // For each block column, its range of the inner pixels.
    let columns = (0..<blocks).map { column in
      let ends = [column, column + 1].map { min(max(($0 * width + blocks - 1) / blocks, xs.lowerBound), xs.upperBound) }
      return ends[0] - xs.lowerBound..<ends[1] - xs.lowerBound
    }
    let countPerBlock = countPerBlock
    // Codes are written in whole vectors.
    var codes = [Int32](repeating: 0, count: xs.count + 15)
    volume.levels.withUnsafeBufferPointer { levels in
      codes.withUnsafeMutableBufferPointer { codes in
        counts.withUnsafeMutableBufferPointer { counts in
          var start = 0
          for pattern in patterns {
            for t in ts {
              for y in ys {
                pattern.write(
                  codes.baseAddress!, of: levels.baseAddress! + t * frame + y * width + xs.lowerBound, count: xs.count)
                let first = counts.baseAddress! + y * blocks / height * blocks * countPerBlock + start
                for (column, pixels) in columns.enumerated() {
                  pattern.count(codes.baseAddress!, pixels, into: first + column * countPerBlock)
                }
              }
            }
            start += pattern.bins
          }
        }
      }
    }
    return normalised(counts)
  }

  /// Histograms divided by their sums.
  private func normalised(_ counts: [Int32]) -> [Float] {
    let bins = bins
    return [Float](unsafeUninitializedCapacity: counts.count) { features, initialized in
      counts.withUnsafeBufferPointer { counts in
        var (start, pattern) = (0, 0)
        while start < counts.count {
          let histogram = start..<start + bins[pattern]
          var sum: Int32 = 0
          for bin in histogram { sum &+= counts[bin] }
          let total = Float(max(1, sum))
          for bin in histogram { features.initializeElement(at: bin, to: Float(counts[bin]) / total) }
          (start, pattern) = (histogram.upperBound, (pattern + 1) % bins.count)
        }
      }
      initialized = counts.count
    }
  }
}

/// LBP-TOP with a linear support vector machine, as in the baseline of CASME II.
let localBinaryPatternsMethod: FeatureMethod<LocalBinaryPatterns> = {
  let features = LocalBinaryPatterns()
  return FeatureMethod(
    MethodDescription(
      name: "lbp-top", title: "LBP-TOP",
      paper: "Zhao, G. and Pietikäinen, M. 2007. Dynamic texture recognition using local binary patterns. IEEE TPAMI "
        + "29(6):915–928; settings of Yan, W.-J. et al. 2014. CASME II. PLoS ONE 9(1):e86041",
      settings: features.described,
      changes: [
        "Faces are used as they are in the clip store, without the baseline's registration.",
        LocalBinaryPatterns.changedPositions, features.changedFrames, LocalBinaryPatterns.changedCost,
      ]),
    features: features, machine: .ofHistograms, perPair: 6.6e-7)
}()

extension LocalBinaryPatterns {
  /// The settings, for `MethodDescription.settings`.
  var described: [MethodDescription.Setting] {
    let patterns =
      switch neighbours {
      case .threePlanes: "8 neighbours, uniform, \(UniformPatterns.bins) bins per plane"
      case .sixPoints:
        "4 neighbours along x and y, \(bins[0]) bins; 2 along time, \(bins[1]) bins; not only uniform ones"
      }
    return [
      MethodDescription.Setting("frames", "\(frames), onset to offset, temporal interpolation model"),
      MethodDescription.Setting("blocks", "\(blocks) × \(blocks)"),
      MethodDescription.Setting("radii", "x \(radii.x), y \(radii.y), t \(radii.t)"),
      MethodDescription.Setting("patterns", patterns),
    ]
  }

  /// Changes that methods of these patterns share.
  static let changedPositions =
    "Neighbours between pixels are interpolated bilinearly at positions rounded to 1/256 pixel."
  static let changedCost = "C is fixed and large, so that the training clips are separated; it is not searched for."
  var changedFrames: String {
    "Clips are interpolated to \(frames) frames, in closed form, and rounded to whole grey levels."
  }
}

extension SupportVectorMachine.Settings {
  /// The settings of methods whose features are histograms that sum to 1.
  static var ofHistograms: SupportVectorMachine.Settings {
    var settings = SupportVectorMachine.Settings()
    settings.cost = 100
    return settings
  }
}
