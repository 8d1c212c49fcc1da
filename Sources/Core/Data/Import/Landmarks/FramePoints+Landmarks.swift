extension FramePoints {
  /// The landmarks of the stored frame.
  ///
  /// - Parameters:
  ///   - frame: of the recording, as it is seen.
  ///   - map: from its pixels to those of the stored frame.
  ///   - size: height and width of the stored frame, pixels.
  /// - Throws: a `Fault` at the points' location that says what is wrong with them, and what would be right.
  func landmarks(of frame: FrameShape, through map: PointMap, to size: Int) throws -> FaceLandmarks {
    guard points.count == FaceLandmarks.all else {
      throw Fault(
        at: location,
        "has \(points.count) landmarks; the \(FaceLandmarks.all) of the iBUG scheme are needed, which dlib, OpenFace "
          + "and others find")
    }
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw Fault(at: location, "has a landmark that is not a finite number")
    }
    if let shape, shape != frame {
      throw Fault(
        at: location,
        "has landmarks of a picture of \(shape.text), but the clip's frames are \(frame.text); give those of the "
          + "frames in the source directory, before they are cropped")
    }
    // A face of one pixel is none.
    if points.allSatisfy({ abs($0.x) <= 1 + FaceLandmarks.margin && abs($0.y) <= 1 + FaceLandmarks.margin }) {
      throw Fault(
        at: location,
        "has landmarks between 0 and 1; they are needed in pixels: multiply x by \(frame.width) and y by "
          + "\(frame.height)")
    }
    func outside(_ points: [SIMD2<Double>], _ height: Int, _ width: Int) -> Int? {
      points.firstIndex { !FaceLandmarks.isNear($0, (height, width)) }
    }
    func position(_ index: Int) -> String { "has landmark \(index) at \(FaceLandmarks.text(points[index])), outside" }
    if let index = outside(points, frame.height, frame.width) {
      throw Fault(
        at: location,
        "\(position(index)) the frame of \(frame.text); landmarks are in pixels of the frames in the source directory")
    }
    let stored = points.map(map.mapped)
    if let index = outside(stored, size, size) {
      throw Fault(
        at: location,
        "\(position(index)) the part of the frame that is stored; take a larger --crop, or --fit pad")
    }
    let landmarks = FaceLandmarks(stored).rounded
    guard landmarks.eyeDistance >= 1 else { throw Fault(at: location, "has both eyes at one position") }
    return landmarks
  }
}
