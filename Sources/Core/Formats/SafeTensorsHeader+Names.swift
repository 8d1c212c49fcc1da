extension SafeTensorsHeader {
  /// A fault about a name that two tensors have, which JSON and Unicode count as one; nil where all names differ.
  ///
  /// - Parameter header: a text that was read as a JSON object.
  static func repeatedName(in header: [UInt8], at path: String) -> Fault? {
    var spellings: [String: [UInt8]] = [:]
    for spelling in keys(of: header) {
      guard let name = try? JSONNode.parse(spelling, location: path).text else { continue }
      if let earlier = spellings.updateValue(spelling, forKey: name) {
        let forms = earlier == spelling ? "" : ", written in two Unicode forms"
        return Fault(at: path, "two tensors have the name `\(printable(name))`\(forms); rename one")
      }
    }
    return nil
  }

  /// The keys of a valid JSON object as they are written, with their quotation marks.
  private static func keys(of object: [UInt8]) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    var depth = 0
    var last: Range<Int>?
    var position = 0
    while position < object.count {
      switch object[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":"):
        if depth == 1, let last { keys.append(Array(object[last])) }
      case UInt8(ascii: "\""):
        let start = position
        position += 1
        while position < object.count, object[position] != UInt8(ascii: "\"") {
          position += object[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        last = start..<min(position + 1, object.count)
      default: break
      }
      position += 1
    }
    return keys
  }
}
