/// What a method does beside counted steps, in seconds of one core: they were measured with the release program on one
/// thread (two cores with AVX-512); docs/performance.md compares them with real sweeps.
public struct MeasuredCost: Equatable, Sendable {
  /// The features of one clip, which are computed once for all folds and kept on disk.
  public struct Features: Equatable, Sendable {
    /// That of `ClipFeatures`.
    public var key: String
    /// Numbers of one clip.
    public var count: Int
    public var cost: FeatureCost

    /// Seconds of one core for one clip.
    func seconds(_ size: ClipSize) -> Double { cost.seconds(size) + FeatureCost.perNumber * Double(count) }
  }

  /// Nil for a method that computes none.
  public var features: Features?
  /// The fit, for one training clip.
  public var perTrainingClip = 0.0
  /// The same, of a part that only one core does.
  public var perTrainingClipOfOneCore = 0.0
  /// The fit and the predictions, for one pair of a training clip and any clip: a kernel's matrices and the solver.
  public var perPair = 0.0
  /// Predicting one test clip.
  public var perTestClip = 0.0

  /// Seconds of a rank without those for features.
  func seconds(_ clips: MethodCost.ClipCounts, cores: Int) -> Double {
    let (training, test) = (Double(clips.training), Double(clips.test))
    let shared = training * perTrainingClip + test * perTestClip + training * (training + test) * perPair
    return shared / Double(cores) + training * perTrainingClipOfOneCore
  }
}

extension MeasuredCost {
  /// Nil where their time was not measured.
  init?(_ features: some ClipFeatures) {
    guard let cost = features.cost else { return nil }
    self.features = Features(key: features.key, count: features.count, cost: cost)
  }
}

/// Seconds of one core for the features of one clip, measured.
public struct FeatureCost: Equatable, Sendable {
  /// For a clip of any size, and for one pixel of a frame.
  var perClip = 0.0, perPixel = 0.0
  /// Whether the clip is interpolated to a fixed number of frames: that depends on how many are stored.
  var interpolates = false

  /// Interpolating a clip: for one pixel of one stored frame, what is added where they are more than fit the
  /// second-level cache, and the weights, for one pair of stored frames.
  private static let (perStoredPixel, perLargePixel, perStoredPair) = (1.65e-9, 3.7e-9, 3.4e-7)
  private static let pixelsInCache = 1e6
  /// Writing one feature to disk, with its digest.
  fileprivate static let perNumber = 30e-9

  /// Seconds of one clip, without writing its features.
  func seconds(_ size: ClipSize) -> Double {
    let stored = size.pixels * size.frames
    let interpolation =
      FeatureCost.perStoredPixel * stored + FeatureCost.perLargePixel * max(0, stored - FeatureCost.pixelsInCache)
      + FeatureCost.perStoredPair * size.frames * size.frames
    return perClip + perPixel * size.pixels + (interpolates ? interpolation : 0)
  }
}

/// The mean clip of a store.
public struct ClipSize: Codable, Equatable, Sendable {
  /// Of one frame, and of stored frames from onset to offset; those of an import as usual, 256 × 256 and CASME II's
  /// median, where no clip is known.
  public private(set) var pixels = 65536.0, frames = 61.0

  public init() {}

  /// - Parameter clips: of a store, perhaps none.
  public init(_ clips: [Clip]) {
    guard !clips.isEmpty else { return }
    let count = Double(clips.count)
    pixels = clips.reduce(0) { $0 + Double($1.height * $1.width) } / count
    frames = clips.reduce(0) { $0 + Double($1.offset - $1.onset + 1) } / count
  }
}
