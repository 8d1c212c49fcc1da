/// What the first bytes of a still image say: its kind, and its size as it is seen.
///
/// The decoder would take images of different sizes in one clip without a word, so they are looked at first.
struct ImageHeader: Equatable {
  var kind: ImageKind
  /// After the turn that EXIF data ask for.
  var width: Int
  var height: Int

  /// - Parameters: width and height as stored.
  init(_ kind: ImageKind, width: Int, height: Int) {
    self.kind = kind
    (self.width, self.height) = kind.orientation.isTurned ? (height, width) : (width, height)
  }
}

extension ImageHeader {
  /// What is wrong with an image whose format is known.
  struct Problem: Error {
    var text: String
  }

  /// - Throws: a `Fault` naming the file when it cannot be read, is no JPEG, PNG or BMP image, or says two things about
  ///   its colours.
  init(of path: String) throws {
    self = try MappedFile(path).withBytes { bytes in
      do {
        guard let header = try ImageHeader.read(bytes), header.width > 0, header.height > 0 else {
          throw Problem(text: bytes.isEmpty ? "is empty" : "is not a JPEG, PNG or BMP image, or truncated")
        }
        return header
      } catch let problem as Problem {
        throw Fault(at: path, problem.text)
      }
    }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) throws -> ImageHeader? {
    if bytes.starts(with: [0xFF, 0xD8]) { return try JPEGHeader(bytes)?.header }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return ImageHeader(png: bytes) }
    if bytes.starts(with: [0x42, 0x4D]) { return ImageHeader(bmp: bytes) }
    return nil
  }

  /// Signature, then chunks: length, name, data, checksum. The first is IHDR.
  private init?(png bytes: UnsafeRawBufferPointer) {
    func word(_ position: Int) -> Int {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    }
    guard bytes.count >= 26 else { return nil }
    let colours: ImageKind.Colours
    switch bytes[25] {
    case 0, 4: colours = .grey
    case 2, 6: colours = .rgb
    case 3: colours = .palette
    default: return nil
    }
    var kind = ImageKind(format: .png, colours: colours, bits: Int(bytes[24]), isTransparent: bytes[25] >= 4)
    var position = 8
    while position + 12 <= bytes.count {
      let (length, name) = (word(position), word(position + 4))
      guard length <= bytes.count - position - 12 else { break }
      // `tRNS` and `eXIf`.
      if name == 0x7452_4E53 { kind.isTransparent = true }
      if name == 0x6558_4966 {
        let start = position + 8
        kind.orientation = ImageOrientation(exif: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
      }
      position += length + 12
    }
    self.init(kind, width: word(16), height: word(20))
  }

  /// A header of 14 bytes, then another that begins with its own size.
  private init?(bmp bytes: UnsafeRawBufferPointer) {
    func word(_ position: Int) -> Int {
      Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)))
    }
    func short(_ position: Int) -> Int {
      Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self)))
    }
    guard bytes.count >= 26 else { return nil }
    // The oldest header has sizes of 16 bits and no compression.
    let isOld = word(14) == 12
    guard isOld || bytes.count >= 34 else { return nil }
    let bits = isOld ? short(24) : short(28)
    let compression = isOld ? 0 : word(30)
    let kind = ImageKind(
      format: .bmp, colours: bits <= 8 ? .palette : .rgb, bits: bits,
      variant: compression == 0 ? "" : "of compression \(compression)")
    // A negative height: rows from the top.
    self.init(kind, width: isOld ? short(18) : word(18), height: isOld ? short(20) : abs(word(22)))
  }
}

extension ImageHeader: CustomStringConvertible {
  var description: String { "\(kind.format.rawValue.uppercased()) of \(width) × \(height)" }
}
