/// The part of each frame of a clip that is stored.
enum FramePart: Equatable, Sendable {
  case whole
  /// It lies inside the frame.
  case box(CropBox)
  case turned(TurnedSquare)

  init(_ crop: CropBox?) { self = crop.map(FramePart.box) ?? .whole }

  /// Its width and height; nil for the whole frame.
  var shape: FrameShape? {
    switch self {
    case .whole: nil
    case .box(let box): box.shape
    case .turned(let square): square.shape
    }
  }

  /// For messages; nil for the whole frame.
  var text: String? {
    switch self {
    case .whole: nil
    case .box(let box): "crop box \(box.text)"
    case .turned: "square around the face"
    }
  }

  /// The filters of ffmpeg that make a square of it.
  func filters(_ form: FrameForm) -> String {
    let fit = form.fit.filters(size: form.size)
    return switch self {
    case .whole: fit
    case .box(let box): "\(box.filter),\(fit)"
    case .turned(let square): "\(square.filters),\(fit)"
    }
  }

  /// What becomes of a point.
  ///
  /// - Parameter frame: of the recording, as it is seen.
  func map(of frame: FrameShape, to form: FrameForm) -> PointMap {
    switch self {
    case .whole: PointMap(of: frame, crop: nil, to: form)
    case .box(let box): PointMap(of: frame, crop: box, to: form)
    case .turned(let square): square.map(to: form.size)
    }
  }
}
