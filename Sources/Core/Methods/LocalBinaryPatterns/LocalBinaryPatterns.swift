/// Local binary patterns on three orthogonal planes (Zhao and Pietikäinen 2007): for each block of the face, a
/// histogram of uniform patterns in each of the planes XY, XT and YT.
public struct LocalBinaryPatterns: ClipFeatures, Equatable {
  /// Frames that a clip is interpolated to.
  public var frames = 10
  /// Blocks along the height and along the width.
  public var blocks = 5
  /// Radii along the width, the height and time.
  public var radii = (x: 1, y: 1, t: 4)

  public init() {}

  public static func == (one: LocalBinaryPatterns, other: LocalBinaryPatterns) -> Bool { one.key == other.key }

  public var key: String { "lbp-top \(frames) frames, \(blocks) blocks, radii \(radii)" }

  /// Number of features: `[block row, block column, plane, bin]`.
  public var count: Int { blocks * blocks * 3 * UniformPatterns.bins }

  public func features(of clip: ClipFrames) -> [Float] { features(of: GreyVolume(clip, frames: frames)) }

  /// The histograms, over pixels whose neighbours in all three planes are inside the clip. Each sums to 1, or is 0
  /// where a block has no such pixel.
  func features(of volume: GreyVolume) -> [Float] {
    let (height, width, frame) = (volume.height, volume.width, volume.height * volume.width)
    let planes = [
      PatternPlane(first: 1, second: width, firstRadius: radii.x, secondRadius: radii.y),
      PatternPlane(first: 1, second: frame, firstRadius: radii.x, secondRadius: radii.t),
      PatternPlane(first: width, second: frame, firstRadius: radii.y, secondRadius: radii.t),
    ]
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
    // Codes are written in whole vectors.
    var codes = [Int32](repeating: 0, count: xs.count + 15)
    volume.levels.withUnsafeBufferPointer { levels in
      codes.withUnsafeMutableBufferPointer { codes in
        counts.withUnsafeMutableBufferPointer { counts in
          for (index, plane) in planes.enumerated() {
            for t in ts {
              for y in ys {
                plane.write(
                  codes.baseAddress!, of: levels.baseAddress! + t * frame + y * width + xs.lowerBound, count: xs.count)
                let first = counts.baseAddress! + (y * blocks / height * blocks * 3 + index) * UniformPatterns.bins
                for (column, pixels) in columns.enumerated() {
                  UniformPatterns.count(codes.baseAddress!, pixels, into: first + column * 3 * UniformPatterns.bins)
                }
              }
            }
          }
        }
      }
    }
    return normalised(counts)
  }

  /// Histograms divided by their sums.
  private func normalised(_ counts: [Int32]) -> [Float] {
    [Float](unsafeUninitializedCapacity: counts.count) { features, initialized in
      counts.withUnsafeBufferPointer { counts in
        for start in stride(from: 0, to: counts.count, by: UniformPatterns.bins) {
          var sum: Int32 = 0
          for bin in start..<start + UniformPatterns.bins { sum &+= counts[bin] }
          let total = Float(max(1, sum))
          for bin in start..<start + UniformPatterns.bins {
            features.initializeElement(at: bin, to: Float(counts[bin]) / total)
          }
        }
      }
      initialized = counts.count
    }
  }
}

/// LBP-TOP with a linear support vector machine, as in the baseline of CASME II.
let localBinaryPatternsMethod: FeatureMethod<LocalBinaryPatterns> = {
  let features = LocalBinaryPatterns()
  var machine = SupportVectorMachine.Settings()
  machine.cost = 100
  return FeatureMethod(
    MethodDescription(
      name: "lbp-top", title: "LBP-TOP",
      paper: "Zhao, G. and Pietikäinen, M. 2007. Dynamic texture recognition using local binary patterns. IEEE TPAMI "
        + "29(6):915–928; settings of Yan, W.-J. et al. 2014. CASME II. PLoS ONE 9(1):e86041",
      settings: [
        MethodDescription.Setting("frames", "\(features.frames), onset to offset, temporal interpolation model"),
        MethodDescription.Setting("blocks", "\(features.blocks) × \(features.blocks)"),
        MethodDescription.Setting("radii", "x \(features.radii.x), y \(features.radii.y), t \(features.radii.t)"),
        MethodDescription.Setting("patterns", "8 neighbours, uniform, \(UniformPatterns.bins) bins per plane"),
      ],
      changes: [
        "Faces are used as they are in the clip store, without the baseline's registration.",
        "Neighbours between pixels are interpolated bilinearly at positions rounded to 1/256 pixel.",
        "Clips are interpolated to \(features.frames) frames, in closed form, and rounded to whole grey levels.",
        "C is fixed and large, so that the training clips are separated; it is not searched for.",
      ]),
    features: features, machine: machine)
}()
