import Core

/// What a clip has to be, and what becomes of it, in words: for `model.json` and `README.md`.
extension ExportedModel {
  /// The array that is one clip, and what it holds.
  var array: String {
    let isRegistered = description.registration == .similarity
    if menet != nil, description.input == .flow {
      return "float [frames, height, width, 2], the optical flow from the onset frame to each frame, in pixels to the "
        + "right and down" + (isRegistered ? ", less the shift, turn and scale of the whole" : "")
    }
    return "uint8 [frames, height, width, 3], red, green, blue"
      + (isRegistered ? ", each frame aligned to the onset frame by a shift, a turn and a scale" : "")
  }

  /// Which frames are seen.
  var frameChoice: String {
    guard let menet else { return "all frames from onset to offset" }
    guard menet.frames > 1 else { return "the middle frame from onset to offset, halves rounded up" }
    return "\(menet.frames) frames spread evenly from onset to offset: onset + k (offset - onset) / "
      + "\(menet.frames - 1) for k = 0 to \(menet.frames - 1), halves rounded up"
  }

  /// What MENet's input is, pixel by pixel; nil for other methods.
  var pixels: String? {
    guard let menet else { return nil }
    let scaled = "scaled to \(menet.size) × \(menet.size) pixels by area averaging"
    switch description.input {
    case .frames: return "(v / 255 - 0.5) / 0.5 of each value v, \(scaled)"
    case .difference: return "(v - u) · 2 / 255 of each value v and the onset frame's u, \(scaled)"
    case .flow:
      let (factor, units) = (Int(FlowQuantization.inputPerWidth), Int(FlowQuantization.unitsPerWidth))
      return "right, down and their length, in shares of the frame's width times \(factor) (shares are rounded to "
        + "1/\(units) before), \(scaled)"
    }
  }

  /// How flow was computed in training; nil where no flow is seen.
  var flowMethod: String? {
    guard menet != nil, description.input == .flow else { return nil }
    return FarnebackFlow.described + recordedSize.map { ", on frames of \($0) pixels" }.orEmpty
  }

  /// Width and height of the frames in training, where the file says it.
  var recordedSize: String? {
    description.recordedWidth.flatMap { width in description.recordedHeight.map { "\(width) × \($0)" } }
  }

  /// What to cut out of a recording.
  var crop: String {
    let size = recordedSize.map { " of \($0) pixels" }.orEmpty
    let box = "Cut all frames of a clip with one box around the face, with the margins that the training clips had"
    guard description.fit != .align else {
      return "The training clips were squares\(size) around the face, turned and scaled so that the eyes of the onset "
        + "frame are at the same positions in all clips, as microfold import --align does."
    }
    return "The training clips were squares\(size) around the face. \(box). Frames that were not square were "
      + "\(description.fit.described)."
  }
}

extension String? {
  fileprivate var orEmpty: String { self ?? "" }
}
