/// The 68 points of the iBUG scheme, or the 66 of them without the inner corners of the mouth.
public struct FaceLandmarks: Hashable, Sendable {
  /// Pixels, right and down; the centre of the upper left pixel is (0, 0).
  public let points: [SIMD2<Double>]

  /// Points of the whole scheme.
  public static let all = 68

  /// How far a landmark may lie outside the frame, a share of the frame's size: detectors place the jaw of a tightly
  /// cropped face there.
  static let margin = 0.1

  /// - Parameter points: 66 or 68, in the scheme's order.
  public init(_ points: [SIMD2<Double>]) {
    precondition(points.count == 66 || points.count == FaceLandmarks.all, "\(points.count) landmarks")
    self.points = points
  }

  /// The points rounded to a thousandth of a pixel, as stores have them.
  var rounded: FaceLandmarks { FaceLandmarks(points.map { ($0 * 1000).rounded(.toNearestOrAwayFromZero) / 1000 }) }

  /// Whether a point is inside a frame, or outside by no more than the margin.
  ///
  /// - Parameter frame: height and width, pixels.
  static func isNear(_ point: SIMD2<Double>, _ frame: (height: Int, width: Int)) -> Bool {
    func isNear(_ position: Double, _ size: Int) -> Bool {
      -margin * Double(size)...(1 + margin) * Double(size) ~= position
    }
    return isNear(point.x, frame.width) && isNear(point.y, frame.height)
  }

  /// A position for people, to a hundredth of a pixel.
  static func text(_ point: SIMD2<Double>) -> String {
    func text(_ value: Double) -> String {
      let rounded = (value * 100).rounded() / 100
      return abs(rounded) < 1e9 && rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
    return "(\(text(point.x)), \(text(point.y)))"
  }

  /// The centres of the eyes; left and right of the picture.
  var eyeCentres: (left: SIMD2<Double>, right: SIMD2<Double>) {
    (mean([36, 37, 38, 39, 40, 41]), mean([42, 43, 44, 45, 46, 47]))
  }

  /// The distance between the centres of the eyes, pixels.
  var eyeDistance: Double {
    let between = eyeCentres.right - eyeCentres.left
    return (between * between).sum().squareRoot()
  }

  /// The mean of some points.
  func mean(_ indices: [Int]) -> SIMD2<Double> {
    indices.reduce(SIMD2<Double>.zero) { $0 + points[$1] } / Double(indices.count)
  }
}

extension FaceLandmarks {
  /// From a store's list of 68 pairs of numbers; nil for anything else.
  init?(_ node: JSONNode) {
    guard let list = node.elements, list.count == FaceLandmarks.all else { return nil }
    var points: [SIMD2<Double>] = []
    for point in list {
      guard let pair = point.elements, pair.count == 2, let x = pair[0].number, let y = pair[1].number else {
        return nil
      }
      points.append(SIMD2(x, y))
    }
    self.init(points)
  }

  /// Checks the landmarks of a store.
  ///
  /// - Throws: a `Fault` at `location` when they are not 68, or one is outside the frame by more than the margin, or
  ///   both eyes are at one position.
  func check(in frame: (height: Int, width: Int), at location: String) throws {
    guard points.count == FaceLandmarks.all else {
      throw Fault(at: location, "has \(points.count) landmarks; \(FaceLandmarks.all) are needed")
    }
    if let index = points.firstIndex(where: { !FaceLandmarks.isNear($0, frame) }) {
      throw Fault(
        at: location,
        "has landmark \(index) at \(FaceLandmarks.text(points[index])), outside its frames of "
          + "\(frame.width) × \(frame.height) pixels")
    }
    guard eyeDistance >= 1 else { throw Fault(at: location, "has the landmarks of both eyes at one position") }
  }
}
