/// A square of a frame that is turned with the face, so that the eyes of all clips are at the same positions.
///
/// From it to the stored frame leads one similarity transform: a turn, a scale and a shift. It is the same for all
/// frames of a clip, so that the face's own motion stays.
struct TurnedSquare: Equatable, Sendable {
  /// The upper left corner, in pixels of the recording; the upper left pixel covers 0 to 1 there.
  let corner: SIMD2<Double>
  /// From the upper left corner to the upper right one.
  let right: SIMD2<Double>
  /// From the upper left corner to the lower left one: a quarter turn from `right`.
  var down: SIMD2<Double> { SIMD2(-right.y, right.x) }

  /// Where the centres of the eyes are, as shares of the square's side: the forehead and the chin of most faces are
  /// then inside.
  static let eyes = (left: SIMD2(0.35, 0.36), right: SIMD2(0.65, 0.36))

  /// - Parameter landmarks: pixels of the recording, with eyes at two positions.
  init(around landmarks: FaceLandmarks) {
    let (left, right) = landmarks.eyeCentres
    self.right = (right - left) / (TurnedSquare.eyes.right.x - TurnedSquare.eyes.left.x)
    // A landmark at (0, 0) is the centre of the upper left pixel.
    let across = SIMD2(-self.right.y, self.right.x)
    corner = left + 0.5 - TurnedSquare.eyes.left.x * self.right - TurnedSquare.eyes.left.y * across
  }

  /// The length of a side, pixels.
  var side: Double { (right * right).sum().squareRoot() }

  var shape: FrameShape { FrameShape(width: Int(side.rounded(.up)), height: Int(side.rounded(.up))) }

  /// From pixels of the recording to those of a stored frame of `size` pixels.
  func map(to size: Int) -> PointMap {
    let scale = Double(size) / (right * right).sum()
    let (x, y) = (right * scale, down * scale)
    let from = 0.5 - corner
    return PointMap(
      right: SIMD2(x.x, y.x), down: SIMD2(x.y, y.y), shift: SIMD2((x * from).sum(), (y * from).sum()) - 0.5)
  }

  /// The filters of ffmpeg that turn the square upright; what lies outside the frame is black. Its size stays about the
  /// same, so that the scaling afterwards averages.
  var filters: String {
    let corners = [corner, corner + right, corner + down, corner + right + down]
    // A pixel more on each side, for the interpolation.
    func bounds(_ values: [Double]) -> Range<Int> {
      Int((values.min() ?? 0).rounded(.down)) - 1..<Int((values.max() ?? 0).rounded(.up)) + 1
    }
    let (x, y) = (bounds(corners.map(\.x)), bounds(corners.map(\.y)))
    let (left, top) = (max(0, -x.lowerBound), max(0, -y.lowerBound))
    let pad =
      "pad=w=max(iw\\,\(x.upperBound))+\(left):h=max(ih\\,\(y.upperBound))+\(top):x=\(left):y=\(top)"
      + ":color=black"
    let crop = "crop=w=\(x.count):h=\(y.count):x=\(x.lowerBound + left):y=\(y.lowerBound + top):exact=1"
    // The filter takes what belongs at the corners of the picture (0, 0), (w, 0), (0, h), (w, h) and counts from the
    // centres of pixels on both sides.
    let centre = (right / Double(x.count) + down / Double(y.count)) / 2 - 0.5
    let origin = SIMD2(Double(x.lowerBound), Double(y.lowerBound))
    let places = zip(0..., corners).map { index, corner in
      let place = corner - origin + centre
      return "x\(index)=\(place.x):y\(index)=\(place.y)"
    }
    return "scale=iw:ih:\(FrameFit.flags),format=gbrp,\(pad),\(crop),perspective="
      + places.joined(separator: ":") + ":interpolation=cubic:sense=source"
  }
}
