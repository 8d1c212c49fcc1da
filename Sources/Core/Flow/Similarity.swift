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
    let samples = Samples(flow, step: step)
    self = samples.fitted(nil)
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

  /// The pixels of a flow that a similarity is fitted to.
  private struct Samples {
    /// Positions from the centre, and displacements.
    private var points: [(x: Double, y: Double, right: Double, down: Double)] = []

    init(_ flow: FlowField, step: Int) {
      for y in stride(from: 0, to: flow.height, by: step) {
        for x in stride(from: 0, to: flow.width, by: step) {
          let position = y * flow.width + x
          points.append(
            (
              Double(x) - Double(flow.width - 1) / 2, Double(y) - Double(flow.height - 1) / 2,
              Double(flow.horizontal[position]), Double(flow.vertical[position])
            ))
        }
      }
    }

    /// Cauchy's weights of the residuals of a fit.
    func weights(_ fit: Similarity) -> [Double] {
      let squares = points.map { point in
        let residual = SIMD2(point.right, point.down) - fit.displacement(point.x, point.y)
        return (residual * residual).sum()
      }
      let median = upperMedian(squares)
      // A flow without residuals is fitted exactly, whatever the weights.
      let scale = max(median, 1e-12)
      return squares.map { 1 / (1 + $0 / scale) }
    }

    /// The weighted least squares solution; nil stands for equal weights.
    ///
    /// With positions from their weighted centre the four equations separate: the shift is the mean displacement, and
    /// a and b are two quotients.
    func fitted(_ weights: [Double]?) -> Similarity {
      var total = 0.0
      var (x, y, right, down) = (0.0, 0.0, 0.0, 0.0)
      for (index, point) in points.enumerated() {
        let weight = weights?[index] ?? 1
        total += weight
        x += weight * point.x
        y += weight * point.y
        right += weight * point.right
        down += weight * point.down
      }
      (x, y, right, down) = (x / total, y / total, right / total, down / total)
      var (along, across, square) = (0.0, 0.0, 0.0)
      for (index, point) in points.enumerated() {
        let weight = weights?[index] ?? 1
        let (dx, dy) = (point.x - x, point.y - y)
        along += weight * (dx * point.right + dy * point.down)
        across += weight * (dx * point.down - dy * point.right)
        square += weight * (dx * dx + dy * dy)
      }
      var fit = Similarity()
      // A single pixel has no turn and no scale.
      if square > 0 { (fit.a, fit.b) = (along / square, across / square) }
      fit.right = right - fit.a * x + fit.b * y
      fit.down = down - fit.b * x - fit.a * y
      return fit
    }
  }
}

/// The median of some finite numbers; of two middle ones the greater. In linear time on average, by Hoare's selection.
func upperMedian(_ numbers: [Double]) -> Double {
  var numbers = numbers
  let middle = numbers.count / 2
  var (first, last) = (0, numbers.count - 1)
  numbers.withUnsafeMutableBufferPointer { numbers in
    while first < last {
      let pivot = numbers[first + (last - first) / 2]
      var (left, right) = (first, last)
      while left <= right {
        while numbers[left] < pivot { left += 1 }
        while numbers[right] > pivot { right -= 1 }
        if left <= right {
          numbers.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if middle <= right {
        last = right
      } else if middle >= left {
        first = left
      } else {
        break
      }
    }
  }
  return numbers[middle]
}
