/// A JSON value with distinct types: `true` is not 1, and whole numbers keep all their digits.
public indirect enum JSONNode: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number, as its characters.
  case number(String)
  case string(String)
  case list([JSONNode])
  case object([Member])

  /// One `"key": value` of an object.
  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSONNode

    public init(key: String, value: JSONNode) {
      (self.key, self.value) = (key, value)
    }
  }

  /// Makes an object from keys and values.
  static func members(_ members: KeyValuePairs<String, JSONNode>) -> JSONNode {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }

  /// This object with the keys that it does not have, from another one; objects in it likewise.
  func completed(from defaults: JSONNode) -> JSONNode {
    guard case .object(let own) = self, case .object(let given) = defaults else { return self }
    let completed = own.map { Member(key: $0.key, value: defaults[$0.key].map($0.value.completed) ?? $0.value) }
    return .object(completed + given.filter { self[$0.key] == nil })
  }

  /// A short text for faults: `-3`, `"fulll"`, `a list`.
  var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .number(let text): text.count <= 40 ? text : text.prefix(40) + "…"
    case .string(let text): JSONNode.quoted(text.count <= 40 ? text : text.prefix(40) + "…")
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// `text` as a JSON string, in quotation marks and escaped.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// The text of a string, without quotation marks; the canonical text of any other value.
  var plainText: String { text ?? canonicalText() }

  /// The JSON text with sorted keys and two spaces per level: equal values have the same bytes everywhere.
  public func canonicalText(indentation: Int = 0) -> String {
    let inner = String(repeating: "  ", count: indentation + 1)
    let outer = String(repeating: "  ", count: indentation)
    switch self {
    case .null: return "null"
    case .bool(let value): return String(value)
    case .number(let text): return text
    case .string(let text): return JSONNode.quoted(text)
    case .list(let elements):
      if elements.allSatisfy(\.isScalar) {
        return "[" + elements.map { $0.canonicalText() }.joined(separator: ", ") + "]"
      }
      let lines = elements.map { inner + $0.canonicalText(indentation: indentation + 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
        inner + JSONNode.quoted($0.key) + ": " + $0.value.canonicalText(indentation: indentation + 1)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }
}
