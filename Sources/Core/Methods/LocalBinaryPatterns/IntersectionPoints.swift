/// The patterns of LBP-SIP (Wang, See, Phan and Oh 2014): a pixel's neighbours on the three lines in which the planes
/// of LBP-TOP meet.
///
/// Of eight neighbours in each of three planes, two on every line are in two planes; the pattern keeps these six alone.
/// The four in the frame have one code, bit 0 at x + R_X, then y - R_Y, x - R_X and y + R_Y; the two in time have
/// another, bit 0 at t + R_T, bit 1 at t - R_T. A bit is set where the neighbour is at least as bright as the pixel.
/// All six are pixels, so that nothing is interpolated.
struct IntersectionPoints: PixelPattern {
  /// Number of bins of both codes.
  static let bins = [16, 4]

  /// Offsets in memory of the neighbours from the pixel, bit 0 first.
  private let offsets: [Int]

  /// The patterns along the frame and along time.
  ///
  /// - Parameters:
  ///   - x, y, t: the distance in memory of a neighbour along each line.
  static func patterns(x: Int, y: Int, t: Int) -> [IntersectionPoints] {
    [IntersectionPoints(offsets: [x, -y, -x, y]), IntersectionPoints(offsets: [t, -t])]
  }

  var bins: Int { 1 << offsets.count }

  func write(_ codes: UnsafeMutablePointer<Int32>, of pixels: UnsafePointer<Float>, count: Int) {
    for start in stride(from: 0, to: count, by: 16) {
      let own = levels16(pixels + start)
      var sum = SIMD16<Int32>.zero
      for (bit, offset) in offsets.enumerated() {
        sum |= SIMD16<Int32>.zero.replacing(with: 1 << Int32(bit), where: levels16(pixels + start + offset) .>= own)
      }
      UnsafeMutableRawPointer(codes + start).storeBytes(of: sum, as: SIMD16<Int32>.self)
    }
  }

  func count(_ codes: UnsafePointer<Int32>, _ pixels: Range<Int>, into histogram: UnsafeMutablePointer<Int32>) {
    for pixel in pixels { histogram[Int(codes[pixel])] &+= 1 }
  }
}

/// LBP-SIP with the settings of LBP-TOP, from which it differs by its neighbours alone.
let intersectionPointsMethod: FeatureMethod<LocalBinaryPatterns> = {
  let features = LocalBinaryPatterns(.sixPoints)
  return FeatureMethod(
    MethodDescription(
      name: "lbp-sip", title: "LBP-SIP",
      paper: "Wang, Y., See, J., Phan, R. C.-W. and Oh, Y.-H. 2014. LBP with six intersection points: reducing "
        + "redundant information in LBP-TOP for micro-expression recognition. ACCV 2014, LNCS 9003:525–537",
      settings: features.described,
      changes: [
        "The paper's Gaussian pyramid is left out: patterns are taken at one resolution.",
        "Blocks, radii and C are those of LBP-TOP, so that both differ by their patterns alone.",
        features.changedFrames, LocalBinaryPatterns.changedCost,
      ]),
    features: features, machine: .ofHistograms, perPair: 1.4e-7)
}()
