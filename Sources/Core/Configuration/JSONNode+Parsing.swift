extension JSONNode {
  /// Reads one JSON text (RFC 8259).
  ///
  /// - Parameters:
  ///   - bytes: the text, UTF-8.
  ///   - place: what faults name, for instance the file's path.
  /// - Throws: a `Fault` with the line and the column, from 1, of the first character that cannot stand there.
  static func parse(_ bytes: [UInt8], place: String) throws(Fault) -> JSONNode {
    var reader = JSONReader(bytes: bytes, place: place)
    return try reader.wholeText()
  }
}

/// A recursive-descent reader over the bytes of a text.
private struct JSONReader {
  let bytes: [UInt8]
  let place: String
  var position = 0
  var depth = 0

  /// Deeper texts are refused, so that a hostile file cannot exhaust the stack.
  static let deepest = 64

  init(bytes: [UInt8], place: String) {
    self.bytes = bytes
    self.place = place
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }  // a byte order mark, as some editors write
  }

  mutating func wholeText() throws(Fault) -> JSONNode {
    skipSpace()
    let node = try value()
    skipSpace()
    if position < bytes.count { throw fault("has \(found) after its end") }
    return node
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Moves past `byte` if it comes next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(Fault) -> JSONNode {
    switch current {
    case UInt8(ascii: "{"): return try nested { reader throws(Fault) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(Fault) in try reader.list() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
    default: throw fault("has \(found) where a value should stand")
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(Fault) -> JSONNode
  ) throws(Fault) -> JSONNode {
    if depth == JSONReader.deepest { throw fault("is nested deeper than \(JSONReader.deepest) levels") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    skipSpace()
    return try read(&self)
  }

  private mutating func object() throws(Fault) -> JSONNode {
    var members: [JSONNode.Member] = []
    if take("}") { return .object(members) }
    while true {
      if current != UInt8(ascii: "\"") { throw fault("has \(found) where a key between quotation marks should stand") }
      let key = try string()
      skipSpace()
      if !take(":") { throw fault("has \(found) where the colon after \(JSONNode.quoted(key)) should stand") }
      skipSpace()
      members.append(JSONNode.Member(key: key, value: try value()))
      skipSpace()
      if take("}") { return .object(members) }
      if !take(",") { throw fault("has \(found) where a comma or a closing brace should stand") }
      skipSpace()
    }
  }

  private mutating func list() throws(Fault) -> JSONNode {
    var elements: [JSONNode] = []
    if take("]") { return .list(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return .list(elements) }
      if !take(",") { throw fault("has \(found) where a comma or a closing bracket should stand") }
      skipSpace()
    }
  }

  private mutating func word(_ word: String, _ node: JSONNode) throws(Fault) -> JSONNode {
    guard bytes[position...].starts(with: word.utf8) else { throw fault("has \(found) where a value should stand") }
    position += word.utf8.count
    return node
  }

  private mutating func number() throws(Fault) -> JSONNode {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    if let byte = current, isDigit(byte) { throw fault("has a number that begins with 0") }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(Fault) {
    guard let byte = current, isDigit(byte) else { throw fault("has \(found) where a digit should stand") }
    while let byte = current, isDigit(byte) { position += 1 }
  }

  private mutating func string() throws(Fault) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("has a text that is not UTF-8")
        }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        position += 1
        text += String(try escaped()).utf8
      case 0..<0x20:
        throw fault("has \(found) inside a text, where a line break is written \\n and a tab \\t")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw fault("ends inside a text")
  }

  /// The character of an escape, from behind its backslash.
  private mutating func escaped() throws(Fault) -> Unicode.Scalar {
    let plain: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let byte = current, let scalar = plain[byte] {
      position += 1
      return scalar
    }
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard take("\\") else { throw fault("has half of a surrogate pair") }
    let second = try codeUnit()
    guard UTF16.isLeadSurrogate(first), UTF16.isTrailSurrogate(second) else {
      throw fault("has half of a surrogate pair")
    }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  /// The four hexadecimal digits of `\u`, from behind the backslash.
  private mutating func codeUnit() throws(Fault) -> UInt16 {
    guard take("u"), position + 4 <= bytes.count else { throw fault("has an unknown escape") }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("has an unknown escape") }
    position += 4
    return unit
  }

  private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// The character that comes next, for a fault.
  private var found: String {
    guard let byte = current else { return "its end" }
    if byte == 0x0A || byte == 0x0D { return "a line break" }
    if byte < 0x20 || byte == 0x7F { return "a control character" }
    return byte < 0x80 ? "'\(Character(Unicode.Scalar(byte)))'" : "a character outside ASCII"
  }

  /// A fault at the current place, by line and column, from 1; a column is a character.
  private func fault(_ problem: String) -> Fault {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    let column = before.dropFirst(lineStart).count { $0 & 0xC0 != 0x80 } + 1
    return Fault(at: "\(place), line \(line), column \(column)", problem)
  }
}
