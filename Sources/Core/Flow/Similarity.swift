/// A shift, a turn and a change of scale in the plane: the motion of a head as a whole.
///
/// It moves the point (x, y), measured from the frame's centre, by (a·x - b·y + right, b·x + a·y + down): a is the
/// change of scale times the cosine of the turn, less 1, and b the scale times its sine.
public struct Similarity: Equatable, Sendable {
  /// Pixels to the right, and pixels down.
  public var right = 0.0, down = 0.0
  public var a = 0.0, b = 0.0

  public init() {}

  /// Weighted rounds of the fit.
  static let rounds = 6
  /// A side of the grid of pixels on which it is fitted: larger frames are sampled.
  static let grid = 64

  /// Fits a similarity to a flow by iteratively reweighted least squares with Cauchy weights, 1 / (1 + (r / c)²), so
  /// that what moves differently from the whole, as muscles do, hardly counts.
  ///
  /// The scale c is the median of the residuals' lengths r: muscles move a part of the face, so residuals above the
  /// median are their motion and not noise. The first round has equal weights.
  public init(fittedTo flow: FlowField) {
    let step = max(1, max(flow.height, flow.width) / Similarity.grid)
    let samples = SimilaritySamples(flow, step: step)
    self = samples.fitted(samples.equalWeights)
    for _ in 0..<Similarity.rounds { self = samples.fitted(samples.weights(self)) }
  }

  /// The displacement of the point (x, y), measured from the frame's centre, pixels.
  @inline(__always)
  func displacement(_ x: Double, _ y: Double) -> SIMD2<Double> {
    SIMD2(a * x - b * y + right, b * x + a * y + down)
  }

  /// Its displacement of each pixel of a frame.
  public func flow(height: Int, width: Int) -> FlowField {
    var (horizontal, vertical): ([Float], [Float]) = ([], [])
    horizontal.reserveCapacity(height * width)
    vertical.reserveCapacity(height * width)
    for y in 0..<height {
      for x in 0..<width {
        let moved = displacement(Double(x) - Double(width - 1) / 2, Double(y) - Double(height - 1) / 2)
        horizontal.append(Float(moved.x))
        vertical.append(Float(moved.y))
      }
    }
    return FlowField(height: height, width: width, horizontal: horizontal, vertical: vertical)
  }
}
