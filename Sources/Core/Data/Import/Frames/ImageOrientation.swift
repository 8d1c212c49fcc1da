/// How the stored rows and columns of a picture are turned to see it, numbered as in EXIF.
enum ImageOrientation: UInt8 {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, clockwise, transversed, counterclockwise

  /// Whether width and height change places.
  var isTurned: Bool { rawValue >= 5 }

  /// The filter of ffmpeg that turns the picture; nil where nothing is to be done.
  var filter: String? {
    switch self {
    case .upright: nil
    case .mirrored: "hflip"
    case .upsideDown: "hflip,vflip"
    case .flipped: "vflip"
    case .transposed: "transpose=cclock_flip"
    case .clockwise: "transpose=clock"
    case .transversed: "transpose=clock_flip"
    case .counterclockwise: "transpose=cclock"
    }
  }

  /// From EXIF data: a TIFF header and the first directory; upright where there is no valid tag.
  init(exif bytes: UnsafeRawBufferPointer) {
    self = ImageOrientation.tag(in: bytes) ?? .upright
  }

  private static func tag(in bytes: UnsafeRawBufferPointer) -> ImageOrientation? {
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes[0] == 0x49
    guard bytes.starts(with: isLittle ? [0x49, 0x49, 42, 0] : [0x4D, 0x4D, 0, 42]) else { return nil }
    func short(_ position: Int) -> Int {
      let value = bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self)
      return Int(isLittle ? UInt16(littleEndian: value) : UInt16(bigEndian: value))
    }
    let start = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    let directory = Int(isLittle ? UInt32(littleEndian: start) : UInt32(bigEndian: start))
    guard directory + 2 <= bytes.count else { return nil }
    // Each entry: tag, type, count, value.
    for entry in 0..<short(directory) {
      let position = directory + 2 + 12 * entry
      guard position + 12 <= bytes.count else { return nil }
      if short(position) == 0x0112, short(position + 2) == 3 {
        return UInt8(exactly: short(position + 8)).flatMap { ImageOrientation(rawValue: $0) }
      }
    }
    return nil
  }
}
