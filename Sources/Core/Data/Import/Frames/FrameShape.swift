/// Width and height of a clip's frames, or of the box that is cut out of them, before they become squares; pixels.
struct FrameShape: Equatable, Hashable, Sendable {
  var width: Int
  var height: Int

  var isSquare: Bool { width == height }
  /// The longer side by the shorter one.
  var elongation: Double { Double(max(width, height)) / Double(max(1, min(width, height))) }
  /// For people.
  var text: String { "\(width) × \(height)" }
}

/// The clips of an import whose frames are not square.
struct FrameShapes {
  private var clips = 0
  /// The clip with the longest frames, the first of equals.
  private var longest: (clip: String, shape: FrameShape)?
  /// The widest frames that nothing was cut out of.
  private var widest: FrameShape?

  /// - Parameter isWhole: whether the whole frame is used, not a box in it.
  mutating func add(_ shape: FrameShape, of clip: String, isWhole: Bool) {
    guard !shape.isSquare else { return }
    clips += 1
    if shape.elongation > longest?.shape.elongation ?? 0 { longest = (clip, shape) }
    // A face fills about two thirds of a frame that was cut out for it, much less of a camera's picture.
    if isWhole, shape.width * 2 > shape.height * 3, shape.elongation > widest?.elongation ?? 0 { widest = shape }
  }

  /// What a person should know about them.
  ///
  /// - Parameter fit: nil where nobody said how they become squares.
  func remarks(_ fit: FrameFit?) -> [String] {
    var remarks: [String] = []
    if fit == nil, let longest {
      let frames = "the frames of \(clips) \(clips == 1 ? "clip" : "clips")"
      remarks.append(
        "\(frames) are not square (`\(printable(longest.clip))`: \(longest.shape.text)) and are squeezed to a square; "
          + "choose with --fit: `crop` takes the square in the middle, `pad` adds black, `squash` squeezes")
    }
    if let widest {
      remarks.append(
        "frames of \(widest.text) are wide, so that faces are small in them; use --crop to cut out the faces")
    }
    return remarks
  }
}
