import Foundation

/// The text of an annotation file: UTF-8, or UTF-16 with a byte order mark as spreadsheets save "Unicode text".
///
/// - Throws: a `Fault` naming the path when it cannot be read, is other text or larger than any list of clips.
func annotationText(_ path: String) throws -> String {
  let largest = 64 << 20
  let text = try MappedFile(path).withBytes { bytes in
    guard bytes.count <= largest else { throw Fault(at: path, "is larger than 64 MiB; no list of clips is") }
    return decodedText(bytes)
  }
  guard let text else { throw Fault(at: path, "is not UTF-8 text; save it as UTF-8") }
  return text
}

/// A text of UTF-8, or of UTF-16 with a byte order mark; nil for anything else.
func decodedText(_ bytes: UnsafeRawBufferPointer) -> String? {
  guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else {
    return String(validating: bytes, as: UTF8.self)
  }
  guard bytes.count % 2 == 0 else { return nil }
  let isLittle = bytes[0] == 0xFF
  let units = (1..<bytes.count / 2).lazy.map { index in
    let (first, second) = (UInt16(bytes[2 * index]), UInt16(bytes[2 * index + 1]))
    return isLittle ? second << 8 | first : first << 8 | second
  }
  // UTF-32 begins like UTF-16 with a zero.
  return units.first == 0 ? nil : String(validating: units, as: UTF16.self)
}
