import Foundation

/// A small picture inside the page: a PNG as a `data:` address, made here so that a report needs no other program.
enum EmbeddedImage {
  /// - Parameter pixels: `[height, width]`, one byte each.
  static func grey(_ pixels: [UInt8], width: Int) -> String {
    address(png(pixels, width: width, bytesPerPixel: 1, colour: 0))
  }

  /// - Parameter pixels: `[height, width, 4]`: red, green, blue, opacity.
  static func colour(_ pixels: [UInt8], width: Int) -> String {
    address(png(pixels, width: width, bytesPerPixel: 4, colour: 6))
  }

  /// A PNG (ISO/IEC 15948) of eight bits per channel, its rows unfiltered.
  static func png(_ pixels: [UInt8], width: Int, bytesPerPixel: Int, colour: UInt8) -> [UInt8] {
    let row = width * bytesPerPixel
    let height = pixels.count / max(1, row)
    let rows = (0..<height).flatMap { [0] + pixels[$0 * row..<($0 + 1) * row] }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, colour, 0, 0, 0])
      + chunk("IDAT", stored(rows)) + chunk("IEND", [])
  }

  private static func address(_ png: [UInt8]) -> String {
    "data:image/png;base64,\(Data(png).base64EncodedString())"
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    return bigEndian(UInt32(content.count)) + named + bigEndian(crc32(named))
  }

  /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4): these pictures are too small to be worth packing.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: bytes.count, by: 65535) {
      let block = bytes[start..<min(bytes.count, start + 65535)]
      let length = UInt16(block.count)
      stream += [start + block.count == bytes.count ? 1 : 0]
      stream += [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
      stream += block
    }
    return stream + bigEndian(adler32(bytes))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }
}
