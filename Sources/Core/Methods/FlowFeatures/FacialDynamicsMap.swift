/// The principal direction of motion in each cuboid of a clip (Xu, Zhang, Wang, "Microexpression Identification and
/// Categorization Using a Facial Dynamics Map", IEEE Transactions on Affective Computing 8(2), 2017).
///
/// The flow between neighbouring frames, minus its mean vector, is divided into cuboids of frames, rows and columns.
/// The principal direction d of a cuboid increases Σ max(0, v·d) over its vectors v: the iteration starts at their sum
/// and replaces d by the sum of the vectors within 90° of it, until that no longer changes.
///
/// Differences: the paper aligns faces pixel by pixel with the flow to a first frame, here only the mean vector is
/// subtracted; the paper describes the iteration in words, the rule above is our reading of it.
public struct FacialDynamicsMap: Equatable, ClipFeatures {
  public var flow = FarnebackFlow()
  /// Frames that a clip is interpolated to.
  public var frames = 10
  /// Cuboids along time, height and width.
  public var spans = 3
  public var rows = 8
  public var columns = 8
  /// The most rounds of the iteration.
  public var rounds = 20

  public init() {}

  /// Number of features per clip.
  public var count: Int { spans * rows * columns * 3 }

  public var cost: FeatureCost? { FeatureCost(perPixel: 1.11e-6, interpolates: true) }

  public var key: String { "fdm \(self)" }

  public func features(of clip: ClipFrames) -> [Float] {
    features(of: flow.throughout(GreyVolume(clip, frames: frames).greyFrames))
  }

  /// The map of the flow from each frame to the next: for each cuboid, in (time, row, column) order, the horizontal and
  /// vertical component of the principal direction and the mean length along it; zeros for a cuboid without pixels or
  /// motion. `count` numbers.
  func features(of fields: [FlowField]) -> [Float] {
    guard let first = fields.first else { return [Float](repeating: 0, count: count) }
    let fields = fields.map { $0.withoutMeanMotion() }
    let map = Tensor([count], filledWith: 0)
    Parallel.forEach(count / 3) { cuboid in
      let (span, position) = cuboid.quotientAndRemainder(dividingBy: rows * columns)
      let vectors = Vectors(
        fields[part(span, of: spans, fields.count)], rows: part(position / columns, of: rows, first.height),
        columns: part(position % columns, of: columns, first.width))
      let principal = vectors.principal(rounds: rounds)
      for (index, value) in principal.enumerated() { map[cuboid * 3 + index] = value }
    }
    return map.elements
  }

  /// Part `index` of 0 ..< size, divided into `count` parts whose sizes differ by at most one.
  private func part(_ index: Int, of count: Int, _ size: Int) -> Range<Int> {
    index * size / count..<(index + 1) * size / count
  }

  /// The flow vectors of a cuboid.
  private struct Vectors {
    var all: [SIMD2<Double>] = []

    init(_ fields: ArraySlice<FlowField>, rows: Range<Int>, columns: Range<Int>) {
      all.reserveCapacity(fields.count * rows.count * columns.count)
      for field in fields {
        for y in rows {
          for x in columns {
            let position = y * field.width + x
            all.append(SIMD2(Double(field.horizontal[position]), Double(field.vertical[position])))
          }
        }
      }
    }

    /// The principal direction as a unit vector, and the mean length along it.
    func principal(rounds: Int) -> [Float] {
      var sum = all.reduce(SIMD2<Double>.zero) { $0 + $1 }
      // Vectors whose sum is 0 give no first direction; any direction can be used.
      if sum == .zero { sum = SIMD2(1, 0) }
      var best = SIMD2<Double>.zero
      for _ in 0..<rounds {
        best = .zero
        for vector in all where (vector * sum).sum() > 0 { best += vector }
        if best == sum || best == .zero { break }
        sum = best
      }
      let length = (best * best).sum().squareRoot()
      guard length > 0 else { return [0, 0, 0] }
      return [Float(best.x / length), Float(best.y / length), Float(length / Double(all.count))]
    }
  }
}

/// FDM with a linear support vector machine.
let facialDynamicsMethod: FeatureMethod<FacialDynamicsMap> = {
  let features = FacialDynamicsMap()
  var machine = SupportVectorMachine.Settings()
  machine.cost = 0.1
  return FeatureMethod(
    MethodDescription(
      name: "fdm", title: "FDM",
      paper: "Xu, F., Zhang, J. and Wang, J. Z. 2017. Microexpression identification and categorization using a facial "
        + "dynamics map. IEEE Transactions on Affective Computing 8(2):254–267",
      settings: [
        MethodDescription.Setting("frames", "\(features.frames), onset to offset, temporal interpolation model"),
        MethodDescription.Setting("flow", FarnebackFlow.described),
        MethodDescription.Setting(
          "cuboids", "\(features.spans) in time × \(features.rows) × \(features.columns), 3 numbers each"),
      ],
      changes: [
        "The paper aligns faces pixel by pixel by the flow itself; here the mean vector of each field is subtracted.",
        "The flow is Farnebäck's.",
        "The iteration for the principal direction is our reading of the paper: the sum of all vectors within 90°.",
        "A direction is written as a unit vector, not an angle, and its mean length is added.",
        "C is fixed, not searched for.",
      ]),
    features: features, machine: machine, perPair: 1.8e-7)
}()
