/// Fuzzy histogram of optical flow orientations, FHOFO (Happy and Routray, "Fuzzy Histogram of Optical Flow
/// Orientations for Micro-Expression Recognition", IEEE Transactions on Affective Computing 10(3), 2019, online 2017).
///
/// In each block of each frame, the directions of all vectors that are not 0 are counted in fine bins, whatever their
/// lengths. Every fine bin then belongs to every coarse one to a degree, exp(-d² / 2σ²) for the distance d of their
/// centres around the circle; the coarse histogram is the sum of the counts times these degrees, divided by its sum.
struct FuzzyOrientations: Equatable, ClipFeatures {
  var flow = FarnebackFlow()
  /// Frames that a clip is interpolated to.
  var frames = 10
  /// Blocks along the height and along the width.
  var blocks = 5
  /// Bins in which directions are counted.
  var fineBins = 50
  /// Bins of the histogram.
  var bins = 18
  /// σ of the membership, fine bins.
  var deviation = 10.0

  var key: String { "fhofo \(self)" }

  /// Number of features: `[frame, block row, block column, bin]`, one frame less than the clip has.
  var count: Int { (frames - 1) * blocks * blocks * bins }

  var cost: FeatureCost? { FeatureCost(perPixel: 1.46e-6, interpolates: true) }

  func features(of clip: ClipFrames) -> [Float] {
    features(of: flow.throughout(GreyVolume(clip, frames: frames).greyFrames))
  }

  /// The histograms of the flow from each frame to the next, minus its mean vector. Each sums to 1, or is 0 where no
  /// vector of the block has a direction.
  func features(of fields: [FlowField]) -> [Float] {
    let membership = membership
    return fields.flatMap { field in
      fineCounts(field.withoutMeanMotion()).flatMap { counts -> [Float] in
        let sums = membership.map { dot($0, counts) }
        let total = sums.reduce(0, +)
        return sums.map { Float(total > 0 ? $0 / total : 0) }
      }
    }
  }

  /// To what degree each fine bin belongs to each coarse one, `[bins][fineBins]`.
  var membership: [[Double]] {
    (0..<bins).map { bin in
      let centre = (Double(bin) + 0.5) * Double(fineBins) / Double(bins) - 0.5
      return (0..<fineBins).map { fine in
        let apart = abs(Double(fine) - centre)
        let distance = min(apart, Double(fineBins) - apart)
        return exponential(-distance * distance / (2 * deviation * deviation))
      }
    }
  }

  /// How many vectors of each block point in each direction, `[blocks · blocks][fineBins]`.
  private func fineCounts(_ field: FlowField) -> [[Double]] {
    var counts = [[Double]](repeating: [Double](repeating: 0, count: fineBins), count: blocks * blocks)
    for position in field.horizontal.indices {
      let (right, down) = (Double(field.horizontal[position]), Double(field.vertical[position]))
      guard right != 0 || down != 0 else { continue }
      let (row, column) = position.quotientAndRemainder(dividingBy: field.width)
      let block = row * blocks / field.height * blocks + column * blocks / field.width
      counts[block][Int(fractionOfTurn(x: right, y: down) * Double(fineBins))] += 1
    }
    return counts
  }
}

/// FHOFO with a linear support vector machine.
let fuzzyOrientationsMethod: FeatureMethod<FuzzyOrientations> = {
  let features = FuzzyOrientations()
  return FeatureMethod(
    MethodDescription(
      name: "fhofo", title: "FHOFO",
      paper: "Happy, S. L. and Routray, A. 2019. Fuzzy histogram of optical flow orientations for micro-expression "
        + "recognition. IEEE Transactions on Affective Computing 10(3):394–406",
      settings: [
        MethodDescription.Setting("frames", "\(features.frames), onset to offset, temporal interpolation model"),
        MethodDescription.Setting("flow", FarnebackFlow.described),
        MethodDescription.Setting("blocks", "\(features.blocks) × \(features.blocks)"),
        MethodDescription.Setting(
          "directions", "\(features.fineBins) fine bins, \(features.bins) bins, lengths ignored"),
        MethodDescription.Setting("membership", "Gaussian, standard deviation \(features.deviation) fine bins"),
      ],
      changes: [
        "The flow is Farnebäck's.",
        "The mean vector of each field is subtracted; faces are not aligned by landmarks.",
        "Blocks are those of LBP-TOP; the histograms of all blocks and frames are the features, none is selected.",
        "Bins and membership are those of a public program under the paper's names, with centres evenly spread around "
          + "the circle; they were not compared with the paper.",
        LocalBinaryPatterns.changedCost,
      ]),
    features: features, machine: .ofHistograms, perPair: 7.4e-7)
}()
