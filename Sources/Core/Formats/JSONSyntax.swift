/// Finds the first error of a JSON text, and says what is wrong there in the words of a user who typed it.
///
/// It reads no values. Foundation reads them, accepts a comma before `}`, and says of other errors only that there is
/// an invalid value. The grammar is that of RFC 8259; nesting costs memory on the heap, not on the stack.
struct JSONSyntax {
  /// An error, and the byte where it is.
  struct Problem: Equatable {
    var byte: Int
    var text: String

    init(_ byte: Int, _ text: String) { (self.byte, self.text) = (byte, text) }
  }

  /// What may come next.
  private enum Expected {
    case value, firstElement, key, firstKey, colon, separator, end
  }

  /// The most brackets inside each other; Foundation reads no more.
  private static let deepest = 512

  private let bytes: [UInt8]
  /// The byte to read next.
  private var next = 0
  /// Brackets that are open, and where they are.
  private var open: [(bracket: UInt8, byte: Int)] = []
  private var expected = Expected.value
  /// The last comma, or nil where something else came after it.
  private var comma: Int?

  /// The first error of a text; nil where there is none.
  static func problem(in bytes: [UInt8]) -> Problem? {
    var syntax = JSONSyntax(bytes)
    do throws(Failure) {
      try syntax.read()
      return nil
    } catch {
      return error.problem
    }
  }

  private struct Failure: Error { var problem: Problem }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
  }

  private mutating func read() throws(Failure) {
    while true {
      while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
      guard next < bytes.count else { break }
      try readToken()
    }
    if let last = open.last {
      throw failure(bytes.count, "the text ends before the \(closing(last.bracket)) of \(lineText(last.byte))")
    }
    if expected != .end { throw failure(bytes.count, "the text ends before its value") }
  }

  private mutating func readToken() throws(Failure) {
    let (start, byte) = (next, bytes[next])
    switch byte {
    case UInt8(ascii: "}"), UInt8(ascii: "]"): try close(byte)
    case UInt8(ascii: ","):
      guard expected == .separator else { throw unexpected("a comma, but \(missing) is missing before it") }
      expected = open.last?.bracket == UInt8(ascii: "{") ? .key : .value
      comma = start
      next += 1
      return
    case UInt8(ascii: ":"):
      guard expected == .colon else { throw unexpected("a colon, but \(missing) is missing before it") }
      expected = .value
      next += 1
    case UInt8(ascii: "\""):
      try requireNoneMissing()
      try readString()
      expected = expected == .key || expected == .firstKey ? .colon : afterValue
    case UInt8(ascii: "/"), UInt8(ascii: "#"): throw unexpected("a comment; JSON has none")
    case UInt8(ascii: "'"), 0xE2: throw unexpected("texts and keys stand in straight double quotes: \"text\"")
    default:
      try requireNoneMissing()
      guard expected == .value || expected == .firstElement else {
        throw unexpected("a key stands in double quotes: \"key\"")
      }
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard open.count < JSONSyntax.deepest else { throw unexpected("Too many nested arrays or objects") }
        open.append((byte, start))
        expected = byte == UInt8(ascii: "{") ? .firstKey : .firstElement
        next += 1
      } else {
        try readWord()
        expected = afterValue
      }
    }
    comma = nil
  }

  private mutating func close(_ byte: UInt8) throws(Failure) {
    guard let last = open.last else { throw failure(next, "a \(character(byte)) that closes nothing") }
    guard closing(last.bracket) == character(byte) else {
      throw unexpected("a \(character(byte)), but \(lineText(last.byte)) is closed by \(closing(last.bracket))")
    }
    if let comma { throw failure(comma, "a comma before \(character(byte)); nothing follows it") }
    guard [.separator, .firstElement, .firstKey].contains(expected) else {
      throw unexpected("a \(character(byte)), but \(missing) is missing before it")
    }
    open.removeLast()
    expected = afterValue
    next += 1
  }

  /// - Throws: a failure where a comma or a colon has to come first.
  private func requireNoneMissing() throws(Failure) {
    switch expected {
    case .separator: throw unexpected("a comma is missing before this")
    case .colon: throw unexpected("a colon is missing between the key and this")
    case .end: throw unexpected("text after the end; a file holds one value")
    case .value, .firstElement, .key, .firstKey: break
    }
  }

  private mutating func readString() throws(Failure) {
    let start = next
    next += 1
    while next < bytes.count, bytes[next] != UInt8(ascii: "\"") {
      if bytes[next] < 0x20 {
        let isLineEnd = bytes[next] == 0x0A || bytes[next] == 0x0D
        throw isLineEnd
          ? failure(start, "a text without its closing quote")
          : failure(next, "a control character inside a text; write it as \\u00\(hexadecimal(bytes[next]))")
      }
      if bytes[next] == UInt8(ascii: "\\") { try requireEscape() }
      next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard next < bytes.count else { throw failure(start, "a text without its closing quote") }
    next += 1
  }

  private func requireEscape() throws(Failure) {
    let digits = bytes[min(next + 2, bytes.count)..<min(next + 6, bytes.count)]
    let isKnown = next + 1 < bytes.count && Array("\"\\/bfnrtu".utf8).contains(bytes[next + 1])
    let needsDigits = isKnown && bytes[next + 1] == UInt8(ascii: "u")
    guard isKnown, !needsDigits || digits.count == 4 && digits.allSatisfy(isHexadecimal) else {
      throw failure(next, "an unknown escape; a backslash itself is written as \\\\")
    }
  }

  /// Reads a number, `true`, `false` or `null`.
  private mutating func readWord() throws(Failure) {
    let start = next
    while next < bytes.count, isOfWord(bytes[next]) { next += 1 }
    let characters = bytes[start..<next]
    let isKnown = ["true", "false", "null"].contains { characters.elementsEqual($0.utf8) }
    guard !isKnown else { return }
    let word = String(decoding: characters, as: UTF8.self)
    if isNumber(characters) {
      guard Double(word)?.isFinite == true else { throw failure(start, "a number that is too large") }
      return
    }
    guard let first = word.first else { throw failure(start, "no value of JSON begins like this") }
    let shown = word.count > 40 ? word.prefix(40) + "…" : word[...]
    throw failure(
      start,
      first.isNumber || "+-.".contains(first)
        ? "`\(shown)` is not a number of JSON, such as 1, -0.5 or 1e-4"
        : "`\(shown)` is not a value; texts stand in double quotes, and true, false and null have small letters")
  }

  private func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    /// Drops one of these bytes, if the rest begins with it.
    func drop(_ bytes: String.UTF8View) -> Bool {
      guard let first = rest.first, bytes.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    /// Drops digits, and returns their number.
    func dropDigits() -> Int {
      let before = rest.count
      rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return before - rest.count
    }
    _ = drop("-".utf8)
    guard drop("0".utf8) || dropDigits() > 0 else { return false }
    if drop(".".utf8), dropDigits() == 0 { return false }
    if drop("eE".utf8) {
      _ = drop("+-".utf8)
      if dropDigits() == 0 { return false }
    }
    return rest.isEmpty
  }
}

extension JSONSyntax {
  private var afterValue: Expected { open.isEmpty ? .end : .separator }

  /// What has to come next.
  private var missing: String {
    switch expected {
    case .value, .firstElement: "a value"
    case .key, .firstKey: "a key"
    case .colon: "a colon"
    case .separator: "a comma"
    case .end: "nothing"
    }
  }

  private func unexpected(_ text: String) -> Failure {
    expected == .end ? failure(next, "text after the end; a file holds one value") : failure(next, text)
  }

  private func failure(_ byte: Int, _ text: String) -> Failure { Failure(problem: Problem(byte, text)) }

  /// `the { in line 3`.
  private func lineText(_ byte: Int) -> String {
    "the \(character(bytes[byte])) in line \(bytes[..<byte].count { $0 == 0x0A } + 1)"
  }

  private func closing(_ bracket: UInt8) -> String { bracket == UInt8(ascii: "{") ? "}" : "]" }

  private func character(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }

  private func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

  private func isHexadecimal(_ byte: UInt8) -> Bool { UnicodeScalar(byte).properties.isASCIIHexDigit }

  private func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
