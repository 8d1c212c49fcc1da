/// How a frame that is not square becomes a square; a square one is the same with all of them.
public enum FrameFit: String, CaseIterable, Codable, Sendable {
  /// Width and height are scaled by themselves: nothing is lost, and faces become wider or narrower.
  case squash
  /// Black is added in equal parts on both sides.
  case pad
  /// The square in the middle is used.
  case crop

  /// All of them, for messages.
  static let words = "squash, pad or crop"

  /// What became of frames that were not square, for people.
  public var described: String {
    switch self {
    case .squash: "squeezed to squares"
    case .pad: "padded to squares with black"
    case .crop: "cropped to the square in the middle"
    }
  }

  /// The filters of ffmpeg that make a square of `size` pixels of a frame.
  func filters(size: Int) -> String {
    let flags = "flags=area+accurate_rnd+full_chroma_int+bitexact"
    switch self {
    case .squash: return "scale=\(size):\(size):\(flags)"
    case .pad:
      // Padded after scaling, in whole pixels of RGB: formats with fewer colour samples allow no odd sizes.
      return "scale=\(size):\(size):force_original_aspect_ratio=decrease:\(flags),format=rgb24,"
        + "pad=\(size):\(size):(ow-iw)/2:(oh-ih)/2:black"
    case .crop: return "crop=w=min(iw\\,ih):h=min(iw\\,ih):exact=1,scale=\(size):\(size):\(flags)"
    }
  }
}

/// The squares that frames are decoded to.
struct FrameForm: Equatable, Sendable {
  /// Height and width, pixels.
  var size: Int
  var fit = FrameFit.squash

  /// Bytes of a frame.
  var bytes: Int { size * size * 3 }
}
