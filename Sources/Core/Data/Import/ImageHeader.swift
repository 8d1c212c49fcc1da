/// What the first bytes of a still image say: its format and size.
///
/// The decoder would take images of different sizes and formats in one clip without a word, so they are looked at
/// first.
struct ImageHeader: Equatable {
  enum Format: String {
    case jpeg = "jpg"
    case png, bmp
  }

  var format: Format
  var width: Int
  var height: Int
}

extension ImageHeader {
  /// - Throws: a `Fault` naming the file when it cannot be read or is no JPEG, PNG or BMP image.
  init(of path: String) throws {
    self = try MappedFile(path).withBytes { bytes in
      guard let header = ImageHeader(bytes), header.width > 0, header.height > 0 else {
        throw Fault(at: path, bytes.isEmpty ? "is empty" : "is not a JPEG, PNG or BMP image, or truncated")
      }
      return header
    }
  }

  private init?(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      self.init(jpeg: bytes)
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      // Signature, then the chunk IHDR: length, name, width, height.
      guard bytes.count >= 24 else { return nil }
      self.init(
        format: .png, width: Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))),
        height: Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self))))
    } else if bytes.starts(with: [0x42, 0x4D]) {
      // File header of 14 bytes, then the size of the next header, width, height (negative: rows from the top).
      guard bytes.count >= 26 else { return nil }
      self.init(
        format: .bmp, width: Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 18, as: Int32.self))),
        height: abs(Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 22, as: Int32.self)))))
    } else {
      return nil
    }
  }

  /// Walks the segments of a JPEG file over its frame header (SOF), which has the size, to the start of its scan.
  ///
  /// The decoder fills what is missing with grey and says nothing, so the scan must be there and the end of image after
  /// it; FF D9 stands nowhere else, as inside a scan a zero follows each FF.
  private init?(jpeg bytes: UnsafeRawBufferPointer) {
    var width: Int?
    var height: Int?
    var position = 2
    while position + 9 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF:  // Fill byte.
        position += 1
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        height = Int(bytes[position + 5]) << 8 | Int(bytes[position + 6])
        width = Int(bytes[position + 7]) << 8 | Int(bytes[position + 8])
        position += 2 + bytes.length(at: position)
      case 0x01, 0xD0...0xD8:  // Markers without a segment.
        position += 2
      case 0xDA:
        guard let width, let height, bytes[position...].hasEndOfImage else { return nil }
        self.init(format: .jpeg, width: width, height: height)
        return
      case 0xD9:
        return nil
      default:
        position += 2 + bytes.length(at: position)
      }
    }
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// The length of the JPEG segment at a position, counted from after its marker.
  fileprivate func length(at position: Int) -> Int { Int(self[position + 2]) << 8 | Int(self[position + 3]) }
}

extension Slice<UnsafeRawBufferPointer> {
  /// Whether FF D9 stands there, looked for from the end.
  fileprivate var hasEndOfImage: Bool {
    indices.dropLast().reversed().contains { self[$0] == 0xFF && self[$0 + 1] == 0xD9 }
  }
}

extension ImageHeader: CustomStringConvertible {
  var description: String { "\(format.rawValue.uppercased()) of \(width) × \(height)" }
}
