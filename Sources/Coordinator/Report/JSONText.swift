/// A JSON text with one fixed form: keys sorted, two spaces a level, lists of plain values on one line.
indirect enum JSONText {
  case null
  case truth(Bool)
  case integer(Int)
  case seed(UInt64)
  case number(Double)
  case text(String)
  case list([JSONText])
  case record([String: JSONText])

  /// A number, or null where there is none or it is not finite.
  static func optional(_ value: Double?) -> JSONText { value.map(JSONText.number) ?? .null }

  /// The text, with a line break at its end.
  var rendered: String { render(indentation: "") + "\n" }

  private var isPlain: Bool {
    switch self {
    case .list, .record: false
    default: true
    }
  }

  private func render(indentation: String) -> String {
    let inner = indentation + "  "
    switch self {
    case .null: return "null"
    case .truth(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .seed(let value): return "\(value)"
    case .number(let value): return value.isFinite ? "\(value)" : "null"
    case .text(let value): return JSONText.quoted(value)
    case .list(let items) where items.allSatisfy(\.isPlain):
      return "[" + items.map { $0.render(indentation: "") }.joined(separator: ", ") + "]"
    case .list(let items):
      return "[\n" + items.map { inner + $0.render(indentation: inner) }.joined(separator: ",\n") + "\n\(indentation)]"
    case .record(let members) where members.isEmpty: return "{}"
    case .record(let members):
      let lines = members.sorted { $0.key < $1.key }.map {
        "\(inner)\(JSONText.quoted($0.key)): \($0.value.render(indentation: inner))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
