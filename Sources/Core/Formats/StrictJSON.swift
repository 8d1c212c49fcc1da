/// A JSON value as it stands in an untrusted file: members in their order, numbers as text, duplicate keys refused.
///
/// Foundation's parser keeps one of two equal keys silently, and a header with the same tensor twice must not pass.
indirect enum StrictJSON {
  case object([(key: String, value: StrictJSON)])
  case array([StrictJSON])
  case string(String)
  /// The digits as written.
  case number(String)
  /// `true`, `false`, `null`.
  case literal(String)

  /// What is wrong with a text, and at which byte.
  struct Problem: Error { var message: String; var byte: Int }

  /// - Throws: a `Problem`.
  init(parsing bytes: UnsafeRawBufferPointer) throws {
    var parser = Parser(bytes: bytes)
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.next == nil else { throw parser.problem("text after the end") }
  }

  /// A number that is written as a plain whole number and fits in 64 bits.
  var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }

  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var array: [StrictJSON]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  var object: [(key: String, value: StrictJSON)]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The value of a key of an object.
  subscript(key: String) -> StrictJSON? { object?.first { $0.key == key }?.value }
}

private struct Parser {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func problem(_ message: String) -> StrictJSON.Problem { .init(message: message, byte: position) }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws -> StrictJSON {
    guard depth < 32 else { throw problem("nested too deeply") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true")
    case UInt8(ascii: "f"): return try literal("false")
    case UInt8(ascii: "n"): return try literal("null")
    case nil: throw problem("the text ends too early")
    default: return .number(try number())
    }
  }

  mutating func object(_ depth: Int) throws -> StrictJSON {
    position += 1
    var members: [(key: String, value: StrictJSON)] = []
    var keys: Set<String> = []
    skipSpace()
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw problem("a key is missing") }
      let key = try string()
      guard keys.insert(key).inserted else { throw problem("`\(key)` stands there twice") }
      skipSpace()
      guard take(":") else { throw problem("a colon is missing") }
      members.append((key, try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw problem("a brace is not closed") }
    return .object(members)
  }

  mutating func array(_ depth: Int) throws -> StrictJSON {
    position += 1
    var values: [StrictJSON] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      values.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw problem("a bracket is not closed") }
    return .array(values)
  }

  mutating func literal(_ word: String) throws -> StrictJSON {
    guard bytes[position...].starts(with: word.utf8) else { throw problem("an unknown word") }
    position += word.utf8.count
    return .literal(word)
  }

  /// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
  mutating func number() throws -> String {
    let start = position
    func digits(_ parser: inout Parser) throws {
      let first = parser.position
      while let byte = parser.next, byte >= 0x30, byte <= 0x39 { parser.position += 1 }
      guard parser.position > first else { throw parser.problem("no valid value") }
    }
    _ = take("-")
    if !take("0") { try digits(&self) }
    if take(".") { try digits(&self) }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits(&self)
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw problem("a text is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case ..<0x20: throw problem("a control character in a text")
      default: text.append(byte)
      }
    }
    throw problem("a text is not closed")
  }

  mutating func escape() throws -> [UInt8] {
    guard let byte = next else { throw problem("a text is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), take("\\"), take("u") { units.append(try codeUnit()) }
      guard let text = String(validating: units, as: UTF16.self) else { throw problem("half a surrogate pair") }
      return Array(text.utf8)
    default: throw problem("an unknown escape")
    }
  }

  mutating func codeUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("a \\u escape needs four hexadecimal digits") }
    position += 4
    return unit
  }
}

/// Text as a JSON string, quotes included.
func quotedJSON(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case ..<" ":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
