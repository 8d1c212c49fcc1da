/// Main directional mean optical flow, MDMO (Liu, Zhang, Yan, Wang, Zhao, Fu, "A Main Directional Mean Optical Flow
/// Feature for Spontaneous Micro-Expression Recognition", IEEE Transactions on Affective Computing 7(4), 2016).
///
/// In each of 36 regions the flow vectors from the first frame to a later one are sorted into eight bins of 45° by
/// direction; the region's vector is the mean of the fullest bin. It is averaged over frames and converted to length
/// and angle.
///
/// Differences: the flow is Farnebäck's, not robust local optical flow; the mean vector of each field is subtracted
/// instead of an affine alignment by landmarks; vectors are averaged over frames, not lengths and angles.
public struct MainDirectionalMeanFlow: Equatable, ClipFeatures {
  public var flow = FarnebackFlow()
  /// Frames that a clip is interpolated to.
  public var frames = 10

  public init() {}

  /// Number of features per clip.
  public var count: Int { 2 * FaceRegions.count }

  public var cost: FeatureCost? { FeatureCost(perPixel: 1.08e-6, interpolates: true) }

  public var key: String { "mdmo \(self)" }

  public func features(of clip: ClipFrames) -> [Float] { features(of: fields(of: clip), FaceRegions(clip)) }

  /// The flow from a clip's first frame to each later one.
  func fields(of clip: ClipFrames) -> [FlowField] { flow.fromFirst(GreyVolume(clip, frames: frames).greyFrames) }

  /// 36 lengths divided by the longest, then 36 angles as fractions of a full turn, from right towards down, in [0, 1).
  ///
  /// - Parameters:
  ///   - fields: the flow from the first frame to each later one.
  ///   - regions: of the same size as the fields.
  func features(of fields: [FlowField], _ regions: FaceRegions) -> [Float] {
    var means = [SIMD2<Double>](repeating: .zero, count: FaceRegions.count)
    for frame in atoms(of: fields, regions) {
      for region in means.indices {
        means[region] += SIMD2(Double(frame[2 * region]), Double(frame[2 * region + 1])) / Double(fields.count)
      }
    }
    let lengths = means.map { ($0 * $0).sum().squareRoot() }
    let longest = lengths.max() ?? 0
    let angles = means.map { Float(fractionOfTurn(x: $0.x, y: $0.y)) }
    return lengths.map { Float(longest > 0 ? $0 / longest : 0) } + angles
  }

  /// The vectors of each frame before they are averaged, horizontal and vertical component per region: `[frames -
  /// 1][72]`.
  func atoms(of fields: [FlowField], _ regions: FaceRegions) -> [[Float]] {
    let atoms = Tensor([fields.count, count], filledWith: 0)
    Parallel.forEach(fields.count) { index in
      let values = mainVectors(fields[index].withoutMeanMotion(), regions)
      for (position, value) in values.enumerated() { atoms.row(index)[position] = value }
    }
    return atoms.rows
  }

  private func mainVectors(_ field: FlowField, _ regions: FaceRegions) -> [Float] {
    precondition(field.height == regions.height && field.width == regions.width, "regions of the field's size")
    // The last row is for pixels without a region.
    var counts = [Int](repeating: 0, count: (FaceRegions.count + 1) * 8)
    var sums = [SIMD2<Double>](repeating: .zero, count: (FaceRegions.count + 1) * 8)
    for position in regions.labels.indices {
      let (right, down) = (field.horizontal[position], field.vertical[position])
      let bin = Int(regions.labels[position]) * 8 + eighth(x: right, y: down)
      counts[bin] += 1
      sums[bin] += SIMD2(Double(right), Double(down))
    }
    return (0..<FaceRegions.count).flatMap { region -> [Float] in
      var fullest = region * 8
      for bin in fullest..<fullest + 8 where counts[bin] > counts[fullest] { fullest = bin }
      let mean = sums[fullest] / Double(max(1, counts[fullest]))
      return [Float(mean.x), Float(mean.y)]
    }
  }
}

/// MDMO with a polynomial support vector machine, as in its paper.
let mainDirectionalMethod: FeatureMethod<MainDirectionalMeanFlow> = {
  let features = MainDirectionalMeanFlow()
  return FeatureMethod(
    MethodDescription(
      name: "mdmo", title: "MDMO",
      paper: "Liu, Y.-J. et al. 2016. A main directional mean optical flow feature for spontaneous micro-expression "
        + "recognition. IEEE Transactions on Affective Computing 7(4):299–310",
      settings: MainDirectionalMeanFlow.described(features),
      changes: MainDirectionalMeanFlow.changes + [
        "Vectors are averaged over frames before they become lengths and angles.",
        "The polynomial's degree, scale and offset, and C, are fixed; the paper does not give all of them.",
      ], landmarks: .followed),
    features: features, machine: .polynomial, perPair: 1.6e-7)
}()

extension MainDirectionalMeanFlow {
  static func described(_ features: MainDirectionalMeanFlow) -> [MethodDescription.Setting] {
    [
      MethodDescription.Setting("frames", "\(features.frames), onset to offset, temporal interpolation model"),
      MethodDescription.Setting("flow", FarnebackFlow.described),
      MethodDescription.Setting(
        "regions", "36: around `datasets[].landmarks` where given, otherwise a fixed 6 × 6 grid"),
    ]
  }

  static let changes = [
    "The flow is Farnebäck's, not the paper's robust local one.",
    "Without landmarks the regions are a fixed 6 × 6 grid; with them, the pixels nearest to 36 centres, not polygons.",
    "The mean vector of each field is subtracted instead of an affine alignment by landmarks.",
  ]
}

extension SupportVectorMachine.Settings {
  /// The settings of MDMO and Sparse MDMO.
  static var polynomial: SupportVectorMachine.Settings {
    var settings = SupportVectorMachine.Settings()
    settings.kernel = .polynomial(degree: 3, scale: 1.0 / 8, offset: 1)
    settings.cost = 10
    return settings
  }
}
