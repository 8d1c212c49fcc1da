/// How a frame that is not square becomes a square; a square one is the same with all of them.
public enum FrameFit: String, CaseIterable, Codable, Sendable {
  /// Width and height are scaled by themselves: nothing is lost, and faces become wider or narrower.
  case squash
  /// Black is added in equal parts on both sides.
  case pad
  /// The square in the middle is used.
  case crop
  /// A square around the face is turned so that the eyes are where they are in all clips; it takes landmarks.
  case align

  /// Those that need nothing but the frame.
  public static let plain: [FrameFit] = [.squash, .pad, .crop]

  /// All of them, for messages.
  static let words = "squash, pad, crop or align"

  /// What became of frames that were not square, for people.
  public var described: String {
    switch self {
    case .squash: "squeezed to squares"
    case .pad: "padded to squares with black"
    case .crop: "cropped to the square in the middle"
    case .align: "aligned by the eyes"
    }
  }

  /// How ffmpeg scales.
  static let flags = "flags=area+accurate_rnd+full_chroma_int+bitexact"

  /// The filters of ffmpeg that make a square of `size` pixels of a frame.
  func filters(size: Int) -> String {
    let flags = FrameFit.flags
    switch self {
    case .squash, .align: return "scale=\(size):\(size):\(flags)"
    case .pad:
      // Padded after scaling, in whole pixels of RGB: formats with fewer colour samples allow no odd sizes.
      return "scale=\(size):\(size):force_original_aspect_ratio=decrease:\(flags),format=rgb24,"
        + "pad=\(size):\(size):(ow-iw)/2:(oh-ih)/2:black"
    case .crop: return "crop=w=min(iw\\,ih):h=min(iw\\,ih):exact=1,scale=\(size):\(size):\(flags)"
    }
  }

  /// The part of a box that is used.
  func kept(of box: CropBox) -> CropBox {
    guard self == .crop else { return box }
    let side = min(box.width, box.height)
    // ffmpeg puts the square in the middle, at the nearest even position of the two where that is between two pixels.
    func start(_ length: Int) -> Int { Int((Double(length - side) / 2).rounded(.toNearestOrEven)) }
    return CropBox(width: side, height: side, x: box.x + start(box.width), y: box.y + start(box.height))
  }

  /// The part of the square of `size` pixels that it is drawn to; the rest is black.
  func drawn(of shape: FrameShape, size: Int) -> CropBox {
    guard self == .pad else { return CropBox(width: size, height: size, x: 0, y: 0) }
    // As ffmpeg rounds them.
    func scaled(_ length: Int, _ other: Int) -> Int { min(size, (2 * size * length + other) / (2 * other)) }
    let (width, height) = (scaled(shape.width, shape.height), scaled(shape.height, shape.width))
    return CropBox(width: width, height: height, x: (size - width) / 2, y: (size - height) / 2)
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
