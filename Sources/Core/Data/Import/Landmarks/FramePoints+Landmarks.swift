extension FramePoints {
  /// The landmarks in pixels of the recording.
  ///
  /// - Parameter frame: of the recording, as it is seen.
  /// - Throws: a `Fault` at the points' location that says what is wrong with them, and what would be right.
  func checked(in frame: FrameShape) throws -> FaceLandmarks {
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
    try check(
      points, in: frame, "the frame of \(frame.text); landmarks are in pixels of the frames in the source directory")
    let landmarks = FaceLandmarks(points)
    guard landmarks.eyeDistance >= 1 else { throw Fault(at: location, "has both eyes at one position") }
    return landmarks
  }

  /// The landmarks in pixels of the stored frame.
  ///
  /// - Parameters:
  ///   - recorded: in pixels of the recording.
  ///   - part: of the recording's frames, which is stored.
  ///   - frame: of the recording, as it is seen.
  ///   - form: of the stored frames.
  /// - Throws: a `Fault` where a landmark is not in the stored part of the frame.
  func stored(
    _ recorded: FaceLandmarks, in part: FramePart, of frame: FrameShape, to form: FrameForm
  ) throws -> FaceLandmarks {
    let stored = recorded.points.map(part.map(of: frame, to: form).mapped)
    let advice =
      if case .turned = part { "are the points of the eyes, 36 to 47, right?" } else {
        "take a larger --crop, or --fit pad"
      }
    try check(
      stored, in: FrameShape(width: form.size, height: form.size), "the part of the frame that is stored; \(advice)")
    let landmarks = FaceLandmarks(stored).rounded
    guard landmarks.eyeDistance >= 1 else { throw Fault(at: location, "has both eyes at one position") }
    return landmarks
  }

  /// - Parameter what: the points have to be in, for the fault.
  private func check(_ mapped: [SIMD2<Double>], in frame: FrameShape, _ what: String) throws {
    guard let index = mapped.firstIndex(where: { !FaceLandmarks.isNear($0, (frame.height, frame.width)) }) else {
      return
    }
    throw Fault(at: location, "has landmark \(index) at \(FaceLandmarks.text(points[index])), outside \(what)")
  }
}
