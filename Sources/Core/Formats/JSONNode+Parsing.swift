import Foundation

extension JSONNode {
  /// Reads one JSON text. Members are sorted by key; of a repeated key only one value is kept.
  ///
  /// Foundation reads the values; `JSONSyntax` says what is wrong in a text that is not valid.
  ///
  /// - Parameters:
  ///   - bytes: the text, UTF-8.
  ///   - location: the location that faults name, for instance the file's path.
  /// - Throws: a `Fault` with the line and column, from 1, of the first error.
  public static func parse(_ bytes: [UInt8], location: String) throws(Fault) -> JSONNode {
    func fault(_ byte: Int, _ problem: String) -> Fault {
      Fault(at: "\(location), \(lineAndColumn(of: byte, in: bytes))", problem)
    }
    do {
      let value = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      // Foundation accepts a comma before a closing bracket. It also reads UTF-16, which has zeros.
      if !bytes.contains(0), let problem = JSONSyntax.problem(in: bytes) { throw fault(problem.byte, problem.text) }
      return JSONNode(value)
    } catch let fault as Fault {
      throw fault
    } catch {
      if let problem = JSONSyntax.problem(in: bytes) { throw fault(problem.byte, problem.text) }
      // A text that is not UTF-8, half a surrogate pair, deep nesting, a number that is too large.
      let text = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "cannot be read"
      let (problem, byte) = position(in: text)
      throw fault(byte ?? bytes.count, "is not valid JSON: \(problem)")
    }
  }

  private init(_ value: Any) {
    switch value {
    case let text as String: self = .string(text)
    case let elements as [Any]: self = .list(elements.map { JSONNode($0) })
    case let members as [String: Any]:
      self = .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: JSONNode($0.value)) })
    case let number as NSNumber:
      // Foundation distinguishes `true` from 1 only by the number's C type.
      switch number.objCType.pointee {
      case CChar(bitPattern: UInt8(ascii: "c")): self = .bool(number.boolValue)
      case CChar(bitPattern: UInt8(ascii: "d")): self = .number("\(number.doubleValue)")
      default: self = .number(number.stringValue)
      }
    default: self = .null
    }
  }

  /// Foundation's error text without `around character N`, and N, the index of a byte.
  private static func position(in sentence: String) -> (problem: String, byte: Int?) {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    for words in [" around character ", " starting from character "] {
      guard let around = text.range(of: words) else { continue }
      return (String(text[..<around.lowerBound]), Int(text[around.upperBound...]))
    }
    return (text, nil)
  }

  /// Line and column of a byte, from 1; columns count characters.
  private static func lineAndColumn(of byte: Int, in bytes: [UInt8]) -> String {
    let before = bytes[..<min(byte, bytes.count)]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    return "line \(before.count { $0 == UInt8(ascii: "\n") } + 1), column \(column)"
  }
}

extension JSONNode {
  /// The value of a number that is written as a whole number and fits in 64 bits; otherwise nil.
  var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }

  /// The value of a number; otherwise nil.
  var number: Double? {
    guard case .number(let text) = self else { return nil }
    return Double(text)
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var elements: [JSONNode]? {
    guard case .list(let elements) = self else { return nil }
    return elements
  }

  var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The value of a key of an object.
  public subscript(key: String) -> JSONNode? { members?.first { $0.key == key }?.value }
}
