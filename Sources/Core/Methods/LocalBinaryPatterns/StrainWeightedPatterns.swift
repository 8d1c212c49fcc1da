/// LBP-TOP weighted by optical strain (Liong et al. 2014): where the face is deformed more, its patterns count more.
///
/// A block's weight is the mean magnitude of the optical strain in it, over its pixels and over the flow from each
/// frame to the next, divided by the largest such mean of the clip. Its XY histogram is multiplied by it; those of XT
/// and YT, which hold time, stay as they are.
struct StrainWeightedPatterns: ClipFeatures, Equatable {
  var patterns = LocalBinaryPatterns()
  var flow = FarnebackFlow()

  var key: String { "osw \(patterns.key), \(flow)" }

  /// As many as LBP-TOP has, in the same order.
  var count: Int { patterns.count }

  var cost: FeatureCost? { FeatureCost(perPixel: 1.25e-6, interpolates: true) }

  func features(of clip: ClipFrames) -> [Float] {
    let volume = GreyVolume(clip, frames: patterns.frames)
    return weighted(patterns.features(of: volume), flow.throughout(volume.greyFrames))
  }

  /// Histograms whose first pattern is multiplied by the block's weight.
  ///
  /// - Parameters:
  ///   - histograms: of LBP-TOP.
  ///   - fields: the flow from each frame to the next.
  func weighted(_ histograms: [Float], _ fields: [FlowField]) -> [Float] {
    var features = histograms
    for (block, weight) in weights(fields).enumerated() {
      let start = block * patterns.countPerBlock
      for bin in start..<start + patterns.bins[0] { features[bin] *= weight }
    }
    return features
  }

  /// The weights of the blocks, 0 … 1, `[block row, block column]`; zeros where nothing is deformed, and for a block
  /// without pixels.
  func weights(_ fields: [FlowField]) -> [Float] {
    let blocks = patterns.blocks
    var sums = [Double](repeating: 0, count: blocks * blocks)
    var counts = sums
    for field in fields {
      for (position, strain) in field.strain.enumerated() {
        let (row, column) = position.quotientAndRemainder(dividingBy: field.width)
        let block = row * blocks / field.height * blocks + column * blocks / field.width
        sums[block] += Double(strain)
        counts[block] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / max(1, $1) }
    let largest = means.max() ?? 0
    return means.map { Float(largest > 0 ? $0 / largest : 0) }
  }
}

/// LBP-TOP weighted by strain, with the settings of LBP-TOP.
let strainWeightedMethod: FeatureMethod<StrainWeightedPatterns> = {
  let features = StrainWeightedPatterns()
  return FeatureMethod(
    MethodDescription(
      name: "osw-lbp-top", title: "OSW-LBP-TOP",
      paper: "Liong, S.-T. et al. 2014. Subtle expression recognition using optical strain weighted features. ACCV "
        + "2014 Workshops, LNCS 9009:644–657",
      settings: features.patterns.described + [
        MethodDescription.Setting("flow", FarnebackFlow.described),
        MethodDescription.Setting(
          "weights", "mean strain magnitude of a block, largest 1, on the histograms of the plane XY"),
      ],
      changes: [
        "The flow is Farnebäck's.",
        "Strain magnitudes are pooled as they are; small and large ones are not removed as noise.",
        "The mean over pixels and frames is divided by the largest of the clip; our reading of the normalisation.",
        LocalBinaryPatterns.changedPositions, features.patterns.changedFrames, LocalBinaryPatterns.changedCost,
      ]),
    features: features, machine: .ofHistograms, perPair: 7.2e-7)
}()
