/// Main directional mean optical flow, MDMO (Liu, Zhang, Yan, Wang, Zhao, Fu, "A Main Directional Mean Optical Flow
/// Feature for Spontaneous Micro-Expression Recognition", IEEE Transactions on Affective Computing 7(4), 2016).
///
/// In each of 36 regions the flow vectors from the first frame to a later one fall into eight bins of 45° by direction;
/// the region's vector is the mean of the fullest bin. It is averaged over frames and written as length and angle.
///
/// Changed: the flow is Farnebäck's, not robust local; instead of an affine alignment by landmarks the mean vector of
/// each field is taken out; the average over frames is one of vectors, not of lengths and angles.
public struct MainDirectionalMeanFlow: Equatable, Sendable {
  public var flow = FarnebackFlow()

  public init() {}

  /// Numbers of a clip.
  public static let count = 2 * FaceRegions.count

  /// 36 lengths as parts of the longest, then 36 angles as parts of a turn, from right towards down, in [0, 1).
  ///
  /// - Parameters:
  ///   - frames: of one size, the first the reference.
  ///   - regions: of that size.
  public func features(of frames: [GreyFrame], _ regions: FaceRegions) -> [Float] {
    features(of: flow.fromFirst(frames), regions)
  }

  /// The same for known flow from the first frame to each later one.
  public func features(of fields: [FlowField], _ regions: FaceRegions) -> [Float] {
    var means = [SIMD2<Double>](repeating: .zero, count: FaceRegions.count)
    for frame in atoms(of: fields, regions) {
      for region in means.indices {
        means[region] += SIMD2(Double(frame[2 * region]), Double(frame[2 * region + 1])) / Double(fields.count)
      }
    }
    let lengths = means.map { ($0 * $0).sum().squareRoot() }
    let longest = lengths.max() ?? 0
    let angles = means.map { mean in
      let turn = direction(x: mean.x, y: mean.y) / 6.283185307179586
      return Float(turn < 0 ? min(turn + 1, 0x1.fffffep-1) : turn)
    }
    return lengths.map { Float(longest > 0 ? $0 / longest : 0) } + angles
  }

  /// Each frame's vectors before they are averaged, horizontal and vertical part a region: `[frames - 1][72]`.
  public func atoms(of fields: [FlowField], _ regions: FaceRegions) -> [[Float]] {
    let atoms = Tensor([fields.count, MainDirectionalMeanFlow.count], filledWith: 0)
    Parallel.forEach(fields.count) { index in
      let values = mainVectors(fields[index].withoutMeanMotion(), regions)
      for (place, value) in values.enumerated() { atoms.row(index)[place] = value }
    }
    return atoms.rows
  }

  private func mainVectors(_ field: FlowField, _ regions: FaceRegions) -> [Float] {
    precondition(field.height == regions.height && field.width == regions.width, "regions of the field's size")
    // The last row takes the pixels of no region.
    var counts = [Int](repeating: 0, count: (FaceRegions.count + 1) * 8)
    var sums = [SIMD2<Double>](repeating: .zero, count: (FaceRegions.count + 1) * 8)
    for place in regions.labels.indices {
      let (right, down) = (field.horizontal[place], field.vertical[place])
      let bin = Int(regions.labels[place]) * 8 + eighth(x: right, y: down)
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
