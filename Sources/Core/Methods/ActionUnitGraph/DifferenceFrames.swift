/// The frames of a clip from onset to offset, in grey, less its first frame.
struct DifferenceFrames: ClipFeatures, Equatable {
  /// Frames that a clip is interpolated to; the first one is not kept.
  var frames = 10
  /// Height and width that each difference is averaged to.
  var side = 32

  /// Number of differences.
  var steps: Int { frames - 1 }

  /// Grey levels that are 1.
  static let unit: Float = 16

  var key: String { "difference frames \(frames), side \(side), unit \(DifferenceFrames.unit)" }

  /// `[steps, side, side]`.
  var count: Int { steps * side * side }

  var cost: FeatureCost? { FeatureCost(perPixel: 82e-9, interpolates: true) }

  /// Differences in sixteen grey levels.
  func features(of clip: ClipFrames) -> [Float] {
    let greys = GreyVolume(clip, frames: frames).greyFrames
    return greys.dropFirst().flatMap { grey in
      let difference = zip(grey.values, greys[0].values).map { ($0 - $1) / DifferenceFrames.unit }
      return averaged([difference], height: grey.height, width: grey.width, to: side)
    }
  }
}
