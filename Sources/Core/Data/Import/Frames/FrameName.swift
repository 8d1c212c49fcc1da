/// A frame's file name without its extension, taken apart into numbers and the texts around them.
struct FrameName: Equatable {
  /// The file's whole name.
  var file: String
  /// What stands before each number, and after the last.
  var texts: [String]
  var numbers: [Number]

  /// The digits of a number as they stand in a name; there may be more than any integer has.
  struct Number: Hashable, Comparable {
    /// With leading zeros.
    var written: String
    /// Without them; empty for zero.
    var digits: Substring

    init(_ written: String) {
      self.written = written
      digits = written.drop { $0 == "0" }
    }

    /// Nil where it has more than 64 bits.
    var value: Int? { digits.isEmpty ? 0 : Int(digits) }

    static func == (one: Number, other: Number) -> Bool { one.digits == other.digits }
    func hash(into hasher: inout Hasher) { hasher.combine(digits) }
    static func < (one: Number, other: Number) -> Bool {
      let (count, others) = (one.digits.utf8.count, other.digits.utf8.count)
      return count == others ? one.digits < other.digits : count < others
    }
  }

  /// - Parameter stem: the file's name as it is to be read: without extension and without the mark of a copy.
  init(_ stem: String, of file: String) {
    self.file = file
    (texts, numbers) = ([], [])
    var digits: [UInt8] = []
    var text: [UInt8] = []
    for byte in stem.utf8 {
      if 0x30...0x39 ~= byte {
        digits.append(byte)
        continue
      }
      if !digits.isEmpty { take(&text, &digits) }
      text.append(byte)
    }
    if !digits.isEmpty { take(&text, &digits) }
    texts.append(String(decoding: text, as: UTF8.self))
  }

  private mutating func take(_ text: inout [UInt8], _ digits: inout [UInt8]) {
    texts.append(String(decoding: text, as: UTF8.self))
    numbers.append(Number(String(decoding: digits, as: UTF8.self)))
    (text, digits) = ([], [])
  }
}
